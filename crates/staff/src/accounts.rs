//! アカウントの台帳: as far as each may be seen, the newest first; and the whole of it for audits.

use actions::{AccountFilter, Page};
use askama::Template;
use axum::response::Response;
use documents::table::{Charset, CsvWriter, WORKBOOK, WorkbookWriter};
use domain::access::Action;
use domain::account::{Account, Standing};
use domain::id::{AccountId, UnitId};
use domain::network::{self, NetworkId};
use serde::Deserialize;

use crate::answer::{Answer, Reply, download};
use crate::field::{Choice, Field, Kind};
use crate::page::{Link, Shell};
use crate::parts::{Cell, Empty, Head, Pages, Shape, Table, Tag};
use crate::query::{Query, address};
use crate::visit::Visit;

/// How many accounts a page shows.
const SHOWN: u32 = 50;

/// The standings that a list is narrowed to, in the order of an account's life.
const STANDINGS: [&str; 7] = ["準備中", "既存(届出前)", "掲載中", "休止", "掲載削除済", "廃止", "取下げ"];

/// A list of the register: accounts, the official list, impersonators.
#[derive(Template)]
#[template(path = "register.html")]
pub(crate) struct RegisterPage {
    pub shell: Shell,
    pub lead: String,
    pub actions: Vec<Link>,
    pub here: String,
    pub narrowed: bool,
    pub fields: Vec<Field>,
    pub table: Table,
    pub pages: Pages,
}

/// What is asked for in the address: everything may be missing or empty.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    standing: String,
    unit: String,
    network: String,
    q: String,
    after: String,
}

/// The accounts that the caller may see in full.
pub(crate) async fn page(visit: Visit, Query(asked): Query<Asked>) -> Reply {
    let said = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let filter = AccountFilter {
        unit: said(&asked.unit).map(UnitId),
        standing: said(&asked.standing),
        network: said(&asked.network).map(NetworkId::new),
        text: said(&asked.q),
    };
    let after = said(&asked.after).map(AccountId);
    let found = visit.city().find_accounts(&filter, &visit.scope(), after.as_ref(), SHOWN).await?;
    let lead = if visit.may(Action::ExportAll) {
        "アカウントの台帳です。"
    } else {
        "所属が関わるアカウントです。ほかの部署の公式アカウントは、公式一覧で見られます。"
    };
    let page = RegisterPage {
        shell: visit.shell("アカウント"),
        lead: lead.to_owned(),
        actions: links(&visit),
        here: visit.path("accounts"),
        narrowed: filter != AccountFilter::default(),
        fields: fields(&visit, &asked),
        pages: pages(&visit, &asked, &found),
        table: table(&visit, &found.rows),
    };
    visit.show(&page)
}

/// 監査用一覧 as CSV.
pub(crate) async fn csv(visit: Visit) -> Reply {
    let mut writer = CsvWriter::new(Charset::Utf8);
    let row = |cells: &[String]| {
        writer.row(cells);
        Ok::<(), Answer>(())
    };
    visit.city().audit_table(row).await?;
    let bytes = writer.finish().map_err(|fault| failed(&fault))?;
    Ok(file(&visit, "csv", "text/csv; charset=utf-8", bytes))
}

/// 監査用一覧 as a workbook.
pub(crate) async fn xlsx(visit: Visit) -> Reply {
    let mut writer = WorkbookWriter::new("監査用一覧").map_err(|fault| failed(&fault))?;
    let row = |cells: &[String]| writer.row(cells).map_err(|fault| failed(&fault));
    visit.city().audit_table(row).await?;
    let bytes = writer.finish().map_err(|fault| failed(&fault))?;
    Ok(file(&visit, "xlsx", WORKBOOK, bytes))
}

fn file(visit: &Visit, ending: &str, media: &'static str, bytes: Vec<u8>) -> Response {
    download(&format!("監査用一覧-{}.{ending}", visit.today()), media, bytes)
}

fn failed(fault: &dyn std::error::Error) -> Answer {
    tracing::error!(%fault, "一覧を書き出せませんでした。");
    Answer::Failed
}

fn links(visit: &Visit) -> Vec<Link> {
    let link = |action, rest: &str, words: &str| {
        visit.may(action).then(|| Link { href: visit.path(rest), words: words.to_owned() })
    };
    [
        link(Action::OpenCase, "cases/new", "新しいアカウントの手続を始める"),
        link(Action::NoteAccount, "accounts/new", "既存のアカウントを台帳に入れる"),
        link(Action::SeeImpersonators, "impersonators", "なりすまし"),
        link(Action::ExportAll, "accounts.csv", "監査用一覧（CSV）"),
        link(Action::ExportAll, "accounts.xlsx", "監査用一覧（Excel）"),
        link(Action::ExportAll, "forms", "様式をまとめて受け取る"),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn fields(visit: &Visit, asked: &Asked) -> Vec<Field> {
    let all = || std::iter::once(Choice::new("", "すべて", ""));
    let standings = STANDINGS.map(|word| Choice::new(word, word, &asked.standing));
    let networks =
        visit.city().networks().iter().map(|one| Choice::new(one.id().as_str(), one.label(), &asked.network));
    vec![
        Field::new("standing", "状態", Kind::Select(all().chain(standings).collect())).optional(),
        Field::new("unit", "担当部署", Kind::Select(all().chain(units(visit, &asked.unit)).collect())).optional(),
        Field::new("network", "種類", Kind::Select(all().chain(networks).collect())).optional(),
        Field::line("q", "ことば", asked.q.as_str()).optional(),
    ]
}

/// The units of today to choose from.
pub(crate) fn units<'v>(visit: &'v Visit, chosen: &'v str) -> impl Iterator<Item = Choice> + 'v {
    let units = visit.office().units.values().filter(|unit| unit.exists_on(visit.today()));
    units.map(|unit| Choice::new(unit.id.0.as_str(), full_name(visit, &unit.id), chosen))
}

/// A unit's name of today, with the department before it: units of one name are told apart, and the longest list is read.
pub(crate) fn full_name(visit: &Visit, unit: &UnitId) -> String {
    let (office, today) = (visit.office(), visit.today());
    let above = office.department_of(unit, today).filter(|above| above != unit);
    let above = above.map(|above| format!("{}　", office.unit_name(&above, today))).unwrap_or_default();
    format!("{above}{}", office.unit_name(unit, today))
}

fn pages(visit: &Visit, asked: &Asked, found: &Page<Account>) -> Pages {
    let href = |after: &str| {
        let parts = [
            ("standing", asked.standing.as_str()),
            ("unit", asked.unit.as_str()),
            ("network", asked.network.as_str()),
            ("q", asked.q.as_str()),
            ("after", after),
        ];
        address(visit, "accounts", &parts)
    };
    Pages {
        first: (!asked.after.is_empty()).then(|| href("")),
        after: found.next.as_deref().map(href),
        shown: format!("{}件", found.rows.len()),
    }
}

fn table(visit: &Visit, accounts: &[Account]) -> Table {
    let row = |account: &Account| {
        let link = Link { href: visit.path(&format!("accounts/{}", account.id)), words: name(account) };
        vec![
            Cell::LinkPair(link, account.url.clone().unwrap_or_default()),
            Cell::Text(network(visit, account)),
            Cell::Text(unit_names(visit, account)),
            account.number.clone().map_or(Cell::Missing("なし"), Cell::Text),
            Cell::Tag(standing(&account.standing)),
        ]
    };
    let number = visit.guideline().guideline.words.number.clone().unwrap_or_else(|| "番号".to_owned());
    let heads = ["アカウント", "種類", "担当部署", number.as_str(), "状態"];
    Table {
        caption: "アカウント".to_owned(),
        heads: heads.into_iter().map(Head::new).collect(),
        rows: accounts.iter().map(row).collect(),
        empty: Empty {
            title: "ここに出すアカウントはありません。".to_owned(),
            body: "絞り込みを変えるか、公式一覧を見てください。".to_owned(),
            next: Some(Link { href: visit.path("list"), words: "公式一覧を見る".to_owned() }),
        },
    }
}

/// What an account is called.
pub(crate) fn name(account: &Account) -> String {
    account.name.clone().unwrap_or_else(|| crate::words::UNNAMED.to_owned())
}

/// Its network's name today.
pub(crate) fn network(visit: &Visit, account: &Account) -> String {
    let known = || account.network.as_ref().map(|id| network::label_on(id, visit.today(), visit.city().networks()));
    account.network_name.clone().or_else(known).unwrap_or_default()
}

/// Its units' names today, the leading one first.
pub(crate) fn unit_names(visit: &Visit, account: &Account) -> String {
    let names: Vec<String> = account.units.iter().map(|unit| visit.office().unit_name(unit, visit.today())).collect();
    names.join("、")
}

/// Where it stands, as a tag.
pub(crate) fn standing(standing: &Standing) -> Tag {
    let shape = match standing {
        Standing::Preparing => Shape::Going,
        Standing::Existing { .. } => Shape::Plain,
        Standing::Listed(_) if !standing.is_shown() => Shape::Ended,
        Standing::Listed(_) => Shape::Official,
        Standing::Suspended { .. } => Shape::Paused,
        Standing::Delisted { .. } | Standing::Closed { .. } => Shape::Ended,
        Standing::Withdrawn { .. } => Shape::Withdrawn,
    };
    Tag::new(standing.label(), shape)
}
