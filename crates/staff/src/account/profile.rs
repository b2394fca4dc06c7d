//! プロフィール欄: the words to carry over by hand, within the room that the network gives.

use askama::Template;
use axum::extract::Path;
use domain::profile::{fit, parts};

use super::{policies::under, public_page};
use crate::accounts::{network, unit_names};
use crate::answer::{Answer, Reply};
use crate::page::Shell;
use crate::parts::{Cell, Copy};
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "account_profile.html")]
struct ProfilePage {
    shell: Shell,
    lead: String,
    copies: Vec<Copy>,
    counted: String,
    left_out: Vec<(String, Cell)>,
}

/// What the account's profile says.
pub(crate) async fn page(visit: Visit, Path((_, id)): Path<(String, String)>) -> Reply {
    let account = visit.account(&id).await?;
    let shell = under(&visit, &account, "プロフィール欄に写す文");
    let empty = |lead: &str| ProfilePage {
        shell: shell.clone(),
        lead: lead.to_owned(),
        copies: Vec::new(),
        counted: String::new(),
        left_out: Vec::new(),
    };
    if !account.is_official() {
        return visit.show(&empty(
            "このアカウントは、いま公式一覧に載っていません。載ると、ここに写す文ができます。載るまでは、公式アカウントと名のれません。",
        ));
    }
    let cases = visit.city().cases_of(&account.id).await?;
    let holding = account.policy.as_ref().ok_or(Answer::Nowhere)?;
    let case = cases.iter().find(|case| case.id == *holding).ok_or(Answer::Nowhere)?;
    let Some(policy) = case.policy.as_ref().and_then(|policy| policy.content.as_ref()) else {
        return visit.show(&empty("方針は、廃棄の決定により消去されています。"));
    };
    let loaded = visit.city().guideline_of(case).await?;
    let page = public_page(&visit, &account);
    let said = parts(policy, &loaded.guideline, &unit_names(&visit, &account), page.as_deref());
    let room = account.network.as_ref().and_then(|id| visit.city().networks().get(id)?.profile_room());
    let profile = fit(&said, room);
    let counted = match profile.room {
        Some(room) => format!("{}字です。{}は{}字までです。", profile.length, network(&visit, &account), room.most),
        None => format!(
            "{}字です。このサービスの上限は、ここではわかりません。写すときに確かめてください。",
            profile.length
        ),
    };
    let shown = ProfilePage {
        shell,
        lead: "アカウントのプロフィール欄に、次の文を写してください。".to_owned(),
        copies: vec![Copy {
            id: "profile".to_owned(), label: "プロフィールの文".to_owned(), text: profile.text
        }],
        counted,
        left_out: profile
            .left_out
            .into_iter()
            .map(|(part, words)| (part.label().to_owned(), Cell::Text(words)))
            .collect(),
    };
    visit.show(&shown)
}
