//! Everybody who may come to the pages, each with what their browser holds.

use actions::{Factor, Giver, LoginId, Machine as _, SessionToken, Source, Subject};
use domain::id::{PersonId, PositionId};
use domain::office::OfficeChange;
use jiff::civil::date;
use testkit::Guide;

use crate::canary::{Aviary, Readers};
use crate::desk::{Client, joins};
use crate::town::Seeded;

/// Somebody with a browser, by the name that the oracle has for them.
pub struct Actor {
    pub name: &'static str,
    pub client: Client,
    /// The login under which a session can be begun again.
    login: Option<LoginId>,
    town: String,
}

/// Who acts for each actor of the oracle that has a login.
const PEOPLE: [(&str, &str); 8] = [
    ("drafter", "s1-staff"),
    ("approver", "s1-head"),
    ("head", "d1-head"),
    ("pr_office", "s3-head"),
    ("auditor", "au-staff"),
    ("suspended", "s1-chief"),
    ("transferred", "s1-other"),
    ("other_unit", "s2-staff"),
];

impl Actor {
    /// Everybody of a town; `other` is the town that the foreign session comes from.
    pub async fn all(home: &Seeded, other: &Seeded, birds: &mut Aviary) -> Vec<Self> {
        let desk = &home.desk;
        let code = desk.city.code().to_owned();
        let cookie = format!("shirube-{code}");
        let nobody = |name| Self { name, client: desk.anybody(), login: None, town: code.clone() };
        let mut actors = vec![nobody("anonymous")];
        for (name, person) in PEOPLE {
            let login_name = birds.hide(home.guide, "a login's name", Readers::OfSignIn(name));
            let token = comes_in(home, person, &login_name).await;
            let read = SessionToken::read(&token).expect("a token");
            let session = desk.city.session(&read).await.expect("asked").expect("in");
            let mut actor = nobody(name);
            actor.client.cookies.push((cookie.clone(), token));
            actor.login = (name != "suspended").then_some(session.login.clone());
            if name == "suspended" {
                assert_eq!(actor.client.get("tasks").await.status, 200, "the session was good before");
                desk.city.suspend(&giver(home, &source()), &session.login).await.expect("suspended");
            }
            actors.push(actor);
        }
        actors.push(Self { client: desk.operator(), login: Some(desk.operator.login.clone()), ..nobody("operator") });
        // Whoever was invited and did not accept tries what the invitation gave them as if it were a session.
        let link = desk.city.invite(&giver(home, &source()), &PersonId::from("s4-head")).await.expect("invited").token;
        let mut invited = nobody("invited");
        let opened = invited.client.opens(&format!("join/{}", link.reveal())).await;
        assert_eq!(opened.status, 200);
        let step = invited.client.cookies.iter().find(|(name, _)| name.ends_with("-step")).expect("a step").1.clone();
        invited.client.cookies.push((cookie.clone(), step));
        actors.push(invited);
        // Chance is counted here: without a long stride two towns would draw the same tokens.
        let stride = if home.guide == Guide::Notice { 1_000_000 } else { 3_000_000 };
        for _ in 0..stride {
            other.desk.town.machine.random();
        }
        let foreign = comes_in(other, "s3-staff", &format!("yoso.{code}")).await;
        let mut guest = nobody("other_town");
        guest.client.cookies.push((format!("shirube-{}", other.desk.city.code()), foreign.clone()));
        actors.push(guest);
        let mut forger = nobody("forger");
        forger.client.cookies.push((cookie, foreign));
        actors.push(forger);
        // Everybody was in yesterday; the transfer is entered today, with yesterday as its last day.
        let gone = OfficeChange::Unassigned {
            person: PersonId::from("s1-other"),
            position: PositionId("s1-other-post".to_owned()),
            until: date(2026, 5, 31),
        };
        desk.city.change_office(vec![gone], std::collections::BTreeMap::new()).await.expect("transferred");
        actors
    }

    /// A fresh session, for whoever's was ended by what they just did.
    pub async fn renew(&mut self, home: &Seeded) {
        let Some(login) = &self.login else { return };
        let token = home.desk.city.begin_session(login, Factor::PasswordAndRecovery, "見本").await.expect("begun");
        let cookie = format!("shirube-{}", self.town);
        self.client.cookies.retain(|(name, _)| *name != cookie);
        self.client.cookies.push((cookie, token.reveal().to_owned()));
    }
}

/// The login of a person.
pub async fn login_of(home: &Seeded, person: &str) -> String {
    let lines = home.desk.city.login_lines(None, 200).await.expect("asked");
    let line = lines.into_iter().find(|line| line.subject == Subject::Officer(PersonId::from(person)));
    line.expect("a login").id.to_string()
}

/// A link that nobody opened yet.
pub async fn link_for(home: &Seeded, person: &str) -> String {
    let link = home.desk.city.invite(&giver(home, &source()), &PersonId::from(person)).await.expect("invited");
    link.token.reveal().to_owned()
}

async fn comes_in(home: &Seeded, person: &str, name: &str) -> String {
    let link = home.desk.city.invite(&giver(home, &source()), &PersonId::from(person)).await.expect("invited").token;
    joins(&home.desk.city, &link, name).await
}

fn giver<'a>(home: &'a Seeded, source: &'a Source) -> Giver<'a> {
    Giver::Operator { session: &home.desk.operator, source }
}

fn source() -> Source {
    Source { address: "192.0.2.1".to_owned(), browser: "見本のブラウザー".to_owned(), device: None }
}
