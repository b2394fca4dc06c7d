//! A town with a door: somebody who is in, and what they hold in their hands.

use std::sync::Arc;

use actions::{
    AcceptAnswer, AcceptedSecond, Accepting, ActError, City, Giver, Link, Machine, Password, RecoveryCodes, SealKey,
    SecondProof, SecondStep, Session, SignInAnswer, SignedIn, Source, TotpSecret,
};
use domain::id::{MunicipalityCode, PersonId};
use domain::network::Networks;
use testkit::{Bench, Town};

pub const PASSWORD: &str = "soba to udon de mayou";

pub struct Door {
    pub town: Town,
    pub city: City,
}

/// Somebody who is in.
#[derive(Debug)]
pub struct Person {
    pub signed_in: SignedIn,
    pub session: Session,
    pub totp: TotpSecret,
    pub codes: RecoveryCodes,
    pub link: Link,
    source: Source,
}

impl Door {
    pub fn of(town: Town) -> Self {
        let city = town.city.clone().with_doors(SealKey::new([42; 32]), None);
        Self { town, city }
    }

    /// The same town with an address of its staff pages.
    pub fn with_origin(&self, origin: &str) -> City {
        let origin = origin.parse().expect("an address");
        self.city.clone().with_doors(SealKey::new([42; 32]), Some(origin))
    }

    pub fn elsewhere(&self, bench: &Bench) -> City {
        let networks = Arc::new(Networks::standard().expect("readable"));
        let code = MunicipalityCode::from(self.city.code());
        City::of(&bench.store, &code, networks, self.town.machine.clone()).with_doors(SealKey::new([42; 32]), None)
    }

    pub fn now(&self) -> i64 {
        self.town.machine.now()
    }

    pub fn accepting(name: &str, second: AcceptedSecond) -> Accepting {
        Accepting { name: name.to_owned(), password: PASSWORD.to_owned(), again: PASSWORD.to_owned(), second }
    }

    /// The first operator, in.
    pub async fn operator(&self) -> Person {
        let link = self.city.set_up_link().await.expect("asked").expect("a link");
        self.joins(link, "unyo.01").await
    }

    /// An officer, invited by the operator and in.
    pub async fn officer(&self, operator: &Person, person: &str) -> Person {
        let link = self.city.invite(&operator.giver(), &PersonId::from(person)).await.expect("invited");
        self.joins(link, person).await
    }

    async fn joins(&self, link: Link, name: &str) -> Person {
        let offer = self.city.begin_acceptance(&link.token).await.expect("asked").expect("open");
        let given = Self::accepting(name, AcceptedSecond::Code(code(&offer.totp, self.now())));
        let source = at("a");
        let answer = self.city.accept_invitation(&link.token, &offer.pending, &given, &source).await.expect("asked");
        let AcceptAnswer::Accepted(signed_in, Some(codes)) = answer else { panic!("{answer:?}") };
        let session = self.city.session(&signed_in.session).await.expect("asked").expect("in");
        Person { signed_in, session, totp: offer.totp, codes, link, source }
    }

    /// Everything that would let somebody in.
    pub fn secrets(people: &[&Person]) -> Vec<String> {
        let mut secrets = vec![PASSWORD.to_owned()];
        for person in people {
            secrets.push(person.signed_in.session.reveal().to_owned());
            secrets.push(person.signed_in.device.reveal().to_owned());
            secrets.push(person.link.token.reveal().to_owned());
            secrets.push(person.link.code.reveal().to_owned());
            secrets.push(person.link.code.reveal().replace('-', ""));
            secrets.push(person.totp.typed.replace(' ', ""));
            secrets.extend(person.codes.reveal().iter().cloned());
            secrets.extend(person.codes.reveal().iter().map(|code| code.replace('-', "")));
        }
        secrets
    }
}

impl Person {
    pub fn giver(&self) -> Giver<'_> {
        Giver::Operator { session: &self.session, source: &self.source }
    }

    /// The same person, signed in anew a minute later.
    pub async fn again(&self, door: &Door) -> Self {
        door.town.machine.advance(60_000);
        let step = second_step(door.city.sign_in(&self.session.name, &password(), &self.source).await);
        let proof = SecondProof::Code(code(&self.totp, door.now()));
        let signed_in = in_with(door.city.second_step(&step.pending, &proof, &self.source).await);
        let session = door.city.session(&signed_in.session).await.expect("asked").expect("in");
        let Self { totp, codes, link, source, .. } = self;
        Self {
            signed_in,
            session,
            totp: totp.clone(),
            codes: codes.clone(),
            link: link.clone(),
            source: source.clone(),
        }
    }
}

pub fn at(address: &str) -> Source {
    Source { address: address.to_owned(), browser: "見本のブラウザー".to_owned(), device: None }
}

pub fn password() -> Password {
    Password::typed(PASSWORD)
}

/// What the authenticator shows at an instant.
pub fn code(secret: &TotpSecret, now: i64) -> String {
    let secret = totp_rs::Secret::try_from_base32(secret.typed.replace(' ', "")).expect("base32");
    let totp = totp_rs::Builder::new().with_secret(secret).with_account_name("x").build().expect("a seed");
    totp.generate(u64::try_from(now / 1000).expect("after 1970")).to_string()
}

pub fn second_step(answer: Result<SignInAnswer, ActError>) -> SecondStep {
    match answer.expect("asked") {
        SignInAnswer::NeedsSecond(step) => step,
        other => panic!("{other:?}"),
    }
}

pub fn in_with(answer: Result<SignInAnswer, ActError>) -> SignedIn {
    match answer.expect("asked") {
        SignInAnswer::SignedIn(signed_in) => signed_in,
        other => panic!("{other:?}"),
    }
}
