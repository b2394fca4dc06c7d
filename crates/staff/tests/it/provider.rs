//! The city's own sign-in, by a provider of the field: whoever is invited comes in by it, once, and nobody in their place.

use std::sync::Arc;

use axum::http::StatusCode;
use staff::House;
use testkit::Guide;
use url::Url;

use crate::desk::{Client, Desk, Got, PASSWORD};
use crate::real::{Real, browse};

#[tokio::test]
async fn whoever_is_invited_comes_in_by_the_provider_and_may_set_a_password_later() {
    let Some((desk, _real)) = open().await else { return };
    let code = desk.city.code();
    let path = desk.invites("s1-staff").await;
    let mut browser = desk.anybody();
    let page = browser.opens(&path).await;
    assert!(page.html().contains(&format!("action=\"/{code}/{path}/oidc\"")), "{}", page.read());
    let query = leaves(&mut browser, &path, "01011").await;
    let into = returns(&mut browser, &query).await;
    assert_eq!((into.status, into.location()), (StatusCode::SEE_OTHER, &*format!("/{code}/tasks")));
    assert_eq!(browser.get("tasks").await.status, StatusCode::OK);

    // There is no password to be typed, and the only way in cannot be taken away.
    let typed = |name: &'static str| [("name", name), ("password", PASSWORD)];
    let unknown = desk.anybody().post("sign-in", &typed("nobody-here")).await;
    let theirs = desk.anybody().post("sign-in", &typed("s1-staff")).await;
    assert_eq!(theirs.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!((theirs.status, theirs.read()), (unknown.status, unknown.read()));
    let me = browser.get("me").await;
    assert!(me.read().contains("パスワードはありません。"), "{}", me.read());
    assert!(!me.html().contains("me/identity/unlink") && !me.html().contains("name=\"former\""));

    // They set one, and have two ways from then on.
    let asked = browser.sends("me/password", &[]).await;
    assert_eq!((asked.status, asked.field("name").as_deref()), (StatusCode::OK, Some("")));
    let fields = [("name", "s1-staff"), ("password", PASSWORD), ("again", "else")];
    let refused = browser.sends("me/password", &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.fields_at_fault(), ["again"]);
    let fields = [("name", "s1-staff"), ("password", PASSWORD), ("again", PASSWORD)];
    let set = browser.sends("me/password", &fields).await;
    assert_eq!(set.location(), format!("/{code}/me?done=first-password"), "{}", set.read());
    assert!(browser.get("me").await.html().contains("me/identity/unlink"));
    let into = desk.anybody().post("sign-in", &typed("s1-staff")).await;
    assert_eq!(into.location(), format!("/{code}/tasks"), "{}", into.read());
}

#[tokio::test]
async fn an_invitation_is_taken_up_once_and_by_nobody_who_has_a_login() {
    let Some((desk, _real)) = open().await else { return };
    let path = desk.invites("s1-staff").await;
    let (mut first, mut second) = (desk.anybody(), desk.anybody());
    let one = leaves(&mut first, &path, "01011").await;
    let two = leaves(&mut second, &path, "01012").await;
    assert_eq!(returns(&mut first, &one).await.status, StatusCode::SEE_OTHER);
    let late = returns(&mut second, &two).await;
    assert_eq!(late.status, StatusCode::GONE);
    assert!(late.read().contains("このリンクは使えません。"), "{}", late.read());
    assert!(second.get("tasks").await.location().contains("/sign-in?next="), "not in");
    assert_eq!(second.post(&format!("{path}/oidc"), &[]).await.status, StatusCode::GONE);
    assert_eq!(returns(&mut second, &two).await.status, StatusCode::BAD_GATEWAY, "an answer counts once");

    let path = desk.invites("s2-staff").await;
    let query = leaves(&mut second, &path, "01011").await;
    let taken = returns(&mut second, &query).await;
    assert_eq!(taken.status, StatusCode::CONFLICT);
    assert!(taken.read().contains("ほかのログインに結び付いています。"), "{}", taken.read());
    assert!(!taken.html().contains("s1-staff") && !taken.html().contains("観光課"), "whose is not told");
    assert!(second.get("tasks").await.location().contains("/sign-in?next="), "not in");
    assert_eq!(desk.anybody().get(&path).await.status, StatusCode::OK, "the link holds on");
}

#[tokio::test]
async fn what_one_browser_began_no_other_ends_and_a_no_uses_nothing_up() {
    let Some((desk, _real)) = open().await else { return };
    let (path, other) = (desk.invites("s1-staff").await, desk.invites("s2-staff").await);
    let (mut mine, mut theirs) = (desk.anybody(), desk.anybody());
    let query = leaves(&mut mine, &path, "01011").await;
    leaves(&mut theirs, &other, "01012").await;
    for mut stranger in [desk.anybody(), theirs] {
        let got = returns(&mut stranger, &query).await;
        assert_eq!(got.status, StatusCode::BAD_GATEWAY);
        assert!(got.read().contains("このブラウザーで始めたものではない"), "{}", got.read());
        assert!(stranger.get("tasks").await.location().contains("/sign-in?next="), "not in");
    }
    let denied = leaves(&mut mine, &path, "deny").await;
    let got = returns(&mut mine, &denied).await;
    assert_eq!(got.status, StatusCode::BAD_GATEWAY);
    assert!(got.read().contains("招待のリンクを開き直して"), "{}", got.read());
    assert_eq!(returns(&mut mine, &query).await.status, StatusCode::SEE_OTHER, "what was begun before still ends");
    assert_eq!(mine.get("tasks").await.status, StatusCode::OK);
}

/// A town whose city has a provider, on the same day as the town; `None` where there is none to test with.
async fn open() -> Option<(Desk, Real)> {
    let house = Arc::new(House::new(Url::parse("http://localhost:8081/").expect("an address")));
    let desk = Desk::within(&house, Guide::Notice).await;
    let now = desk.city.now().to_string();
    let real = Real::start(&[("OIDC_NOW", now.as_str())])?;
    house.add_provider(desk.city.code(), real.config("rs256"));
    Some((desk, real))
}

/// Goes to the provider with an invitation and signs in there; tells with what it sends the browser back.
async fn leaves(browser: &mut Client, path: &str, who: &str) -> String {
    let offer = browser.sends(&format!("{path}/oidc"), &[]).await;
    assert_eq!(offer.status, StatusCode::OK, "{}", offer.read());
    let html = offer.html();
    let (_, rest) = html.split_once("<a class=\"button\" href=\"").expect("a way to the provider");
    let place = rest.split('"').next().unwrap_or_default().replace("&#38;", "&");
    assert!(!place.contains(path.trim_start_matches("join/")), "the token goes to nobody: {place}");
    browse(&place, who).await
}

/// Back from the provider.
async fn returns(browser: &mut Client, query: &str) -> Got {
    browser.opens(&format!("oidc/callback?{query}")).await
}
