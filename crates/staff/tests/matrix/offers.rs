//! Whatever is offered can be done: each link opens for whoever reads it, and no form is refused for role or state.
//!
//! A refusal for what was written, or not written, is no fault of the offer.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use actions::{ActError, Stepping};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use domain::evidence::Evidence;
use domain::id::{CaseId, PersonId};
use domain::refusal::RefusalKind;
use staff::House;
use testkit::{Guide, on, who};
use url::Url;

use crate::actors::Actor;
use crate::canary::Aviary;
use crate::desk::{Client, Got};
use crate::town::Seeded;

/// How the kernel and the pages say no to somebody's role, or to what stands.
const ROLE_OR_STATE: [&str; 15] = [
    "が行います。",
    "すでに済んでいます",
    "の前に「",
    "この案件では必要ありません",
    "になっています。",
    "自分で起案したものを",
    "以上の職にある者が務めます",
    "始められるのは",
    "では始められません",
    "進行中の案件（",
    "取り下げることはできません",
    "差し戻せません",
    "まだ行えません",
    "その日より前",
    "在任者がいません",
];

/// Where a press would end the walker's own session, or sends a file.
const OF_THE_SESSION: [&str; 5] = ["/me", "/sign-out", "/sign-in?", "/join", "/office/import"];

/// Whoever may withdraw what a press has begun.
const UNITS: [&str; 9] =
    ["s1-staff", "s2-staff", "s3-staff", "s4-head", "k1-head", "au-staff", "d1-head", "d2-head", "mv-staff"];

/// A form of a page that writes something.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Form {
    page: String,
    action: String,
    fields: Vec<(String, String)>,
}

/// What one reader was offered.
#[derive(Default)]
struct Offered {
    pages: usize,
    forms: BTreeSet<Form>,
    wrong: Vec<String>,
}

// Red while a case page offered its withdrawal after the listing, a step's page its form to whoever does not do it, the
// account page what a running case forbids, and a deleting step before the last day of use.
#[tokio::test]
async fn nothing_is_offered_that_role_or_state_would_refuse() {
    let mut birds = Aviary::default();
    let house = Arc::new(House::new(Url::parse("http://localhost:8081/").expect("an address")));
    let notice = Seeded::make(&house, Guide::Notice, &mut birds).await;
    let decision = Seeded::make(&house, Guide::Decision, &mut birds).await;
    let committee = Seeded::make(&house, Guide::Committee, &mut birds).await;
    let (mut wrong, mut pages, mut forms) = (Vec::new(), 0, 0);
    for (home, other) in [(&notice, &decision), (&decision, &notice), (&committee, &notice)] {
        wrong.extend(names_nobody_in_vain(home).await);
        for mut actor in Actor::all(home, other, &mut birds).await {
            actor.renew(home).await;
            let offered = crawl(&actor.client, home.desk.city.code()).await;
            pages += offered.pages;
            forms += offered.forms.len();
            let told = |words: String| format!("{:?} {}: {words}", home.guide, actor.name);
            wrong.extend(offered.wrong.iter().cloned().map(told));
            for form in &offered.forms {
                let refused = press(home, &actor.client, form).await;
                wrong.extend(refused.map(|words| format!("{:?} {}: {words}", home.guide, actor.name)));
            }
        }
    }
    println!("{pages} pages and {forms} forms");
    assert!(pages > 1000 && forms > 150, "{pages} pages and {forms} forms prove little");
    assert!(wrong.is_empty(), "{} refused:\n{}", wrong.len(), wrong[..wrong.len().min(60)].join("\n"));
}

// Red while the procedures of an account stood in one list without a word.
#[tokio::test]
async fn the_procedures_of_an_account_stand_in_groups() {
    let mut birds = Aviary::default();
    let house = Arc::new(House::new(Url::parse("http://localhost:8081/").expect("an address")));
    let home = Seeded::make(&house, Guide::Notice, &mut birds).await;
    let client = home.desk.sign_in("s1-staff").await;
    let headings = async |state: &str, path: &str| {
        let object = home.objects.iter().find(|object| object.state == state).expect("an account");
        let page = client.get(&format!("{path}{}", object.account)).await.html();
        let heads = page.split("<h3>").skip(1).filter_map(|rest| Some(rest.split_once("</h3>")?.0.to_owned()));
        heads.collect::<Vec<String>>()
    };
    for path in ["accounts/", "cases/new?account="] {
        assert_eq!(headings("listed", path).await, ["続ける・変える", "休む・終える"], "{path}");
        assert_eq!(headings("suspended", path).await, ["続ける・変える", "休む・終える"], "{path}");
        assert_eq!(headings("changing", path).await, Vec::<String>::new(), "its case still runs: {path}");
    }
}

/// Whom a case names as able to do a step now, on its page and in the command line, is refused by none of them.
async fn names_nobody_in_vain(home: &Seeded) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut tried = 0;
    for case in home.objects.iter().filter_map(|object| object.case.as_deref()) {
        let view = home.desk.city.case(&CaseId::from(case)).await.expect("a case");
        for open in view.open.iter().filter(|open| open.waits_until.is_none()) {
            for holder in &open.holders {
                let person = holder.rsplit('（').next().and_then(|rest| rest.strip_suffix('）')).expect("a person");
                // Nobody has seen this version, so nothing is done; role and state are looked at before.
                let order = Stepping { seen: Some(999_999), ..on(case, &open.step, Evidence::Plain) };
                tried += 1;
                match home.desk.city.step(&order, &who(person), None).await {
                    Err(ActError::Refused(refusal)) if !of_role_or_state(refusal.kind) => {}
                    other => wrong.push(format!("{:?} {case} {} by {person}: {other:?}", home.guide, open.step)),
                }
            }
        }
    }
    assert!(tried > 10, "{tried}");
    wrong
}

fn of_role_or_state(kind: RefusalKind) -> bool {
    matches!(
        kind,
        RefusalKind::NotYours
            | RefusalKind::RankTooLow
            | RefusalKind::SecondPerson
            | RefusalKind::OutOfOrder
            | RefusalKind::AlreadyDone
            | RefusalKind::NotApplicable
            | RefusalKind::Ended
            | RefusalKind::WrongStanding
            | RefusalKind::WrongDate
    )
}

/// Opens every link that leads on from the first page.
async fn crawl(client: &Client, code: &str) -> Offered {
    let mut offered = Offered::default();
    let mut seen = BTreeSet::new();
    let mut waiting = VecDeque::from([(String::new(), format!("/{code}"))]);
    while let Some((from, path)) = waiting.pop_front() {
        if !seen.insert(place(&path)) {
            continue;
        }
        let got = client.get(&path).await;
        if got.status == StatusCode::SEE_OTHER {
            waiting.push_back((path, got.location().to_owned()));
            continue;
        }
        if got.status != StatusCode::OK {
            offered.wrong.push(format!("{from} leads to {path}: {}", got.status));
            continue;
        }
        if !is_page(&got) {
            continue;
        }
        let html = got.html();
        waiting.extend(links(&html, code).map(|link| (path.clone(), link)));
        offered.forms.extend(forms(&html, &path));
        offered.pages += 1;
    }
    offered
}

/// What tells pages apart: an account's list of procedures is one of its own, other questions show the same page.
fn place(path: &str) -> String {
    let (plain, asked) = path.split_once('?').unwrap_or((path, ""));
    if plain.ends_with("cases/new") { format!("{plain}?{asked}") } else { plain.to_owned() }
}

fn is_page(got: &Got) -> bool {
    got.headers.get(CONTENT_TYPE).is_some_and(|sort| sort.as_bytes().starts_with(b"text/html"))
}

fn links<'h>(html: &'h str, code: &'h str) -> impl Iterator<Item = String> + 'h {
    let hrefs = html.split(" href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let own = hrefs.map(|href| href.replace("&#38;", "&").replace("&amp;", "&"));
    let own = own.map(|href| href.split('#').next().unwrap_or_default().to_owned());
    // Nobody prints here, and the proofs of a long ledger are all alike.
    let told = move |href: &String| {
        let far = href.split("/ledger/").nth(1).is_some_and(|seq| seq.len() > 1);
        href.starts_with(&format!("/{code}/")) && !href.contains(".pdf") && !far
    };
    own.filter(told)
}

/// The forms that write, filled in as they come.
fn forms(html: &str, page: &str) -> Vec<Form> {
    let mut found = Vec::new();
    for piece in html.split("<form ").skip(1) {
        let form = piece.split("</form>").next().unwrap_or_default();
        let head = form.split('>').next().unwrap_or_default();
        if attribute(head, "method").as_deref() != Some("post") {
            continue;
        }
        let action = attribute(head, "action").expect("a form leads somewhere");
        if OF_THE_SESSION.iter().any(|end| action.contains(end)) {
            continue;
        }
        let mut fields: Vec<(String, String)> = Vec::new();
        for piece in form.split('<').skip(1) {
            let tag = piece.split('>').next().unwrap_or_default();
            let Some(name) = attribute(tag, "name") else { continue };
            let given = attribute(tag, "value").unwrap_or_default();
            let sort = attribute(tag, "type").unwrap_or_default();
            let known = fields.iter().any(|(field, _)| *field == name);
            let value = match tag.split(' ').next() {
                Some("input") if sort == "file" || (sort == "radio" && known) => continue,
                Some("input") => given,
                Some("select") => first_choice(form, &name).unwrap_or_default(),
                // What takes something back asks why, and is not answered: nothing is taken back.
                Some("textarea") if !action.ends_with("/withdraw") => "見本のため".to_owned(),
                Some("textarea") => String::new(),
                _ => continue,
            };
            // Nobody has seen this version, so nothing is done; role and state are looked at before.
            let versioned = ["version", "case_version"].contains(&name.as_str()) && !value.is_empty();
            fields.push((name, if versioned { "999999".to_owned() } else { value }));
        }
        found.push(Form { page: page.to_owned(), action, fields });
    }
    found
}

/// What a tag says of itself.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let tag = format!(" {tag}");
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    Some(rest.split('"').next()?.replace("&#38;", "&"))
}

/// The choice that stands in a list, or the first that says something.
fn first_choice(form: &str, name: &str) -> Option<String> {
    let list = form.split("<select ").find(|list| list.contains(&format!("name=\"{name}\"")))?;
    let list = list.split("</select>").next()?;
    let choices: Vec<&str> = list.split("<option ").skip(1).filter_map(|one| one.split('>').next()).collect();
    let value = |one: &&str| one.split("value=\"").nth(1)?.split('"').next().map(str::to_owned);
    let taken = choices.iter().find(|one| one.contains("selected")).and_then(value).filter(|value| !value.is_empty());
    taken.or_else(|| choices.iter().filter_map(value).find(|value| !value.is_empty()))
}

/// Presses the button of a form; what the page says where it refuses for role or state.
async fn press(home: &Seeded, client: &Client, form: &Form) -> Option<String> {
    let fields: Vec<(&str, &str)> = form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let got = client.post(&form.action, &fields).await;
    let case = got.location().split("/cases/").nth(1).and_then(|rest| rest.split('?').next());
    if let Some(case) = case.filter(|_| form.action.ends_with("/cases/new")) {
        undo(home, case).await;
    }
    let told = |words: &str| Some(format!("{} → {}: {} {words}", form.page, form.action, got.status));
    if ![StatusCode::OK, StatusCode::SEE_OTHER, StatusCode::UNPROCESSABLE_ENTITY].contains(&got.status) {
        return told(&got.read());
    }
    if !is_page(&got) {
        return None;
    }
    let html = got.html();
    let said = html.split("class=\"problems\"").nth(1).and_then(|rest| rest.split("</div>").next())?;
    ROLE_OR_STATE.iter().find(|words| said.contains(*words)).and_then(|words| told(words))
}

/// Takes back what a press has begun, so that the next reader finds what stood before.
async fn undo(home: &Seeded, case: &str) {
    for person in UNITS.map(PersonId::from) {
        let by = domain::act::By { person, ..who("s1-staff") };
        if home.desk.city.withdraw(&CaseId::from(case), "見本", &by, None).await.is_ok() {
            return;
        }
    }
    panic!("nobody withdraws {case}");
}
