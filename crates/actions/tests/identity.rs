//! Sign-in by the city's own provider: a link is made by its owner alone, and what was begun ends once, where it began.

use actions::{
    AccessState, ActError, BrowserToken, FRESH, Factor, Field, FirstPassword, Giver, Happening, INVITATION,
    InvitationId, JoinAnswer, LinkToken, LoginId, Outside, OutsideBegun, OutsideIdentity, OwnAnswer, Password,
    PasswordState, Proof, Resumed, Session, SignInAnswer, SignInRefusal, SignedIn, Source, Subject,
};
use domain::id::PersonId;
use store::{LoginDesk as _, LoginRow, LoginState, LoginSubject, Logins as _, SignInDesk as _};
use testkit::{Engine, Guide, Town};

const PASSWORD: &str = "soba to udon de mayou";

#[tokio::test]
async fn a_linked_person_signs_in_and_nobody_else_does_in_a_file() {
    linked(Engine::File).await;
}

#[tokio::test]
async fn a_linked_person_signs_in_and_nobody_else_does_on_a_server() {
    linked(Engine::Server).await;
}

async fn linked(engine: Engine) {
    let Some(town) = Town::new(Guide::Notice, engine).await else { return };
    let (mine, theirs) = (signed_in(&town, "l1").await, signed_in(&town, "l2").await);
    let me = person("https://login.example.jp", "s-1");
    assert_eq!(town.city.finish_oidc(&me).await.unwrap(), None);

    town.city.link_identity(&mine, &me, &Source::default()).await.unwrap();
    town.city.link_identity(&mine, &me, &Source::default()).await.unwrap();
    assert_eq!(town.city.finish_oidc(&me).await.unwrap(), Some(mine.login.clone()));
    assert_eq!(town.city.identities_of(&mine.login).await.unwrap(), std::slice::from_ref(&me));

    // Whatever is not exactly this person at exactly this provider is nobody.
    for stranger in [
        person("https://login.example.jp", "S-1"),
        person("https://login.example.jp/", "s-1"),
        person("https://login.example.jp", "s-1 "),
        person("https://login.example.com", "s-1"),
        person("s-1", "https://login.example.jp"),
    ] {
        assert_eq!(town.city.finish_oidc(&stranger).await.unwrap(), None, "{stranger:?}");
    }

    // Nobody takes somebody else's person, and nobody is two people at one provider.
    assert!(
        told(town.city.link_identity(&theirs, &me, &Source::default()).await)
            .contains("ほかのログインに結び付いています")
    );
    let other = person("https://login.example.jp", "s-2");
    assert!(
        told(town.city.link_identity(&mine, &other, &Source::default()).await)
            .contains("先にその結び付きを外してください")
    );
    assert_eq!(town.city.finish_oidc(&other).await.unwrap(), None);

    let session = town.city.sign_in_by_identity(&me, &Source::default()).await.unwrap().unwrap().session;
    let session = town.city.session(&session).await.unwrap().unwrap();
    assert_eq!((session.login, session.factor), (mine.login.clone(), Factor::Elsewhere));
    assert_eq!(town.city.sign_in_by_identity(&other, &Source::default()).await.unwrap(), None);
    let log = town.city.sign_in_log(Some(&mine.login), None, 10).await.unwrap().rows;
    assert!(log.iter().any(|line| line.what == Happening::IdentityLinked));

    // A login that was stopped is not opened from outside either.
    set_state(&town, "l1", LoginState::Suspended).await;
    assert_eq!(town.city.finish_oidc(&me).await.unwrap(), None);
    assert_eq!(town.city.sign_in_by_identity(&me, &Source::default()).await.unwrap(), None);

    // What a reset makes void includes the link.
    set_state(&town, "l1", LoginState::Active).await;
    let mut workshop = town.bench.store.of(&town.guide.code().into()).workshop().await.unwrap();
    workshop.end_second_factors("l1").await.unwrap();
    workshop.commit().await.unwrap();
    assert_eq!(town.city.finish_oidc(&me).await.unwrap(), None);
    town.bench.clear().await;
}

#[tokio::test]
async fn a_link_is_made_and_taken_away_only_after_a_fresh_proof() {
    let Some(town) = Town::new(Guide::Notice, Engine::File).await else { return };
    let session = signed_in(&town, "l1").await;
    let me = person("https://login.example.jp", "s-1");
    town.machine.advance(FRESH + 1);
    let old = "もう一度パスワードか確認コードで本人である";
    assert!(told(town.city.link_identity(&session, &me, &Source::default()).await).contains(old));
    assert!(
        told(town.city.begin_oidc(None, Outside::Link(&session), begun("h"), &Source::default()).await).contains(old)
    );
    assert_eq!(town.city.identities_of(&session.login).await.unwrap(), []);

    let session = signed_in(&town, "l2").await;
    town.city.link_identity(&session, &me, &Source::default()).await.unwrap();
    town.machine.advance(FRESH + 1);
    assert!(told(town.city.unlink_identity(&session, &me.issuer, &Source::default()).await).contains(old));

    // Proving it again at the provider opens the way, for the linked person alone.
    let stranger = person("https://login.example.jp", "s-2");
    assert!(told(town.city.prove_by_identity(&session, &stranger).await).contains("違います"));
    assert_eq!(town.city.proof(&again(&town, &session).await), Proof::Old);
    town.city.prove_by_identity(&session, &me).await.unwrap();
    let session = again(&town, &session).await;
    assert_eq!(town.city.proof(&session), Proof::Fresh);
    town.city.unlink_identity(&session, &me.issuer, &Source::default()).await.unwrap();
    assert_eq!(town.city.finish_oidc(&me).await.unwrap(), None);
    assert!(
        told(town.city.unlink_identity(&session, &me.issuer, &Source::default()).await).contains("結び付いていません")
    );
    town.bench.clear().await;
}

#[tokio::test]
async fn the_only_way_in_is_not_taken_away() {
    let Some(town) = Town::new(Guide::Notice, Engine::File).await else { return };
    let session = signed_in(&town, "l1").await;
    let me = person("https://login.example.jp", "s-1");
    town.city.link_identity(&session, &me, &Source::default()).await.unwrap();
    change(&town, "l1", |login| login.password = None).await;
    assert!(
        told(town.city.unlink_identity(&session, &me.issuer, &Source::default()).await)
            .contains("先にパスワードを設定してください")
    );
    assert_eq!(town.city.finish_oidc(&me).await.unwrap(), Some(session.login));
    town.bench.clear().await;
}

#[tokio::test]
async fn an_invitation_is_used_up_by_whoever_comes_back_with_it_in_a_file() {
    joined(Engine::File).await;
}

#[tokio::test]
async fn an_invitation_is_used_up_by_whoever_comes_back_with_it_on_a_server() {
    joined(Engine::Server).await;
}

async fn joined(engine: Engine) {
    let Some(town) = Town::new(Guide::Notice, engine).await else { return };
    let (city, source) = (&town.city, Source::default());
    let me = person("https://login.example.jp", "s-1");
    let (link, invitation) = leaves(&town, "s1-staff").await;
    let JoinAnswer::Joined(into) = city.join_by_identity(&invitation, &me, &source).await.unwrap() else {
        panic!("not in")
    };
    let session = by(&town, &into).await;
    assert_eq!((session.subject, session.factor), (Subject::Officer(PersonId::from("s1-staff")), Factor::Elsewhere));
    assert_eq!(session.name, "");
    assert_eq!(city.finish_oidc(&me).await.unwrap(), Some(session.login.clone()));
    let login = city.login(&session.login).await.unwrap().unwrap();
    assert_eq!((login.state, login.password), (AccessState::Active, PasswordState::Missing));
    let log = city.sign_in_log(Some(&session.login), None, 10).await.unwrap();
    for happening in [Happening::Activated, Happening::IdentityLinked, Happening::SignedIn] {
        assert!(log.rows.iter().any(|line| line.what == happening), "{happening:?}");
    }
    assert_eq!(city.sign_in_by_identity(&me, &source).await.unwrap().map(|into| into.login), Some(session.login));

    // The link works once, whoever comes with it.
    let other = person("https://login.example.jp", "s-2");
    for who in [&me, &other] {
        assert_eq!(city.join_by_identity(&invitation, who, &source).await.unwrap(), JoinAnswer::Dead);
    }
    assert_eq!(city.invited(&link).await.unwrap(), None);
    assert_eq!(city.finish_oidc(&other).await.unwrap(), None);

    // Whoever has a login takes up no other invitation, and it holds on for the one it is for.
    let (link, invitation) = leaves(&town, "s2-staff").await;
    assert_eq!(city.join_by_identity(&invitation, &me, &source).await.unwrap(), JoinAnswer::Taken);
    assert!(city.invited(&link).await.unwrap().is_some());

    // A newer link takes the place of the one that somebody left with; age ends it too.
    let (_, newer) = leaves(&town, "s2-staff").await;
    assert_eq!(city.join_by_identity(&invitation, &other, &source).await.unwrap(), JoinAnswer::Dead);
    town.machine.advance(INVITATION);
    assert_eq!(city.join_by_identity(&newer, &other, &source).await.unwrap(), JoinAnswer::Dead);
    assert_eq!(city.finish_oidc(&other).await.unwrap(), None);
    town.bench.clear().await;
}

#[tokio::test]
async fn whoever_was_reset_comes_in_anew_and_the_password_of_before_opens_nothing() {
    let Some(town) = Town::new(Guide::Notice, Engine::File).await else { return };
    let (city, source) = (&town.city, Source::default());
    let me = person("https://login.example.jp", "s-1");
    let (_, invitation) = leaves(&town, "s1-staff").await;
    let JoinAnswer::Joined(into) = city.join_by_identity(&invitation, &me, &source).await.unwrap() else {
        panic!("not in")
    };
    let session = by(&town, &into).await;
    let OwnAnswer::Refused(problems) = city.set_password(&session, &first(""), &source).await.unwrap() else {
        panic!("taken")
    };
    assert_eq!(problems[0].field, Field::Name);
    let OwnAnswer::Done(_) = city.set_password(&session, &first("Kanko.01"), &source).await.unwrap() else {
        panic!("refused")
    };
    assert!(matches!(typed(&town, "kanko.01", PASSWORD).await, SignInAnswer::SignedIn(_)));

    let link = city.reset(&Giver::Owner, &session.login).await.unwrap().token;
    assert_eq!(city.sign_in_by_identity(&me, &source).await.unwrap(), None);
    let invitation = goes(&town, &link).await;
    let JoinAnswer::Joined(into) = city.join_by_identity(&invitation, &me, &source).await.unwrap() else {
        panic!("not in anew")
    };
    assert_eq!(by(&town, &into).await.name, "kanko.01");
    assert_eq!(typed(&town, "kanko.01", PASSWORD).await, SignInAnswer::Refused(SignInRefusal::Wrong));
    town.bench.clear().await;
}

#[tokio::test]
async fn a_login_without_a_password_is_entered_by_none_until_its_owner_sets_one() {
    let Some(town) = Town::new(Guide::Notice, Engine::File).await else { return };
    let (city, source) = (&town.city, Source::default());
    let session = signed_in(&town, "s1-staff").await;
    let me = person("https://login.example.jp", "s-1");
    city.link_identity(&session, &me, &source).await.unwrap();
    change(&town, "s1-staff", |login| login.password = None).await;
    for password in [PASSWORD, "", "a slow hash"] {
        for name in ["s1-staff", "nobody-here"] {
            let answer = typed(&town, name, password).await;
            assert_eq!(answer, SignInAnswer::Refused(SignInRefusal::Wrong), "{name} {password:?}");
        }
    }

    // After a stop it needs no other invitation.
    set_state(&town, "s1-staff", LoginState::Suspended).await;
    city.restore_access(&Giver::Owner, &session.login).await.unwrap();
    assert_eq!(city.login(&session.login).await.unwrap().unwrap().password, PasswordState::Missing);
    let session = by(&town, &city.sign_in_by_identity(&me, &source).await.unwrap().unwrap()).await;

    let short = FirstPassword { name: String::new(), password: "short".to_owned(), again: "else".to_owned() };
    let OwnAnswer::Refused(problems) = city.set_password(&session, &short, &source).await.unwrap() else {
        panic!("taken")
    };
    let fields: Vec<Field> = problems.iter().map(|problem| problem.field).collect();
    assert_eq!(fields, [Field::Password, Field::Again]);
    town.machine.advance(FRESH + 1);
    assert!(told(city.set_password(&session, &first(""), &source).await).contains("本人であることを確かめて"));
    city.prove_by_identity(&session, &me).await.unwrap();
    let session = again(&town, &session).await;
    let OwnAnswer::Done(anew) = city.set_password(&session, &first("another"), &source).await.unwrap() else {
        panic!("refused")
    };
    assert!(matches!(typed(&town, "s1-staff", PASSWORD).await, SignInAnswer::SignedIn(_)), "the name stays");
    assert_eq!(typed(&town, "another", PASSWORD).await, SignInAnswer::Refused(SignInRefusal::Wrong));
    let session = by(&town, &anew).await;
    assert!(told(city.set_password(&session, &first(""), &source).await).contains("もう設定されています"));
    city.unlink_identity(&session, &me.issuer, &source).await.unwrap();
    town.bench.clear().await;
}

#[tokio::test]
async fn what_was_begun_ends_once_in_its_own_browser_in_a_file() {
    begun_ends_once(Engine::File).await;
}

#[tokio::test]
async fn what_was_begun_ends_once_in_its_own_browser_on_a_server() {
    begun_ends_once(Engine::Server).await;
}

#[tokio::test]
async fn what_is_begun_and_left_is_bounded_by_where_it_began_in_a_file() {
    begun_and_left(Engine::File).await;
}

#[tokio::test]
async fn what_is_begun_and_left_is_bounded_by_where_it_began_on_a_server() {
    begun_and_left(Engine::Server).await;
}

/// Red while whoever could ask for a page could fill the table of begun sign-ins without end.
async fn begun_and_left(engine: Engine) {
    let Some(town) = Town::new(Guide::Notice, engine).await else { return };
    let city = &town.city;
    let from = |address: &str| Source { address: address.to_owned(), ..Source::default() };
    let (flood, other) = (from("203.0.113.5"), from("203.0.113.6"));
    let elsewhere = city.begin_oidc(None, Outside::SignIn, begun("other"), &other).await.unwrap();
    let first = city.begin_oidc(None, Outside::SignIn, begun("first"), &flood).await.unwrap();
    let mut last = None;
    for number in 0..200 {
        town.machine.advance(1);
        last = Some(city.begin_oidc(None, Outside::SignIn, begun(&format!("f{number}")), &flood).await.unwrap());
    }
    assert_eq!(city.resume_oidc(&first, "first").await.unwrap(), None, "it made room for the newest 200");
    assert!(city.resume_oidc(&last.unwrap(), "f199").await.unwrap().is_some());
    assert!(city.resume_oidc(&elsewhere, "other").await.unwrap().is_some(), "nobody elsewhere is crowded out");
    town.bench.clear().await;
}

async fn begun_ends_once(engine: Engine) {
    let Some(town) = Town::new(Guide::Notice, engine).await else { return };
    let city = &town.city;
    let mine = city.begin_oidc(None, Outside::SignIn, begun("h1"), &Source::default()).await.unwrap();
    let theirs = city.begin_oidc(None, Outside::SignIn, begun("h2"), &Source::default()).await.unwrap();
    assert_ne!(mine, theirs);

    // Neither the state without the browser nor the browser without the state.
    assert_eq!(city.resume_oidc(&theirs, "h1").await.unwrap(), None);
    assert_eq!(city.resume_oidc(&mine, "h2").await.unwrap(), None);
    assert_eq!(city.resume_oidc(&mine, "h1").await.unwrap(), Some(Resumed::SignIn(begun("h1"))));
    assert_eq!(city.resume_oidc(&mine, "h1").await.unwrap(), None, "a second time");

    // Two windows of one browser do not disturb each other.
    let same = city.begin_oidc(Some(mine.clone()), Outside::SignIn, begun("h3"), &Source::default()).await.unwrap();
    city.begin_oidc(Some(mine.clone()), Outside::SignIn, begun("h4"), &Source::default()).await.unwrap();
    assert_eq!(same, mine);
    assert!(city.resume_oidc(&mine, "h3").await.unwrap().is_some());

    town.machine.advance(10 * 60 * 1000);
    assert_eq!(city.resume_oidc(&mine, "h4").await.unwrap(), None, "ten minutes later");

    // The errand and the login that began it come back with it.
    let session = signed_in(&town, "l1").await;
    let browser = city.begin_oidc(None, Outside::Link(&session), begun("h5"), &Source::default()).await.unwrap();
    let resumed = city.resume_oidc(&browser, "h5").await.unwrap();
    assert_eq!(resumed, Some(Resumed::Link(LoginId("l1".into()), begun("h5"))));
    let browser = city.begin_oidc(None, Outside::ProveAgain(&session), begun("h6"), &Source::default()).await.unwrap();
    let resumed = city.resume_oidc(&browser, "h6").await.unwrap();
    assert_eq!(resumed, Some(Resumed::ProveAgain(LoginId("l1".into()), begun("h6"))));
    town.bench.clear().await;
}

#[test]
fn a_browser_token_is_read_only_in_its_form_and_never_printed() {
    let shown = "0123456789abcdef".repeat(4);
    let token = BrowserToken::read(&shown).unwrap();
    assert_eq!(format!("{token:?} {:?}", begun("h")), "BrowserToken(…) OutsideBegun { began_at: 7, .. }");
    for odd in ["", "0", &shown[1..], &shown.to_uppercase(), &format!("{shown}0")] {
        assert_eq!(BrowserToken::read(odd), None, "{odd}");
    }
}

/// A new login, and somebody signed in with it.
async fn signed_in(town: &Town, id: &str) -> Session {
    let row = LoginRow {
        id: id.to_owned(),
        name: Some(id.to_owned()),
        subject: LoginSubject::Officer(id.to_owned()),
        state: LoginState::Active,
        password: Some("a slow hash".to_owned()),
        totp: None,
        totp_step: 0,
        stamp: 0,
        created_at: 0,
        changed_at: 0,
        version: 1,
    };
    let mut workshop = town.bench.store.of(&town.guide.code().into()).workshop().await.unwrap();
    workshop.new_login(&row).await.unwrap();
    workshop.commit().await.unwrap();
    let token = town.city.begin_session(&LoginId(id.to_owned()), Factor::PasswordAndCode, "").await.unwrap();
    town.city.session(&token).await.unwrap().unwrap()
}

/// Invites an officer, who leaves for the provider with the link.
async fn leaves(town: &Town, person: &str) -> (LinkToken, InvitationId) {
    let link = town.city.invite(&Giver::Owner, &PersonId::from(person)).await.unwrap().token;
    let invitation = goes(town, &link).await;
    (link, invitation)
}

/// Goes to the provider with a link, and comes back.
async fn goes(town: &Town, link: &LinkToken) -> InvitationId {
    let state = link.reveal();
    let browser = town.city.begin_oidc(None, Outside::Join(link), begun(state), &Source::default()).await.unwrap();
    match town.city.resume_oidc(&browser, state).await.unwrap() {
        Some(Resumed::Join(invitation, back)) if back == begun(state) => invitation,
        other => panic!("{other:?}"),
    }
}

/// The session of somebody who came in.
async fn by(town: &Town, signed_in: &SignedIn) -> Session {
    town.city.session(&signed_in.session).await.unwrap().unwrap()
}

/// What comes of typing a name and a password.
async fn typed(town: &Town, name: &str, password: &str) -> SignInAnswer {
    town.city.sign_in(name, &Password::typed(password), &Source::default()).await.unwrap()
}

/// A first password, with a name.
fn first(name: &str) -> FirstPassword {
    FirstPassword { name: name.to_owned(), password: PASSWORD.to_owned(), again: PASSWORD.to_owned() }
}

/// The same session as it stands now.
async fn again(town: &Town, session: &Session) -> Session {
    let sessions = town.city.sessions_of(&session.login).await.unwrap();
    sessions.into_iter().find(|one| one.id == session.id).unwrap()
}

async fn set_state(town: &Town, id: &str, state: LoginState) {
    change(town, id, |login| login.state = state).await;
}

async fn change(town: &Town, id: &str, how: impl FnOnce(&mut LoginRow)) {
    let mut workshop = town.bench.store.of(&town.guide.code().into()).workshop().await.unwrap();
    let mut login = workshop.login(id).await.unwrap().unwrap();
    how(&mut login);
    workshop.save_login(&login).await.unwrap();
    workshop.commit().await.unwrap();
}

fn person(issuer: &str, subject: &str) -> OutsideIdentity {
    OutsideIdentity { issuer: issuer.to_owned(), subject: subject.to_owned() }
}

fn begun(state_hash: &str) -> OutsideBegun {
    OutsideBegun { state_hash: state_hash.to_owned(), nonce: "n".to_owned(), verifier: "v".to_owned(), began_at: 7 }
}

/// The words of a refusal.
fn told<T>(answer: Result<T, ActError>) -> String {
    match answer {
        Err(ActError::Input(words)) => words,
        Err(other) => panic!("refused otherwise: {other}"),
        Ok(_) => panic!("not refused"),
    }
}
