//! A step of a case: what it asks, what is decided on, and doing it.

use std::collections::BTreeMap;

use actions::{ActError, Attached, AttachmentKey, Keeper, Stepping};
use askama::Template;
use axum::extract::{Path, Request};
use domain::act::Hand;
use domain::calendar::{self, wareki, wareki_with_western};
use domain::case::Outcome;
use domain::evidence::Evidence;
use domain::guideline::{Step, StepKind};
use domain::policy::{self, Stage};
use domain::refusal::{At, OrderField, Refusal};
use domain::step_kind::{self, Returning};
use jiff::civil::Date;

use super::ask::{Asking, asks_contact, facts, field_of, kept_files, originals_missing};
use super::seen::Seen;
use crate::answer::{Answer, Reply};
use crate::field::Field;
use crate::page::{Link, Shell};
use crate::parts::{Basis, Cell, Notice, Passage, Tone};
use crate::refused::{self, Refused, RefusedItem};
use crate::sent::Sent;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words;

#[derive(Template)]
#[template(path = "step.html")]
struct StepPage {
    shell: Shell,
    refused: Option<Refused>,
    notice: Option<Notice>,
    about: Vec<(String, Cell)>,
    basis: Basis,
    action: String,
    key: String,
    version: u64,
    last: u64,
    fields: Vec<Field>,
    button: String,
    drafting: Option<Link>,
    send_back: Option<Link>,
    back: String,
    policy_word: String,
    changes: Vec<(String, Vec<Passage>)>,
    policy: Vec<(String, Cell)>,
    lacks: Vec<RefusedItem>,
}

/// What stands behind a form that was sent, when it was not taken.
struct Tried<'a> {
    typed: &'a Typed,
    refused: Refused,
    wrong: BTreeMap<String, String>,
}

/// The page of a step.
pub(crate) async fn page(visit: Visit, Path((_, case, step)): Path<(String, String, String)>) -> Reply {
    let seen = Seen::of(visit, &case).await?;
    let page = step_page(&seen, seen.step(&step)?, None).await?;
    seen.visit.show(&page)
}

/// Does a step.
pub(crate) async fn act(
    visit: Visit,
    Path((_, case, step)): Path<(String, String, String)>,
    request: Request,
) -> Reply {
    let seen = Seen::of(visit.clone(), &case).await?;
    let step = seen.step(&step)?;
    // Whoever may not work on the case is answered before a byte of what they send is read.
    let sent = Sent::of(&visit, request).await?;
    let (typed, wrong_files) = keep(&seen, sent).await?;
    let read = read(&seen, step, &typed);
    let (order, on) = match (read, wrong_files) {
        (Ok(read), None) => read,
        (read, wrong_files) => {
            // Who may not is told so, and is not asked for what the form lacks.
            let today = visit.by(visit.today())?;
            if let Err(ActError::Refused(refusal)) = visit.city().may_do(&seen.case().id, &step.id, &today).await {
                return refuse(visit, &case, step, &typed, &refusal).await;
            }
            let mut wrong = read.err().unwrap_or_default();
            wrong.extend(wrong_files.map(|words| ("files".to_owned(), words)));
            let refused = Refused::unreadable("直すところがあります。", wrong.clone());
            return show_refused(&seen, step, Tried { typed: &typed, refused, wrong }).await;
        }
    };
    match visit.city().step(&order, &visit.by(on)?, typed.said("key")).await {
        Ok(recorded) => Err(Answer::Elsewhere(format!("{}?done={}", seen.path(""), recorded.seq))),
        Err(ActError::Refused(refusal)) => {
            let typed = visit.rekeyed(typed, &refusal);
            refuse(visit, &case, step, &typed, &refusal).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Keeps the files that were sent, so that they need not be sent again; what is no file to keep is said.
async fn keep(seen: &Seen, mut sent: Sent) -> Result<(Typed, Option<String>), Answer> {
    let keeper = Keeper { person: seen.visit.person()?, case: Some(&seen.case().id) };
    let (mut typed, mut wrong) = (std::mem::take(&mut sent.typed), None);
    for file in std::mem::take(&mut sent.files) {
        match seen.visit.city().keep_attachment(&file.bytes, keeper).await {
            Ok((key, _)) => typed = typed.with("kept", format!("{} {}", key.0, file.name)),
            Err(ActError::Input(what)) => wrong = Some(format!("「{}」：{what}", file.name)),
            Err(error) => return Err(error.into()),
        }
    }
    Ok((typed, wrong))
}

/// Shows the page again, as the case stands now: somebody may have been faster.
async fn refuse(visit: Visit, case: &str, step: &Step, typed: &Typed, refusal: &Refusal) -> Reply {
    let seen = Seen::of(visit, case).await?;
    let place = |at: &At| match at {
        // What was stated on this page is mended on it.
        At::Key(name) => Some(format!("#f-{}", field_of(*name))),
        At::Step(id) => Some(seen.path(&format!("steps/{id}"))),
        At::Item(id) => seen.drafts().then(|| seen.path(&format!("policy/{id}"))),
        At::Field(_) => None,
    };
    let mut refused = Refused::by(&seen.visit, &seen.loaded, refusal, place);
    let was = typed.said("last").and_then(|last| last.parse().ok()).unwrap_or_default();
    refused.meanwhile = seen.since(was);
    let stated = refusal.items.iter().filter_map(|item| match item.at {
        At::Key(name) => Some((field_of(name), format!("{}{}", item.what, item.next))),
        At::Item(_) | At::Step(_) | At::Field(_) => None,
    });
    let mut wrong: BTreeMap<String, String> = stated.collect();
    let field = field_at_fault(refusal, typed).filter(|_| wrong.is_empty());
    let refused = refused.at(field.as_deref());
    wrong.extend(field.map(|name| (name, refusal.what.clone())));
    show_refused(&seen, step, Tried { typed, refused, wrong }).await
}

/// The field that a refusal speaks of.
fn field_at_fault(refusal: &Refusal, typed: &Typed) -> Option<String> {
    if let Some(At::Key(name)) = refusal.at {
        return Some(field_of(name));
    }
    let own = |field| match field {
        OrderField::Day | OrderField::Note | OrderField::Files => Some(field.word()),
        _ => None,
    };
    refused::field_at_fault(refusal, typed, own).map(str::to_owned)
}

async fn show_refused(seen: &Seen, step: &Step, sent: Tried<'_>) -> Reply {
    let page = step_page(seen, step, Some(sent)).await?;
    seen.visit.show_refused(&page)
}

/// The order that was typed, or what cannot be read, by field.
fn read(seen: &Seen, step: &Step, typed: &Typed) -> Result<(Stepping, Date), BTreeMap<String, String>> {
    let mut wrong = BTreeMap::new();
    let on = calendar::parse_date(typed.text("on")).map_err(|problem| {
        wrong.insert("on".to_owned(), format!("行った日：{problem}"));
    });
    let said = typed.said("outcome").unwrap_or(words::outcome_key(Outcome::Done));
    let outcomes = [Outcome::Done, Outcome::Exception, Outcome::NotNeeded];
    let outcome = outcomes.into_iter().find(|outcome| words::outcome_key(*outcome) == said).unwrap_or(Outcome::Done);
    if outcome == Outcome::Done {
        wrong.extend(originals_missing(step, seen.hand(step), typed));
    }
    // What was not done needs no proof.
    let proof =
        if outcome == Outcome::Done { step_kind::compose(step, &facts(step, typed)) } else { Ok(Evidence::Plain) };
    let proof = proof.map_err(|problem| {
        let keys = problem.keys.iter().map(|name| field_of(*name));
        wrong.extend(keys.map(|name| (name, problem.what.clone())));
        if problem.keys.is_empty() {
            wrong.insert("note".to_owned(), problem.what.clone());
        }
    });
    let (Ok(on), Ok(evidence), true) = (on, proof, wrong.is_empty()) else { return Err(wrong) };
    let order = Stepping {
        case: seen.case().id.clone(),
        step: step.id.clone(),
        outcome,
        evidence,
        policy: None,
        note: typed.words("note"),
        contact_person: typed.words("contact").filter(|_| asks_contact(step)),
        attachments: kept_files(typed)
            .map(|(key, name)| Attached { key: AttachmentKey(key.to_owned()), name: name.to_owned() })
            .collect(),
        seen: Some(typed.said("version").and_then(|version| version.parse().ok()).unwrap_or_default()),
    };
    Ok((order, on))
}

async fn step_page(seen: &Seen, step: &Step, sent: Option<Tried<'_>>) -> Result<StepPage, Answer> {
    let hand = seen.hand(step);
    let nothing = BTreeMap::new();
    let (typed, wrong) = sent.as_ref().map_or((None, &nothing), |sent| (Some(sent.typed), &sent.wrong));
    let drafts = step.kind.writes_policy();
    let offered = seen.offered(step);
    let offers = typed.is_some() || offered.is_some();
    let fields = if drafts || !offers { Vec::new() } else { Asking { seen, step, hand, typed, wrong }.fields() };
    let key = typed.and_then(|typed| typed.said("key")).map_or_else(|| seen.visit.fresh_key(), str::to_owned);
    let decides = step.kind.returning() == Returning::Can;
    let policy_word = seen.loaded.guideline.words.policy.clone();
    let reads = decides || matches!(step.kind, StepKind::File | StepKind::List | StepKind::Start);
    Ok(StepPage {
        shell: seen
            .visit
            .shell(step.label.clone())
            .under(seen.visit.path("cases"), "案件")
            .under(seen.path(""), seen.title()),
        notice: notice(seen, step, hand),
        about: about(seen, step),
        basis: seen.basis(&step.basis),
        action: seen.path(&format!("steps/{}", step.id)),
        key,
        version: seen.case().version,
        last: seen.last_seq(),
        fields,
        button: button(step, hand),
        drafting: (drafts && offered == Some(Hand::Own))
            .then(|| Link { href: seen.path("policy"), words: format!("{policy_word}を書く") }),
        send_back: (decides && step.returns_to.is_some() && offered == Some(Hand::Own))
            .then(|| Link { href: seen.path(&format!("steps/{}/return", step.id)), words: "差し戻す".to_owned() }),
        back: seen.path(""),
        changes: if reads { seen.changes().await? } else { Vec::new() },
        policy: if reads { seen.policy_rows() } else { Vec::new() },
        lacks: if reads { lacks(seen, step) } else { Vec::new() },
        policy_word,
        refused: sent.map(|sent| sent.refused),
    })
}

fn button(step: &Step, hand: Option<Hand>) -> String {
    match hand {
        Some(Hand::Enters) => format!("「{}」を代わりに入力する", step.label),
        Some(Hand::Records) => format!("「{}」を記録する", step.label),
        _ => format!("「{}」を行う", step.label),
    }
}

fn about(seen: &Seen, step: &Step) -> Vec<(String, Cell)> {
    let mut about = vec![
        ("アカウント".to_owned(), Cell::Pair(seen.subject(), seen.units())),
        ("行う人".to_owned(), Cell::Pair(seen.roles(step), seen.holders(step).join("、"))),
        ("強さ".to_owned(), Cell::Text(words::strength(step.strength).to_owned())),
    ];
    if step.kind.ends_use() {
        let last = seen.case().last_day();
        let last = last
            .map_or(Cell::Missing("まだ記録されていません"), |last| Cell::Text(wareki_with_western(last)));
        about.push(("利用の最後の日".to_owned(), last));
        about.extend(seen.case().reason.clone().map(|reason| ("理由".to_owned(), Cell::Text(reason))));
    }
    let said: Vec<String> = seen.said_yes(step);
    if !said.is_empty() {
        about.push(("済んだ組織".to_owned(), Cell::Text(said.join("、"))));
    }
    let open = seen.view.open.iter().find(|open| open.step == step.id);
    if let Some((day, basis)) = open.and_then(|open| open.due.as_ref()) {
        about.push(("期限".to_owned(), Cell::Pair(format!("{}まで", wareki(*day)), basis.clone())));
    }
    about
}

/// What is to be known before the form: the step is done, blocked, or somebody else's.
fn notice(seen: &Seen, step: &Step, hand: Option<Hand>) -> Option<Notice> {
    let told = |tone, title: String, body: Option<String>| {
        Some(Notice {
            tone, title, body, next: Some(Link { href: seen.path(""), words: "案件を見る".to_owned() })
        })
    };
    if let Some(done) = seen.case().steps.get(&step.id) {
        return told(Tone::Info, format!("この手順は済んでいます。{}", seen.told(&step.id, done)), None);
    }
    let procedure = seen.procedure().ok()?;
    if !seen.case().applies(step, &seen.loaded.guideline) {
        return told(Tone::Info, "この案件では、この手順は必要ありません。".to_owned(), None);
    }
    let before = seen.case().missing_before(step, procedure, &seen.loaded.guideline);
    if !before.is_empty() {
        let labels: Vec<String> = before.iter().map(|edge| format!("「{}」", seen.label(&edge.step))).collect();
        return told(Tone::Warning, format!("先に{}が必要です。", labels.concat()), None);
    }
    if let Some(last) = seen.case().lacks_last_day(step, procedure, &seen.loaded.guideline) {
        let title = format!("先に「{}」で、利用の最後の日を記録してください。", last.label);
        let body = "この手順で出す書面や一覧が、その日によるためです。".to_owned();
        return told(Tone::Warning, title, Some(body));
    }
    if let Some(last) = seen.case().waits_until(step, seen.visit.today()) {
        let title = format!("利用の最後の日は{}です。この手順は、その日から行えます。", wareki(last));
        return told(Tone::Info, title, Some(format!("それまでは、{}です。", seen.view.account.standing.label())));
    }
    let whose = format!("この手順は{}が行います。", seen.roles(step));
    let holders = seen.holders(step);
    let today = if holders.is_empty() {
        "今日、その職にある方がいません。組織の登録を確かめてください。".to_owned()
    } else {
        format!("今日行えるのは、{}です。", holders.join("、"))
    };
    match hand {
        Some(Hand::Own) => None,
        Some(Hand::Records) => told(
            Tone::Info,
            whose,
            Some(format!("{today}庁内の文書システムで決裁を受けたときは、その文書番号でここに記録できます。")),
        ),
        Some(Hand::Enters) => told(
            Tone::Info,
            whose,
            Some("紙やメールで届いた届出は、受け取った日と文書番号を書いて、代わりに入力できます。".to_owned()),
        ),
        None => told(Tone::Info, whose, Some(today)),
    }
}

/// What the policy still lacks at this step, each with its place.
fn lacks(seen: &Seen, step: &Step) -> Vec<RefusedItem> {
    let Some(content) = seen.case().policy_known() else { return Vec::new() };
    let stage = step.kind.meaning().stage.unwrap_or(Stage::Filing);
    let problems = policy::problems(&content, &seen.loaded.guideline, seen.visit.city().networks(), stage);
    problems
        .into_iter()
        .map(|problem| RefusedItem {
            href: seen.drafts().then(|| seen.path(&format!("policy/{}", problem.at.word()))),
            words: format!("{}{}", problem.what, problem.next),
            basis: Some(seen.basis(&problem.basis)),
        })
        .collect()
}
