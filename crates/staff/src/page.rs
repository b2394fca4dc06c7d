//! The frame of a signed-in page: where one is, who one is, where one can go.

use actions::{IDLE, Session, WHOLE};
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use domain::access::{Action, Caller};
use domain::calendar::tokyo;

use crate::answer::{Reply, html};
use crate::parts::Ending;
use crate::visit::Visit;

/// What the frame of a page shows.
#[derive(Debug, Clone)]
pub struct Shell {
    /// The municipality's code, for links.
    pub town: String,
    /// The municipality's name.
    pub town_name: String,
    /// The page's title, its `h1` and the first part of the window's title.
    pub title: String,
    /// The name that somebody gave, within the title; the heading keeps its direction from what stands around it.
    pub named: String,
    /// The way here, from the outside in; the page itself is not in it.
    pub crumbs: Vec<Link>,
    /// Where one can go.
    pub nav: Vec<NavLink>,
    /// Who one is today: the positions, or 運用者.
    pub who: String,
    /// The login's name; empty where it has none.
    pub name: String,
    /// Said above the page: what was just done.
    pub said: Option<Said>,
    /// When the visit ends without a sign of life.
    pub ending: Option<Ending>,
}

/// A link with its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Where.
    pub href: String,
    /// The words.
    pub words: String,
}

/// A link of the navigation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NavLink {
    /// Where.
    pub href: String,
    /// The words.
    pub words: &'static str,
    /// `page` where it leads to the page one is on, `true` where the page lies below it, empty elsewhere.
    pub current: &'static str,
}

/// What was just done, or what is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// success, info, warning or danger.
    pub tone: &'static str,
    /// The words.
    pub words: String,
}

const NAV: &[(&str, &str, Action)] = &[
    ("tasks", "やること", Action::SeeTasks),
    ("notices", "お知らせ", Action::ReadNotices),
    ("cases", "案件", Action::SeeCases),
    ("accounts", "アカウント", Action::SeeAccounts),
    ("list", "公式一覧", Action::SeeListed),
    ("office", "組織", Action::SeeOffice),
    ("guideline", "ガイドライン", Action::SeeGuideline),
    ("ledger", "台帳", Action::SeeLedger),
    ("office/import", "組織の取り込み", Action::ImportOffice),
    ("sign-ins", "サインインの管理", Action::ManageSignIns),
    ("outbox", "送れなかったお知らせ", Action::KeepOutbox),
];

impl Visit {
    /// The frame of a page with this title.
    pub fn shell(&self, title: impl Into<String>) -> Shell {
        let here = self.asked_path().split('?').next().unwrap_or_default().to_owned();
        let within = |href: &str| here.strip_prefix(href).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        let rooms: Vec<_> = NAV.iter().filter(|(_, _, action)| self.may(*action)).collect();
        // A room may lie within another one; people are in the inner one.
        let now = rooms.iter().map(|(rest, _, _)| self.path(rest)).filter(|href| within(href)).max_by_key(String::len);
        let nav = rooms.into_iter().map(|(rest, words, _)| {
            let href = self.path(rest);
            let current = match &now {
                Some(_) if here == href => "page",
                Some(now) if *now == href => "true",
                _ => "",
            };
            NavLink { href, words, current }
        });
        let title = title.into();
        Shell {
            town: self.code().to_owned(),
            town_name: self.town().name.clone(),
            named: title.clone(),
            title,
            crumbs: Vec::new(),
            nav: nav.collect(),
            who: self.who(),
            name: self.session().map(|session| session.name.clone()).unwrap_or_default(),
            said: self.alarm(),
            ending: self.session().map(|session| ending(session, self.now())),
        }
    }

    /// What an operator has to know on every page until it is mended.
    fn alarm(&self) -> Option<Said> {
        if !matches!(self.caller(), Caller::Operator) {
            return None;
        }
        let unsigned = self.city().proof_key().is_none().then(|| {
            format!(
                "署名の鍵がないため（または壊れているため）、公開している一覧にも、台帳のチェックポイントにも署名がありません。控えておいた鍵のファイル（{}.key）を鍵のフォルダーに戻して、しるべを動かし直してください。",
                self.code()
            )
        });
        let left_out = self.city().left_out().map(|words| words.replace('`', ""));
        let seal = self.city().seal_found().warning(self.code());
        let signer = self.city().signer_found().warning(self.code());
        let words: Vec<String> = unsigned.into_iter().chain(signer).chain(seal).chain(left_out).collect();
        (!words.is_empty()).then(|| Said { tone: "danger", words: words.join("\n") })
    }

    /// A page.
    #[expect(clippy::unused_self, reason = "pages are shown by a visit, so that none is shown without one")]
    pub fn show(&self, page: &impl Template) -> Reply {
        Ok(html(StatusCode::OK, page.render()?))
    }

    /// A page that says why what was sent was not taken; what was typed stands in it.
    #[expect(clippy::unused_self, reason = "pages are shown by a visit, so that none is shown without one")]
    pub fn show_refused(&self, page: &impl Template) -> Result<Response, crate::answer::Answer> {
        Ok(html(StatusCode::UNPROCESSABLE_ENTITY, page.render()?))
    }

    fn who(&self) -> String {
        match self.caller() {
            Caller::Anonymous => String::new(),
            Caller::Operator => "システム運用者".to_owned(),
            Caller::Officer(officer) if officer.posts.is_empty() => "今日の職がありません".to_owned(),
            Caller::Officer(officer) => {
                officer.posts.iter().map(|post| post.title.as_str()).collect::<Vec<_>>().join("・")
            }
        }
    }
}

/// When a session ends that was seen just now: it is noted to the minute, so at most a minute earlier than said.
fn ending(session: &Session, now: i64) -> Ending {
    let until = now.saturating_add(IDLE).min(session.began_at.saturating_add(WHOLE));
    let at = tokyo(until);
    Ending { left: until.saturating_sub(now), until: format!("{:02}:{:02}", at.hour(), at.minute()) }
}

impl Shell {
    /// The title as its heading shows it: what stands before the name, the name, and what stands behind it.
    pub fn heading(&self) -> (&str, &str, &str) {
        match self.title.split_once(self.named.as_str()).filter(|_| !self.named.is_empty()) {
            Some((before, after)) => (before, &self.named, after),
            None => ("", &self.title, ""),
        }
    }

    /// The same frame, telling which part of its title is a name that somebody gave.
    #[must_use]
    pub fn naming(mut self, name: impl Into<String>) -> Self {
        self.named = name.into();
        self
    }

    /// The same frame with the way here.
    #[must_use]
    pub fn under(mut self, href: impl Into<String>, words: impl Into<String>) -> Self {
        self.crumbs.push(Link { href: href.into(), words: words.into() });
        self
    }

    /// The same frame with something said above the page.
    #[must_use]
    pub fn saying(mut self, tone: &'static str, words: impl Into<String>) -> Self {
        self.said = Some(Said { tone, words: words.into() });
        self
    }
}
