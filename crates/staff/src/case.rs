//! 案件: what was done, what is next and who must do it, what blocks it, and what is done about it.

mod ask;
pub(crate) mod file;
pub(crate) mod form;
pub(crate) mod open;
mod seen;
pub(crate) mod send_back;
pub(crate) mod step;
mod way;
pub(crate) mod withdraw;

use askama::Template;
use axum::extract::Path;
use domain::act::Hand;
use domain::calendar::{wareki, wareki_with_western};
use domain::case::{CaseState, Urgency};
use domain::evidence::Evidence;
use serde::Deserialize;

use crate::answer::{Answer, Reply};
use crate::page::{Link, Shell};
use crate::parts::{Cell, Moment, Notice, Tag, Tone};
use crate::query::Query;
use crate::visit::Visit;
use crate::words;

use seen::Seen;

#[derive(Template)]
#[template(path = "case.html")]
struct CasePage {
    shell: Shell,
    state: Tag,
    /// What the caller can do now: the first is what waits for them.
    mine: Vec<Link>,
    /// What the caller could enter for others.
    others: Vec<Link>,
    notices: Vec<Notice>,
    about: Vec<(String, Cell)>,
    way: Vec<Moment>,
    forms: Vec<(String, String)>,
    files: Vec<(Link, String)>,
    policy_word: String,
    policy: Vec<(String, Cell)>,
    withdraw: Option<String>,
}

/// What a case's address may say besides the case.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    /// The entry that was just made.
    done: Option<u64>,
}

/// One case.
pub(crate) async fn page(visit: Visit, Path((_, case)): Path<(String, String)>, Query(asked): Query<Asked>) -> Reply {
    let seen = Seen::of(visit, &case).await?;
    let mut shell = seen.visit.shell(seen.title()).naming(seen.subject()).under(seen.visit.path("cases"), "案件");
    if let Some(words) = asked.done.and_then(|seq| recorded(&seen, seq)) {
        shell = shell.saying(Tone::Success.class(), words);
    }
    let (mine, others) = doors(&seen)?;
    let page = CasePage {
        shell,
        state: words::state(&seen.case().state),
        notices: notices(&seen, &mine),
        mine,
        others,
        about: about(&seen),
        way: way::way(&seen).await?,
        forms: forms(&seen).await?,
        files: files(&seen),
        policy_word: seen.loaded.guideline.words.policy.clone(),
        policy: seen.policy_rows(),
        withdraw: seen.withdraws().then(|| seen.path("withdraw")),
    };
    seen.visit.show(&page)
}

/// What the entry at a place did to this case, for whoever just made it.
fn recorded(seen: &Seen, seq: u64) -> Option<String> {
    let case = seen.case();
    if case.id.0 == format!("c{seq}") {
        return Some("案件を始めました。".to_owned());
    }
    if let Some((step, done)) = case.acts().find(|(_, done)| done.seq == seq) {
        let number = case.number.as_ref().filter(|_| done.evidence == Evidence::Receipt);
        let number = number.map(|number| format!("番号は「{number}」です。")).unwrap_or_default();
        let complete = matches!(case.state, CaseState::Completed { .. });
        let complete = if complete {
            format!("この案件は完了しました。{}", still_offered(seen))
        } else {
            String::new()
        };
        return Some(format!("記録しました：{}{number}{complete}", seen.told(step, done)));
    }
    if case.returned.as_ref().is_some_and(|returned| returned.seq == seq) {
        return Some("差し戻しました。理由は起案した部署に伝わります。".to_owned());
    }
    matches!(case.state, CaseState::Withdrawn { .. }).then(|| "取り下げました。".to_owned())
}

/// What may still be done although the case is complete; empty where nothing may.
fn still_offered(seen: &Seen) -> String {
    let open: Vec<&str> = seen.view.open.iter().map(|open| open.label.as_str()).collect();
    if open.is_empty() {
        String::new()
    } else {
        format!("「{}」は、このあとも行えます。", open.join("」「"))
    }
}

/// The steps that are open now: those that wait for the caller, and those that the caller could enter for others.
fn doors(seen: &Seen) -> Result<(Vec<Link>, Vec<Link>), Answer> {
    let (mut mine, mut others) = (Vec::new(), Vec::new());
    for open in &seen.view.open {
        let step = seen.step(&open.step)?;
        let href = seen.path(&format!("steps/{}", step.id));
        match seen.offered(step) {
            Some(Hand::Own) => mine.push(Link { href, words: format!("「{}」へ進む", step.label) }),
            Some(Hand::Records) => {
                others.push(Link { href, words: format!("「{}」を文書番号で記録する", step.label) });
            }
            Some(Hand::Enters) => {
                others.push(Link {
                    href, words: format!("紙で届いた「{}」を代わりに入力する", step.label)
                });
            }
            None => {}
        }
    }
    Ok((mine, others))
}

/// Whether the caller can do the step now to which the case came back.
fn may_redo(seen: &Seen, step: &str) -> bool {
    seen.step(step).is_ok_and(|step| seen.offered(step).is_some())
}

fn notices(seen: &Seen, mine: &[Link]) -> Vec<Notice> {
    let mut notices = Vec::new();
    if let Some(returned) = &seen.case().returned {
        let item = |id: &str| seen.loaded.guideline.policy_items.iter().find(|item| item.id == id);
        let reasons = returned.reasons.iter().map(|reason| {
            let item = item(&reason.item).map_or("全体", |item| item.label.as_str());
            let words = if reason.reason.is_empty() { "（消去されています）" } else { &reason.reason };
            format!("・{item}：{words}")
        });
        notices.push(Notice {
            tone: Tone::Warning,
            title: format!("{}に「{}」で差し戻されています。", wareki(returned.on), seen.label(&returned.by_step)),
            body: Some(reasons.collect::<Vec<_>>().join("\n")),
            next: may_redo(seen, &returned.to_step).then(|| Link {
                href: seen.path(&format!("steps/{}", returned.to_step)),
                words: format!("「{}」からやり直す", seen.label(&returned.to_step)),
            }),
        });
    }
    if matches!(seen.case().state, CaseState::Completed { .. }) && !seen.view.open.is_empty() {
        notices.push(Notice {
            tone: Tone::Info,
            title: format!("この案件は完了していますが、{}", still_offered(seen)),
            body: None,
            next: None,
        });
    }
    if mine.is_empty() && seen.case().state == CaseState::Open {
        let waiting = seen.view.open.iter().filter_map(|open| seen.step(&open.step).ok()).map(|step| {
            let holders = seen.holders(step);
            let holders =
                if holders.is_empty() { "今日の在任者がいません".to_owned() } else { holders.join("、") };
            format!("・{}：{}（{holders}）", step.label, seen.roles(step))
        });
        notices.push(Notice {
            tone: Tone::Info,
            title: "今、あなたの手順はありません。次の方を待っています。".to_owned(),
            body: Some(waiting.collect::<Vec<_>>().join("\n")),
            next: None,
        });
    }
    notices.extend(seen.view.notices.iter().map(|words| Notice {
        tone: Tone::Info,
        title: format!("URLについて。{words}"),
        body: None,
        next: None,
    }));
    notices
}

fn about(seen: &Seen) -> Vec<(String, Cell)> {
    let case = seen.case();
    let text = |label: &str, words: String| (label.to_owned(), Cell::Text(words));
    let standing = seen.view.account.standing.label().to_owned();
    let account = if seen.visit.sees(&seen.view.account) {
        let href = seen.visit.path(&format!("accounts/{}", seen.view.account.id));
        Cell::LinkPair(Link { href, words: seen.subject() }, standing)
    } else {
        Cell::Pair(seen.subject(), standing)
    };
    let mut about = vec![
        ("アカウント".to_owned(), account),
        text("担当部署", seen.units()),
        ("始めた日".to_owned(), Cell::Pair(wareki_with_western(case.opened_on), case.opened_by.title.clone())),
    ];
    if case.urgency == Urgency::Emergency {
        about.push(text("緊急", "緊急を要する案件です。".to_owned()));
    }
    let number = seen.loaded.guideline.words.number.clone().unwrap_or_else(|| "番号".to_owned());
    about.extend(case.number.clone().map(|words| (number, Cell::Text(words))));
    about.extend(case.theme.clone().map(|words| text("共通するテーマ", words)));
    about.extend(case.reason.clone().map(|words| text("理由", words)));
    about.extend(case.acquired_url.clone().map(|words| text("取得したURL", words)));
    about
}

/// What can be printed for the case: where, and what each is called.
async fn forms(seen: &Seen) -> Result<Vec<(String, String)>, Answer> {
    let named = |id: &str, label: String| (seen.path(&format!("forms/{id}")), label);
    let forms = seen.visit.city().forms_of(&seen.case().id).await?;
    let forms = forms.into_iter().map(|form| named(&form.id, form.label));
    Ok(forms.chain([named(form::SHEET, "決裁票".to_owned())]).collect())
}

/// The files of the case, with what they are and what they were given with.
fn files(seen: &Seen) -> Vec<(Link, String)> {
    let files = seen.case().files.iter().filter_map(|file| {
        let link = Link { href: seen.path(&format!("files/{}", file.attachment.hash)), words: file.name.clone()? };
        let given = file.step.as_deref().map_or("開始のとき", |step| seen.label(step));
        Some((link, format!("{}、{}、「{given}」", file.attachment.media.label(), file.attachment.size())))
    });
    files.collect()
}
