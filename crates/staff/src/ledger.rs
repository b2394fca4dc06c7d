//! 台帳: what happened, in sentences; each entry with its facts and its proof.

mod entry;

use actions::{About, Direction, Told};
use askama::Template;
use domain::calendar::{parse_date, tokyo, wareki};
use domain::id::{AccountId, CaseId};
use jiff::civil::Date;
use serde::Deserialize;

pub(crate) use entry::{page as entry, proof};

use crate::answer::{Answer, Reply};
use crate::field::{Choice, Field, Kind};
use crate::page::Shell;
use crate::parts::{Link, Pages};
use crate::query::Query;
use crate::visit::Visit;

/// What of the ledger is asked for.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    kind: Option<String>,
    about: Option<String>,
    day: Option<String>,
    after: Option<u64>,
}

/// The kinds of entry, as they are chosen from.
const KINDS: &[(&str, &str)] = &[
    ("case_opened", "案件を始めた"),
    ("step_done", "手順を行った"),
    ("step_returned", "差し戻した"),
    ("case_withdrawn", "取り下げた"),
    ("account_noted", "既存のアカウントを記録した"),
    ("impersonator_noted", "なりすましを記録した"),
    ("impersonator_cleared", "なりすましがなくなった"),
    ("practice_set", "市の運用の値を変えた"),
    ("ruling_made", "定めのない事項を決めた"),
    ("guideline_adopted", "ガイドラインを登録した"),
    ("office_changed", "組織の登録を変えた"),
    ("access_changed", "画面の利用を認めた・止めた"),
    ("erased", "非公開部分を消去した"),
    ("operator_acted", "システム運用者の作業"),
];

/// How many entries one page shows.
const PAGE: u32 = 50;

#[derive(Template)]
#[template(path = "ledger.html")]
struct LedgerPage {
    shell: Shell,
    action: String,
    fields: Vec<Field>,
    narrowed: bool,
    entries: Vec<Line>,
    pages: Pages,
}

/// One entry in the list.
struct Line {
    entry: Link,
    words: String,
    recorded: String,
    about: Vec<Link>,
}

/// One page of the ledger, the newest entry first.
pub(crate) async fn page(visit: Visit, Query(asked): Query<Asked>) -> Reply {
    let typed = |field: &Option<String>| field.as_deref().unwrap_or_default().trim().to_owned();
    let (kind, about, day) = (typed(&asked.kind), typed(&asked.about), typed(&asked.day));
    let (of, wrong_about) = match subject(&about, &kind) {
        Some(of) => (of, None),
        None => (About::Everything, Some("案件は c4、アカウントは a3 のような番号で入れてください。".to_owned())),
    };
    let (until, wrong_day) = match parse_date(&day) {
        _ if day.is_empty() => (None, None),
        Ok(day) => (Some(day), None),
        Err(problem) => (None, Some(problem.to_string())),
    };
    let after = match (asked.after, until) {
        (Some(after), _) => Some(after),
        (None, Some(day)) => first_after(&visit, day).await?,
        (None, None) => None,
    };
    let told = visit.city().timeline(&of, Direction::NewestFirst, after, PAGE + 1).await?;
    let shown = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let next = told.get(shown).and_then(|_| told.get(shown - 1)).map(|last| last.sentence.seq);
    let filter = format!("kind={kind}&about={}&day={day}", if wrong_about.is_some() { "" } else { &about });
    let pages = Pages {
        first: asked.after.map(|_| visit.path(&format!("ledger?{filter}"))),
        after: next.map(|seq| visit.path(&format!("ledger?{filter}&after={seq}"))),
        shown: String::new(),
    };
    let page = LedgerPage {
        shell: visit.shell("台帳"),
        action: visit.path("ledger"),
        fields: fields((&kind, &about, &day), wrong_about, wrong_day),
        narrowed: [&kind, &about, &day].iter().any(|typed| !typed.is_empty()),
        entries: told.iter().take(shown).map(|told| line(&visit, told)).collect(),
        pages,
    };
    visit.show(&page)
}

/// What the list is about; `None` for a number that is none of ours.
fn subject(about: &str, kind: &str) -> Option<About> {
    match (about.chars().next(), kind) {
        (None, "") => Some(About::Everything),
        (None, kind) => {
            Some(KINDS.iter().find(|(id, _)| *id == kind).map_or(About::Everything, |_| About::Kind(kind.to_owned())))
        }
        (Some('c'), _) => Some(About::Case(CaseId::from(about))),
        (Some('a'), _) => Some(About::Account(AccountId::from(about))),
        _ => None,
    }
}

fn fields(
    (kind, about, day): (&str, &str, &str),
    wrong_about: Option<String>,
    wrong_day: Option<String>,
) -> Vec<Field> {
    let mut kinds = vec![Choice::new("", "すべて", kind)];
    kinds.extend(KINDS.iter().map(|(id, label)| Choice::new(*id, *label, kind)));
    let era = parse_date(day).ok().map(wareki);
    vec![
        Field::new("kind", "種類", Kind::Select(kinds)).optional(),
        Field::line("about", "案件・アカウントの番号", about)
            .hint("入れると、種類によらず、その案件・アカウントの記録をすべて出します。")
            .optional()
            .error(wrong_about),
        Field::new("day", "この日までに記録されたもの", Kind::Day { value: day.to_owned(), wareki: era })
            .optional()
            .error(wrong_day),
    ]
}

fn line(visit: &Visit, told: &Told) -> Line {
    let seq = told.sentence.seq;
    let mut about = Vec::new();
    about.extend(
        told.case
            .as_ref()
            .map(|case| Link { href: visit.path(&format!("cases/{case}")), words: format!("案件{case}") }),
    );
    about.extend(told.account.as_ref().map(|account| Link {
        href: visit.path(&format!("accounts/{account}")),
        words: format!("アカウント{account}"),
    }));
    Line {
        entry: Link { href: visit.path(&format!("ledger/{seq}")), words: format!("{seq}番") },
        words: told.sentence.to_string(),
        recorded: clock(told.recorded_at),
        about,
    }
}

/// An instant in words.
fn clock(instant: i64) -> String {
    let at = tokyo(instant);
    format!("{} {:02}:{:02}", wareki(at.date()), at.hour(), at.minute())
}

/// The place of the first entry that was recorded after a day. Instants never decrease along a ledger, so halving finds it.
async fn first_after(visit: &Visit, day: Date) -> Result<Option<u64>, Answer> {
    let Some(last) = visit.city().timeline(&About::Everything, Direction::NewestFirst, None, 1).await?.pop() else {
        return Ok(None);
    };
    let (mut low, mut high) = (0, last.sentence.seq + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        let told = visit.city().kept_entry(middle).await?;
        if told.is_some_and(|(entry, _)| tokyo(entry.recorded_at).date() > day) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Ok(Some(low))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use domain::entry::Fact;

    use super::KINDS;

    #[test]
    fn every_kind_of_entry_can_be_chosen_by_its_label() {
        let offered: BTreeSet<&str> = KINDS.iter().map(|(kind, _)| *kind).collect();
        assert_eq!(offered, Fact::KINDS.iter().copied().collect::<BTreeSet<&str>>());
        assert_eq!(offered.len(), KINDS.len(), "none twice");
    }
}
