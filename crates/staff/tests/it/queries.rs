//! How many questions a page puts to the database: as many for long lists as for short ones.

use std::collections::BTreeMap;

use actions::{ImpersonatorNoted, Opening, RulingOrder};
use axum::http::StatusCode;
use domain::act::SetPractice;
use domain::evidence::{Evidence, ListingPlace};
use domain::id::{AccountId, CaseId};
use staff::{ROUTES, Verb};
use testkit::{Guide, draft, who};

use crate::desk::{Client, Desk};

/// How much more there is of everything the second time.
const MORE: usize = 5;

/// A town in which there is something of every sort, and those who look at it.
struct Counted {
    desk: Desk,
    people: BTreeMap<&'static str, Client>,
    others: Vec<&'static str>,
    serial: usize,
    /// A draft that is being typed, a filing that waits, and a listed account with its last case.
    typed: String,
    filed: String,
    account: String,
    case: String,
}

/// Who opens a page, and under which addresses.
struct Look {
    who: &'static str,
    paths: Vec<String>,
}

#[tokio::test]
async fn every_page_asks_as_often_with_five_times_as_much_to_show() {
    let mut town = Counted::with_one_of_each().await;
    let few = town.counts().await;
    for _ in 1..MORE {
        town.grows().await;
    }
    let many = town.counts().await;
    let grown: Vec<String> = few
        .iter()
        .zip(&many)
        .filter(|(few, many)| few != many)
        .map(|((page, few), (_, many))| format!("{page}: {few} questions, and {many} with {MORE} times as much"))
        .collect();
    assert!(grown.is_empty(), "pages that ask more the more there is:\n{}", grown.join("\n"));
    let most = many.iter().max_by_key(|(_, count)| *count).expect("pages");
    assert!(most.1 <= 40, "{} asks {} questions", most.0, most.1);
}

impl Counted {
    async fn with_one_of_each() -> Self {
        let desk = Desk::open(Guide::Notice).await;
        let mut people = BTreeMap::from([("operator", desk.operator()), ("anybody", desk.anybody())]);
        for person in ["s1-staff", "s1-head", "s3-staff", "s3-head"] {
            people.insert(person, desk.sign_in(person).await);
        }
        let others = vec!["d1-head", "d2-head", "s1-chief", "s1-other", "s2-head", "s2-staff"];
        let (typed, filed, account, case) = Default::default();
        let mut town = Self { desk, people, others, serial: 0, typed, filed, account, case };
        (town.account, town.case) = town.listed().await;
        town.grows().await;
        town
    }

    /// One more of everything that a page shows.
    async fn grows(&mut self) {
        let case = self.desk.town.opens("s1-staff").await.case.expect("a case");
        self.typed.clone_from(&case);
        let path = format!("cases/{case}/policy");
        let staff = &self.people["s1-staff"];
        let first = staff.get(&path).await;
        let fields = crate::desk::hidden(&first.html());
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_ne!(staff.post(&path, &fields).await.status, StatusCode::FORBIDDEN);
        self.filed = self.filed("opening", None).await.0;
        self.listed().await;
        // The account that is looked at gets a longer life.
        let account = self.account.clone();
        let changed = self.filed("change", Some(&account)).await.0;
        self.lists(&changed).await;
        self.case = changed;
        self.settles().await;
        let person = self.others.pop().expect("somebody who has no login yet");
        self.desk.sign_in(person).await;
    }

    async fn settles(&mut self) {
        self.serial += 1;
        let city = &self.desk.city;
        let noted = ImpersonatorNoted {
            network: "x".to_owned(),
            url: format!("https://x.com/mihon_nise{}", self.serial),
            ..ImpersonatorNoted::default()
        };
        city.note_impersonator(&noted, &who("s3-staff"), None).await.expect("noted");
        let order = SetPractice {
            leaf: "within:opening/list".parse().expect("a figure"),
            value: 3 + u32::try_from(self.serial).expect("few"),
            reason: "体制に合わせるため".to_owned(),
        };
        city.set_practice(&order, &who("s3-staff"), None).await.expect("set");
        let order = RulingOrder {
            title: format!("扱い{}", self.serial),
            words: "対象とする。".to_owned(),
            ..RulingOrder::default()
        };
        city.rule(&order, &who("s3-head"), None).await.expect("ruled");
    }

    /// An account that came onto the list, and its case.
    async fn listed(&mut self) -> (String, String) {
        let (case, account) = self.filed("opening", None).await;
        self.lists(&case).await;
        (account, case)
    }

    /// A case that waits for its receipt, and its account.
    async fn filed(&mut self, procedure: &str, account: Option<&str>) -> (String, String) {
        self.serial += 1;
        let town = &self.desk.town;
        let (opened, handle) = match account {
            None => (town.opens("s1-staff").await, format!("mihon_{}", self.serial)),
            Some(account) => {
                let order = Opening {
                    procedure: procedure.to_owned(),
                    account: Some(AccountId::from(account)),
                    ..Opening::default()
                };
                let opened = town.city.open(&order, &who("s1-staff"), None).await.expect("opened");
                (opened, "mihon_1".to_owned())
            }
        };
        let case = opened.case.expect("a case");
        let mut policy = draft(Guide::Notice, &handle);
        policy.purpose = Some(format!("観光の魅力を知らせるため（{}）", self.serial));
        town.drafts(&case, "s1-staff", policy).await.expect("drafted");
        town.does(&case, "file", "s1-head", Evidence::Filing { paper: None }).await.expect("filed");
        let of = self.desk.city.case(&CaseId::from(case.as_str())).await.expect("the case");
        (case, of.account.id.0)
    }

    async fn lists(&self, case: &str) {
        let town = &self.desk.town;
        town.does(case, "receive", "s3-staff", Evidence::Receipt).await.expect("received");
        town.does(case, "list", "s3-staff", Evidence::Listing(ListingPlace::Here)).await.expect("listed");
    }

    /// What every page asks, once everything that is kept in memory is there.
    async fn counts(&self) -> Vec<(String, u64)> {
        let (mut counts, mut unseen) = (Vec::new(), Vec::new());
        for route in ROUTES.iter().filter(|route| route.verb == Verb::Get) {
            let look = self.look(route.path).await;
            for (at, path) in look.paths.iter().enumerate() {
                let client = &self.people[look.who];
                let got = client.get(path).await;
                let shown = [StatusCode::OK, StatusCode::SEE_OTHER].contains(&got.status);
                if !shown && !route.path.contains("oidc") {
                    unseen.push(format!("{path} as {}: {} {}", look.who, got.status, got.read()));
                }
                let before = self.desk.town.bench.store.statements();
                client.get(path).await;
                counts.push((format!("{} ({at})", route.path), self.desk.town.bench.store.statements() - before));
            }
        }
        assert!(unseen.is_empty(), "pages that were not shown:\n{}", unseen.join("\n"));
        counts
    }

    /// Whoever can see a page, and where it is; a page that is not told of here cannot be added without being counted.
    async fn look(&self, route: &str) -> Look {
        let Self { typed, filed, account, case, .. } = self;
        let look = |who, paths: &[&str]| Look { who, paths: paths.iter().map(ToString::to_string).collect() };
        let rest = route.strip_prefix("/{town}").unwrap_or(route).trim_start_matches('/');
        match rest {
            "assets/{name}" => {
                let page = self.people["anybody"].get("sign-in").await.html();
                let sheet = page.split('"').find(|piece| piece.starts_with("/assets/")).expect("a style sheet");
                look("anybody", &[sheet])
            }
            "" if route == "/" => look("anybody", &["/"]),
            "" => look("s1-staff", &[&format!("/{}", self.desk.city.code())]),
            "office" => look("s1-staff", &["office", "office?after=s1"]),
            "me" | "notices" | "tasks" | "cases" | "list" | "guideline" | "impersonators" | "practices" | "rulings"
            | "accounts" | "accounts/new" | "oidc/again" => look("s1-staff", &[rest]),
            "sign-in" | "oidc" | "oidc/callback" => look("anybody", &[rest]),
            "join" => look("anybody", &["join"]),
            "join/{token}" => look("anybody", &[&self.desk.invites("k1-head").await]),
            "sign-ins" => look("operator", &["sign-ins", "sign-ins?q=s1"]),
            "outbox" | "sign-ins/log" | "office/import" => look("operator", &[rest]),
            "sign-ins/{login}" => {
                let logins = self.desk.city.login_lines(None, 2).await.expect("logins").rows;
                look("operator", &[&format!("sign-ins/{}", logins.last().expect("two").id)])
            }
            "cases/new" => look("s1-staff", &[rest, "cases/new?procedure=opening"]),
            "cases/{case}" => look("s3-staff", &[&format!("cases/{case}"), &format!("cases/{filed}")]),
            "cases/{case}/steps/{step}" => look("s3-staff", &[&format!("cases/{filed}/steps/receive")]),
            "cases/{case}/steps/{step}/return" => look("s3-staff", &[&format!("cases/{filed}/steps/receive/return")]),
            "cases/{case}/withdraw" => look("s1-staff", &[&format!("cases/{typed}/withdraw")]),
            "cases/{case}/files/{hash}" => look("s1-staff", &[]),
            "cases/{case}/forms/{form}" => look(
                "s1-staff",
                &[&format!("cases/{filed}/forms/form1.html"), &format!("cases/{filed}/forms/form1.docx")],
            ),
            "cases/{case}/policy" => look("s1-staff", &[&format!("cases/{typed}/policy")]),
            "cases/{case}/policy/{part}" => look("s1-staff", &[&format!("cases/{typed}/policy/review")]),
            "cases/{case}/preview/{what}" => {
                look("s1-staff", &[&format!("cases/{filed}/preview/form"), &format!("cases/{filed}/preview/public")])
            }
            "guideline/procedures/{procedure}" => look("s1-staff", &["guideline/procedures/opening"]),
            "rulings/{ruling}" => {
                let (id, _) = self.desk.city.rulings(None, 1).await.expect("rulings").rows.remove(0);
                look("s1-staff", &[&format!("rulings/{id}")])
            }
            "office/units/{unit}" => look("s1-staff", &["office/units/s1"]),
            "office/people/{person}" => look("s1-staff", &["office/people/s1-head"]),
            "ledger" => look("s3-staff", &["ledger", "ledger?kind=step_done", &format!("ledger?about={account}")]),
            "ledger/{seq}" => look("s3-staff", &["ledger/5"]),
            "ledger/{seq}/proof" => look("s3-staff", &["ledger/5/proof"]),
            "search" => look("s3-staff", &["search", "search?q=観光"]),
            // What leaves the house whole grows with what it holds.
            "accounts.csv" | "accounts.xlsx" | "forms.zip" => look("s3-staff", &[]),
            "accounts/{account}" => look("s3-staff", &[&format!("accounts/{account}")]),
            "accounts/{account}/policies" => look("s3-staff", &[&format!("accounts/{account}/policies")]),
            "accounts/{account}/policies/{case}" => look("s3-staff", &[&format!("accounts/{account}/policies/{case}")]),
            "accounts/{account}/profile" => look("s3-staff", &[&format!("accounts/{account}/profile")]),
            "office/import/{help}" => look("operator", &["office/import/template.csv", "office/import/values.csv"]),
            "list/{file}" => look("s1-staff", &["list/board.html"]),
            "forms" | "impersonators/new" => look("s3-staff", &[rest]),
            "impersonators/{impersonator}/clear" => {
                let (id, _) = self.desk.city.impersonators().await.expect("known").remove(0);
                look("s3-staff", &[&format!("impersonators/{id}/clear")])
            }
            other => panic!("say who looks at {other}, so that its questions are counted"),
        }
    }
}
