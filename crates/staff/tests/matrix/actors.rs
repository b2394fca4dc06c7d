//! Everybody who may come to the pages, each with what their browser holds.

use actions::{Factor, Giver, LoginId, Machine as _, MailTelling, SessionToken, Source, Subject, Telling};
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
    /// What that browser calls itself.
    browser: String,
    town: String,
}

/// Who acts for each actor of the oracle that has a login.
const PEOPLE: [(&str, &str); 10] = [
    ("drafter", "s1-staff"),
    ("approver", "s1-head"),
    ("head", "d1-head"),
    ("pr_office", "s3-head"),
    ("auditor", "au-staff"),
    ("suspended", "s1-chief"),
    ("transferred", "s1-other"),
    ("other_unit", "s2-staff"),
    ("committee", "k1-head"),
    ("moved", MOVES.0),
];

/// Who goes from 観光課 to 農政課 today, and the posts that they leave and take up.
pub const MOVES: (&str, &str, &str) = ("mv-staff", "mv-staff-post", "mv-next-post");

impl Actor {
    /// Everybody of a town; `other` is the town that the foreign session comes from.
    pub async fn all(home: &Seeded, other: &Seeded, birds: &mut Aviary) -> Vec<Self> {
        let desk = &home.desk;
        let code = desk.city.code().to_owned();
        let cookie = format!("shirube-{code}");
        let nobody =
            |name| Self { name, client: desk.anybody(), login: None, browser: String::new(), town: code.clone() };
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
                desk.city.suspend(&giver(home, &source(home)), &session.login).await.expect("suspended");
            } else {
                actor.comes_again(home, birds).await;
            }
            // Whoever left is told nothing, and not asked where to.
            if !["suspended", "transferred"].contains(&name) {
                let local = birds.hide(home.guide, "a mail address", Readers::Own(name));
                wants_mail(home, person, &format!("{local}@example.lg.jp")).await;
            }
            actors.push(actor);
        }
        let operator = Self { client: desk.operator(), login: Some(desk.operator.login.clone()), ..nobody("operator") };
        actors.push(operator);
        actors.last_mut().expect("the operator").comes_again(home, birds).await;
        // Whoever was invited and did not accept tries what the invitation gave them as if it were a session.
        let link =
            desk.city.invite(&giver(home, &source(home)), &PersonId::from("s4-head")).await.expect("invited").token;
        let mut invited = nobody("invited");
        let opened = invited.client.opens(&format!("join/{}", link.reveal())).await;
        assert_eq!(opened.status, 200);
        let step = invited.client.cookies.iter().find(|(name, _)| name.ends_with("-step")).expect("a step").1.clone();
        invited.client.cookies.push((cookie.clone(), step));
        actors.push(invited);
        // Chance is counted here: without a long stride two towns would draw the same tokens.
        let (stride, from_there) = match home.guide {
            Guide::Notice => (1_000_000, "s3-staff"),
            Guide::Decision => (3_000_000, "s3-staff"),
            // Its guest comes from where the second one came from: far already, and somebody else.
            Guide::Committee => (0, "s2-head"),
        };
        for _ in 0..stride {
            other.desk.town.machine.random();
        }
        let foreign = comes_in(other, from_there, &format!("yoso.{code}")).await;
        let mut guest = nobody("other_town");
        guest.client.cookies.push((format!("shirube-{}", other.desk.city.code()), foreign.clone()));
        actors.push(guest);
        let mut forger = nobody("forger");
        forger.client.cookies.push((cookie, foreign));
        actors.push(forger);
        // Everybody was in yesterday; the transfers are entered today, with yesterday as the last day.
        let gone = |person: &str, position: &str| OfficeChange::Unassigned {
            person: PersonId::from(person),
            position: PositionId(position.to_owned()),
            until: date(2026, 5, 31),
        };
        let (person, left, next) = MOVES;
        let arrives = OfficeChange::Assigned {
            person: PersonId::from(person),
            position: PositionId(next.to_owned()),
            from: date(2026, 6, 1),
        };
        let changes = vec![gone("s1-other", "s1-other-post"), gone(person, left), arrives];
        desk.city.change_office(changes, std::collections::BTreeMap::new()).await.expect("transferred");
        actors
    }

    /// Comes in with another browser, which has a name of its own.
    async fn comes_again(&mut self, home: &Seeded, birds: &mut Aviary) {
        self.browser = birds.hide(home.guide, "the name of a browser", Readers::Own(self.name));
        self.renew(home).await;
    }

    /// A fresh session, for whoever's was ended by what they just did.
    pub async fn renew(&mut self, home: &Seeded) {
        let Some(login) = &self.login else { return };
        let token =
            home.desk.city.begin_session(login, Factor::PasswordAndRecovery, &self.browser).await.expect("begun");
        let cookie = format!("shirube-{}", self.town);
        self.client.cookies.retain(|(name, _)| *name != cookie);
        self.client.cookies.push((cookie, token.reveal().to_owned()));
    }
}

/// The login of a person.
pub async fn login_of(home: &Seeded, person: &str) -> String {
    let lines = home.desk.city.login_lines(None, 200).await.expect("asked").rows;
    let line = lines.into_iter().find(|line| line.subject == Subject::Officer(PersonId::from(person)));
    line.expect("a login").id.to_string()
}

/// A link that nobody opened yet.
pub async fn link_for(home: &Seeded, person: &str) -> String {
    let link = home.desk.city.invite(&giver(home, &source(home)), &PersonId::from(person)).await.expect("invited");
    link.token.reveal().to_owned()
}

async fn comes_in(home: &Seeded, person: &str, name: &str) -> String {
    let link =
        home.desk.city.invite(&giver(home, &source(home)), &PersonId::from(person)).await.expect("invited").token;
    joins(&home.desk.city, &link, name).await
}

fn giver<'a>(home: &'a Seeded, source: &'a Source) -> Giver<'a> {
    Giver::Operator { session: &home.desk.operator, source }
}

/// Asks to be told by mail; the code that would prove the address waits to be sent.
async fn wants_mail(home: &Seeded, person: &str, address: &str) {
    let telling = Telling { mail: Some(MailTelling::default()), ..Telling::default() };
    let city = home.desk.city.clone().telling(telling);
    city.ask_address(&PersonId::from(person), address).await.expect("asked");
}

/// Where what the operator does comes from; the log of the door tells it.
fn source(home: &Seeded) -> Source {
    Source { address: "192.0.2.1".to_owned(), browser: home.browser.clone(), device: None }
}
