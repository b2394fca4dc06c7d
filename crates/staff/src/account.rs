//! One account: in full for whoever it concerns, its public face for everybody else.

pub(crate) mod note;
pub(crate) mod policies;
pub(crate) mod profile;

use actions::Told;
use askama::Template;
use axum::extract::Path;
use domain::access::Action;
use domain::account::{Account, Standing};
use domain::calendar::wareki_with_western;
use domain::case::Case;
use domain::guideline::Designation;
use domain::id::AccountId;
use domain::listing::ListingRecord;
use domain::policy::{PrintFacts, rows};
use jiff::civil::Date;

use crate::accounts::{name, network, standing, unit_names};
use crate::answer::{Answer, Reply};
use crate::case::open::{Group, groups, offered};
use crate::done::Done;
use crate::page::{Link, Shell};
use crate::parts::{Cell, Empty, Head, Table, Tag};
use crate::query::Query;
use crate::visit::Visit;
use crate::words;

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage {
    shell: Shell,
    standing: Tag,
    since: String,
    begin: Vec<Group>,
    facts: Vec<(String, Cell)>,
    links: Vec<Link>,
    policy_title: String,
    rows: Vec<(String, Cell)>,
    no_policy: Empty,
    cases: Option<Table>,
}

/// An account.
pub(crate) async fn page(visit: Visit, Path((_, id)): Path<(String, String)>, Query(done): Query<Done>) -> Reply {
    match visit.account(&id).await {
        Ok(account) => whole(&visit, &account, &done).await,
        Err(Answer::Nowhere) => public_face(&visit, &id).await,
        Err(answer) => Err(answer),
    }
}

async fn whole(visit: &Visit, account: &Account, done: &Done) -> Reply {
    let shell = visit.shell(name(account)).under(visit.path("accounts"), "アカウント");
    let noted = |told: &Told| told.kind == "account_noted" && told.account.as_ref() == Some(&account.id);
    let cases = visit.city().cases_of(&account.id).await?;
    let page = AccountPage {
        shell: done.said_if(visit, shell, noted).await?,
        standing: standing(&account.standing),
        since: since(&account.standing),
        begin: groups(visit, &offered(visit, Some(account)).await?, Some(account)),
        facts: facts(visit, account),
        links: links(visit, account),
        policy_title: visit.guideline().guideline.words.policy.clone(),
        rows: policy_rows(visit, account, &cases).await?,
        no_policy: no_policy("決まると、ここに今の版が出ます。"),
        cases: Some(case_table(visit, &cases)),
    };
    visit.show(&page)
}

/// What citizens see of a listed account, for officers whom it does not concern; nothing else of it is shown.
async fn public_face(visit: &Visit, id: &str) -> Reply {
    visit.pass(Action::SeeListed, domain::access::Relation::Unasked)?;
    let account = visit.city().account(&AccountId::from(id)).await?.ok_or(Answer::Nowhere)?;
    let record = record(&account).ok_or(Answer::Nowhere)?;
    let text = |label: &str, words: &str| (label.to_owned(), Cell::Text(words.to_owned()));
    let facts = [
        Some(text("種類", &record.network_label)),
        Some(text("URL", &record.url)),
        Some(text("担当部署", &record.unit)),
        record.number.as_deref().map(|number| text("番号", number)),
    ];
    let rows = record.policy.iter().map(|row| text(&row.label, &row.text));
    let page = AccountPage {
        shell: visit.shell(record.name.clone()).under(visit.path("list"), "公式一覧"),
        standing: standing(&account.standing),
        since: since(&account.standing),
        begin: Vec::new(),
        facts: facts.into_iter().flatten().collect(),
        links: public_link(visit, &account).into_iter().collect(),
        policy_title: visit.guideline().guideline.words.policy.clone(),
        rows: rows.collect(),
        no_policy: no_policy("一覧には方針が載っていません。"),
        cases: None,
    };
    visit.show(&page)
}

/// What the list says of an account now.
pub(crate) fn record(account: &Account) -> Option<ListingRecord> {
    let Standing::Listed(listed) = &account.standing else { return None };
    ListingRecord::kept(listed.record.as_deref()?, &listed.record_hash)
}

/// The page of the official list on which citizens see an account.
pub(crate) fn public_page(visit: &Visit, account: &Account) -> Option<String> {
    let base = visit.town().public_url.as_deref().filter(|_| account.standing.is_shown())?;
    Some(format!("{}/accounts/{}.html", base.trim_end_matches('/'), account.id))
}

fn public_link(visit: &Visit, account: &Account) -> Option<Link> {
    let href = public_page(visit, account)?;
    Some(Link { href, words: "公開のページ".to_owned() })
}

fn no_policy(body: &str) -> Empty {
    Empty { title: "方針はまだありません。".to_owned(), body: body.to_owned(), next: None }
}

fn since(standing: &Standing) -> String {
    let from = |day: &Date, words: &str| format!("{}{words}", wareki_with_western(*day));
    match standing {
        Standing::Preparing => "まだ公式一覧に載っていません。".to_owned(),
        Standing::Existing { noted_on } => from(noted_on, "に台帳に入れました。公式アカウントではありません。"),
        Standing::Listed(_) if !standing.is_shown() => {
            "掲載の記録を廃棄の決定により消去したため、公式一覧には載っていません。".to_owned()
        }
        Standing::Listed(listed) => from(&listed.since, "から公式一覧に載っています。"),
        Standing::Suspended { since } => from(since, "から休止しています。公式一覧には載っていません。"),
        Standing::Delisted { since } => from(since, "に公式一覧から外しました。"),
        Standing::Closed { on } => from(on, "に廃止しました。"),
        Standing::Withdrawn { on } => from(on, "に取り下げました。"),
    }
}

fn facts(visit: &Visit, account: &Account) -> Vec<(String, Cell)> {
    let (office, today) = (visit.office(), visit.today());
    let stands = account.designated.iter().filter(|designated| office.stands(designated, today));
    let designated: Vec<String> = stands
        .map(|designated| {
            let role = match designated.role {
                Designation::Poster => "担当者",
                Designation::Approver => "責任者",
            };
            let title = office.positions.get(&designated.position).map(|position| position.title.as_str());
            let person = office.people.get(&designated.person).and_then(|person| person.name.as_deref());
            format!("{role}：{} {}", title.unwrap_or_default(), person.unwrap_or_default())
        })
        .collect();
    let text =
        |words: Option<String>, missing| words.filter(|w| !w.is_empty()).map_or(Cell::Missing(missing), Cell::Text);
    let started = account.operating_since.map(wareki_with_western);
    let number = visit.guideline().guideline.words.number.clone();
    let mut facts = vec![
        ("種類".to_owned(), text(Some(network(visit, account)), "まだ決まっていません")),
        ("URL".to_owned(), text(account.url.clone(), "まだありません")),
        ("担当部署".to_owned(), text(Some(unit_names(visit, account)), "ありません")),
        ("今日の担当者と責任者".to_owned(), text(Some(designated.join("\n")), "指定されていません")),
    ];
    // A guideline without numbers or a step of starting asks for neither.
    facts.extend(number.map(|label| (label, text(account.number.clone(), "まだありません"))));
    facts.extend(started.map(|day| ("投稿を始められる日".to_owned(), Cell::Text(day))));
    facts
}

fn links(visit: &Visit, account: &Account) -> Vec<Link> {
    let below = |rest: &str, words: &str| Link {
        href: visit.path(&format!("accounts/{}/{rest}", account.id)),
        words: words.to_owned(),
    };
    let ledger = visit
        .may(Action::SeeLedger)
        .then(|| Link {
            href: visit.path(&format!("ledger?account={}", account.id)), words: "台帳の記録".to_owned()
        });
    let own = [below("policies", "方針の版と違い"), below("profile", "プロフィール欄に写す文")];
    public_link(visit, account).into_iter().chain(own).chain(ledger).collect()
}

/// The policy in force as printed: as it is listed, else as its case has it.
async fn policy_rows(visit: &Visit, account: &Account, cases: &[Case]) -> Result<Vec<(String, Cell)>, Answer> {
    if let Some(record) = record(account) {
        return Ok(record.policy.into_iter().map(|row| (row.label, Cell::Text(row.text))).collect());
    }
    let holding = account.policy.as_ref();
    match cases.iter().find(|case| Some(&case.id) == holding) {
        Some(case) => printed(visit, account, case).await,
        None => Ok(Vec::new()),
    }
}

/// The policy of a case as its own guideline prints it.
async fn printed(visit: &Visit, account: &Account, case: &Case) -> Result<Vec<(String, Cell)>, Answer> {
    let Some(policy) = case.policy.as_ref().and_then(|policy| policy.content.as_ref()) else { return Ok(Vec::new()) };
    let loaded = visit.city().guideline_of(case).await?;
    let label =
        policy.network.clone().and_then(|typed| visit.city().networks().named(&typed).map(|n| n.label().to_owned()));
    let facts = PrintFacts {
        units: case.units.iter().map(|unit| visit.office().unit_name(unit, visit.today())).collect(),
        network_label: label.unwrap_or_else(|| network(visit, account)),
        url: case.url().map(str::to_owned),
    };
    let rows = rows(policy, &loaded.guideline, &facts);
    Ok(rows.into_iter().map(|row| (row.label, Cell::Text(row.text))).collect())
}

fn case_table(visit: &Visit, cases: &[Case]) -> Table {
    let procedures = &visit.guideline().guideline;
    let row = |case: &Case| {
        let label = procedures.procedure(&case.procedure).map_or(case.procedure.as_str(), |found| found.label.as_str());
        let href = visit.path(&format!("cases/{}", case.id));
        vec![
            Cell::LinkPair(Link { href, words: label.to_owned() }, case.id.to_string()),
            Cell::Text(wareki_with_western(case.opened_on)),
            Cell::Text(case.opened_by.title.clone()),
            Cell::Tag(words::state(&case.state)),
        ]
    };
    Table {
        caption: "このアカウントの案件（新しい順）".to_owned(),
        heads: ["案件", "始めた日", "始めた職", "状態"].into_iter().map(Head::new).collect(),
        rows: cases.iter().rev().map(row).collect(),
        empty: Empty {
            title: "案件はまだありません。".to_owned(),
            body: "手続を始めると、ここに出ます。".to_owned(),
            next: None,
        },
    }
}
