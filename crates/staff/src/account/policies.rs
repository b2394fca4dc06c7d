//! The versions of an account's policy, and what one says otherwise than another.

use askama::Template;
use axum::extract::Path;
use domain::account::Account;
use domain::calendar::wareki_with_western;
use domain::case::{Case, CaseState};
use domain::policy::{Piece, Policy, diff};
use serde::Deserialize;

use super::printed;
use crate::accounts::{RegisterPage, name};
use crate::answer::{Answer, Reply};
use crate::page::{Link, Shell};
use crate::parts::{Cell, Empty, Head, Pages, Passage, Table};
use crate::query::Query;
use crate::visit::Visit;
use crate::words;

#[derive(Template)]
#[template(path = "account_difference.html")]
struct DifferencePage {
    shell: Shell,
    lead: String,
    items: Vec<(String, Vec<Passage>)>,
    rows: Vec<(String, Cell)>,
}

/// Against which version one is compared.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Against {
    against: String,
}

/// The versions, the newest first.
pub(crate) async fn page(visit: Visit, Path((_, id)): Path<(String, String)>) -> Reply {
    let account = visit.account(&id).await?;
    let versions = versions(&visit, &account).await?;
    let row = |case: &Case| {
        let href = visit.path(&format!("accounts/{}/policies/{}", account.id, case.id));
        let holds = account.policy.as_ref() == Some(&case.id);
        vec![
            Cell::Link(Link { href, words: format!("案件 {} の方針", case.id) }),
            Cell::Text(wareki_with_western(case.opened_on)),
            Cell::Text(match case.state {
                CaseState::Completed { on } => wareki_with_western(on),
                CaseState::Withdrawn { .. } | CaseState::Open => String::new(),
            }),
            Cell::Tag(words::state(&case.state)),
            Cell::Text(if holds { "今の方針".to_owned() } else { String::new() }),
        ]
    };
    let page = RegisterPage {
        shell: under(&visit, &account, "方針の版"),
        lead: "版を選ぶと、前の版との違いと全体が見られます。".to_owned(),
        actions: Vec::new(),
        here: String::new(),
        narrowed: false,
        fields: Vec::new(),
        table: Table {
            caption: "方針の版（新しい順）".to_owned(),
            heads: ["版", "書き始めた日", "手続が終わった日", "案件の状態", "効力"]
                .into_iter()
                .map(Head::new)
                .collect(),
            rows: versions.iter().rev().map(row).collect(),
            empty: Empty {
                title: "方針はまだありません。".to_owned(),
                body: "開設や変更の案件で書くと、ここに出ます。".to_owned(),
                next: None,
            },
        },
        pages: Pages::default(),
    };
    visit.show(&page)
}

/// One version against another: by default the one before it.
pub(crate) async fn difference(
    visit: Visit,
    Path((_, id, case)): Path<(String, String, String)>,
    Query(asked): Query<Against>,
) -> Reply {
    let account = visit.account(&id).await?;
    let versions = versions(&visit, &account).await?;
    let place = versions.iter().position(|version| version.id.0 == case).ok_or(Answer::Nowhere)?;
    let version = versions.get(place).ok_or(Answer::Nowhere)?;
    let former = if asked.against.is_empty() {
        place.checked_sub(1).and_then(|before| versions.get(before))
    } else {
        Some(versions.iter().find(|other| other.id.0 == asked.against).ok_or(Answer::Nowhere)?)
    };
    let loaded = visit.city().guideline_of(version).await?;
    let (lead, items) = match (former, former.and_then(content), content(version)) {
        (Some(former), Some(before), Some(after)) => {
            let items = diff(before, after, &loaded.guideline, visit.city().networks());
            let items = items.into_iter().map(|item| (item.label, passages(item.pieces))).collect();
            (format!("案件 {} の方針から、案件 {} の方針への違いです。", former.id, version.id), items)
        }
        (None, _, _) => ("はじめの版です。くらべる前の版はありません。".to_owned(), Vec::new()),
        _ => ("廃棄の決定により消去された版があるため、くらべられません。".to_owned(), Vec::new()),
    };
    let page = DifferencePage {
        shell: under(&visit, &account, "方針の違い")
            .under(visit.path(&format!("accounts/{}/policies", account.id)), "方針の版"),
        lead,
        items,
        rows: printed(&visit, &account, version).await?,
    };
    visit.show(&page)
}

/// A page below an account's.
pub(super) fn under(visit: &Visit, account: &Account, title: &str) -> Shell {
    let account_page = visit.path(&format!("accounts/{}", account.id));
    visit.shell(title).under(visit.path("accounts"), "アカウント").under(account_page, name(account))
}

async fn versions(visit: &Visit, account: &Account) -> Result<Vec<Case>, Answer> {
    let cases = visit.city().cases_of(&account.id).await?;
    Ok(cases.into_iter().filter(|case| case.policy_written().is_some()).collect())
}

fn content(case: &Case) -> Option<&Policy> {
    case.policy_written()?.content.as_ref()
}

fn passages(pieces: Vec<Piece>) -> Vec<Passage> {
    let passage = |piece| match piece {
        Piece::Same(words) => Passage::Same(words),
        Piece::Gone(words) => Passage::Removed(words),
        Piece::New(words) => Passage::Added(words),
    };
    pieces.into_iter().map(passage).collect()
}
