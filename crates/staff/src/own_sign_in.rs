//! 自分の設定: password, second proof, recovery codes, passkeys, sessions, and how one wants to be told.

mod telling;

use actions::{
    Factor, FirstPassword, OwnAnswer, Password, PasswordChange, PasswordState, SecondWay, Session, SessionId,
    TotpSecret,
};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::access::Caller;
use serde::Deserialize;

use crate::access::{at, way_words};
use crate::answer::{Answer, Reply, html};
use crate::came::{Came, Kept, dropped, kept, signed_in_cookies, with_cookies};
use crate::field::{Field, Kind, Line, Problem};
use crate::invitation::{NAME_HINT, PASSWORD_HINT, Seed, problem_of, seed, show_codes, with_problem};
use crate::page::Shell;
use crate::parts::{Cell, Notice, Tone};
use crate::prove;
use crate::query::Query;
use crate::sign_in::{home_of, problem};
use crate::typed::Typed;
use crate::visit::Visit;

use telling::Telling;
pub(crate) use telling::{ask_address, choose, confirm_address, forget_address};

#[derive(Template)]
#[template(path = "me.html")]
struct MePage {
    shell: Shell,
    notice: Option<Notice>,
    problems: Vec<Problem>,
    facts: Vec<(String, Cell)>,
    /// Empty for a login without a password.
    password: Vec<Field>,
    passkeys: Vec<Passkey>,
    passkey_name: Field,
    sessions: Vec<Place>,
    others: usize,
    trusted: Vec<Trusted>,
    telling: Option<Telling>,
    porch: Option<Vec<String>>,
}

/// A passkey of one's own.
struct Passkey {
    id: String,
    name: String,
    told: String,
    /// Why it was not taken away just now.
    wrong: Option<String>,
}

/// A browser that is trusted.
struct Trusted {
    id: String,
    device: String,
    told: String,
}

/// A browser in which one is signed in.
struct Place {
    id: String,
    device: String,
    told: String,
    here: Here,
}

/// Whether a session is the one that asks.
#[derive(PartialEq, Eq)]
enum Here {
    Yes,
    No,
}

#[derive(Template)]
#[template(path = "me_code.html")]
struct CodePage {
    shell: Shell,
    problems: Vec<Problem>,
    seed: Seed,
    code: Field,
}

#[derive(Template)]
#[template(path = "me_password.html")]
struct FirstPasswordPage {
    shell: Shell,
    problems: Vec<Problem>,
    fields: Vec<Field>,
}

/// What was just done.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    done: Option<String>,
}

/// The page.
pub(crate) async fn page(visit: Visit, Query(asked): Query<Asked>) -> Reply {
    let mut page = me(&visit, Vec::new(), &Typed::default()).await?;
    let said = match asked.done.as_deref() {
        Some("password") => Some("パスワードを変えました。ほかの端末のサインインは終わりました。"),
        Some("first-password") => Some("パスワードを設定しました。ほかの端末のサインインは終わりました。"),
        Some("passkey") => Some("パスキーを登録しました。"),
        Some("passkey-removed") => Some("パスキーを消しました。"),
        Some("trust") => Some("端末の信頼をやめました。次から、二つ目の確認を求めます。"),
        Some("sessions") => Some("ほかの端末のサインインを終えました。"),
        Some("telling") => Some("お知らせの受け取り方を変えました。"),
        Some("asked") => Some(
            "確認の番号のメールを送信待ちに入れました。届いたら、6桁の番号を入力してください。10分待っても届かないときは、アドレスを確かめ、運用担当に聞いてください。",
        ),
        Some("linked") => Some("庁内の共通サインインと結び付けました。"),
        Some("unlinked") => Some("庁内の共通サインインとの結び付きを外しました。"),
        _ => None,
    };
    if let Some(words) = said {
        page.shell = page.shell.saying("success", words);
    } else if let Some(words) = warning(&visit).await? {
        page.shell = page.shell.saying("warning", words);
    }
    visit.show(&page)
}

/// What whoever looks at the own settings should know before it is too late.
async fn warning(visit: &Visit) -> Result<Option<String>, Answer> {
    if let Caller::Officer(officer) = visit.caller()
        && officer.posts.is_empty()
    {
        let words = "今日の職がないため、ほかのページは使えません。組織の登録を、人事の担当かシステムの運用者に確かめてください。終わるときは、サインアウトしてください。";
        return Ok(Some(words.to_owned()));
    }
    let Some(session) = visit.session() else { return Ok(None) };
    let login = visit.city().login(&session.login).await?.ok_or(Answer::Failed)?;
    Ok(match login.recovery_left {
        1..=FEW_CODES => Some(format!(
            "予備コードの残りは{}個です。なくなる前に作り直し、新しい紙をしまってください。",
            login.recovery_left
        )),
        _ => None,
    })
}

/// So few codes on paper are left when their owner is warned.
const FEW_CODES: u64 = 3;

/// A new password was sent, or somebody without one wants one.
pub(crate) async fn password(visit: Visit, came: Came, typed: Typed) -> Reply {
    let session = visit.session().ok_or_else(|| Answer::Elsewhere(visit.sign_in_path()))?;
    let login = visit.city().login(&session.login).await?.ok_or(Answer::Failed)?;
    if login.password == PasswordState::Missing {
        return first_password(&visit, &came, &typed).await;
    }
    let given = PasswordChange {
        former: Password::typed(typed.text("former")),
        password: typed.text("password").to_owned(),
        again: typed.text("again").to_owned(),
    };
    match visit.city().change_password(session, &given, &came.source).await? {
        OwnAnswer::Done(signed_in) => {
            let place = Answer::Elsewhere(visit.path("me?done=password")).into_response();
            Ok(with_cookies(place, signed_in_cookies(&visit, &signed_in)))
        }
        OwnAnswer::Refused(problems) => {
            let problems = problems.iter().map(problem_of).collect();
            visit.show_refused(&me(&visit, problems, &typed).await?)
        }
    }
}

/// Asks for a first password, or sets it.
async fn first_password(visit: &Visit, came: &Came, typed: &Typed) -> Reply {
    let session = prove::freshly(visit, came, typed).await?;
    // What comes back from proving again carries no password either.
    if !typed.has("password") {
        return visit.show(&first_password_page(visit, &session, typed, Vec::new()));
    }
    let given = FirstPassword {
        name: typed.text("name").to_owned(),
        password: typed.text("password").to_owned(),
        again: typed.text("again").to_owned(),
    };
    match visit.city().set_password(&session, &given, &came.source).await? {
        OwnAnswer::Done(signed_in) => {
            let place = Answer::Elsewhere(visit.path("me?done=first-password")).into_response();
            Ok(with_cookies(place, signed_in_cookies(visit, &signed_in)))
        }
        OwnAnswer::Refused(problems) => {
            let problems = problems.iter().map(problem_of).collect();
            visit.show_refused(&first_password_page(visit, &session, typed, problems))
        }
    }
}

/// Offers a seed for an authenticator.
pub(crate) async fn offer_code(visit: Visit, came: Came, typed: Typed) -> Reply {
    let session = prove::freshly(&visit, &came, &typed).await?;
    let (pending, totp) = visit.city().offer_code(&session).await?;
    let page = code_page(&visit, &totp, Vec::new());
    let response = html(StatusCode::OK, page.render()?);
    Ok(with_cookies(response, [kept(&visit, Kept::Step, pending.reveal())]))
}

/// The first code of an authenticator was sent.
pub(crate) async fn set_code(visit: Visit, came: Came, typed: Typed) -> Reply {
    let session = prove::freshly(&visit, &came, &typed).await?;
    let Some(pending) = came.step(&visit) else { return Err(Answer::Elsewhere(visit.path("me"))) };
    match visit.city().set_code(&session, &pending, typed.text("code"), &came.source).await? {
        OwnAnswer::Done((signed_in, codes)) => {
            let next = after(&visit, signed_in.factor);
            show_codes(&visit, &signed_in, codes.reveal().to_vec(), next).await
        }
        OwnAnswer::Refused(problems) => {
            let problems: Vec<Problem> = problems.iter().map(problem_of).collect();
            if let Some(totp) = visit.city().code_offered(&session, &pending).await? {
                return visit.show_refused(&code_page(&visit, &totp, problems));
            }
            let page = me(&visit, problems, &Typed::default()).await?;
            Ok(with_cookies(visit.show_refused(&page)?, [dropped(&visit, Kept::Step)]))
        }
    }
}

/// Makes new recovery codes.
pub(crate) async fn renew_recovery(visit: Visit, came: Came, typed: Typed) -> Reply {
    let session = prove::freshly(&visit, &came, &typed).await?;
    let (signed_in, codes) = visit.city().renew_recovery(&session, &came.source).await?;
    let next = after(&visit, signed_in.factor);
    show_codes(&visit, &signed_in, codes.reveal().to_vec(), next).await
}

/// Takes a passkey away.
pub(crate) async fn remove_passkey(visit: Visit, came: Came, typed: Typed) -> Reply {
    let session = prove::freshly(&visit, &came, &typed).await?;
    let id = typed.text("passkey-id");
    match visit.city().remove_passkey(&session, id, &came.source).await {
        Ok(()) => Err(Answer::Elsewhere(visit.path("me?done=passkey-removed"))),
        Err(actions::ActError::Input(words)) => {
            let mut page = me(&visit, Vec::new(), &Typed::default()).await?;
            page.keep_passkey(id, words);
            visit.show_refused(&page)
        }
        Err(fault) => Err(fault.into()),
    }
}

/// Ends a session of one's own, or all but this one.
pub(crate) async fn end_sessions(visit: Visit, Path((_, which)): Path<(String, String)>) -> Reply {
    let session = visit.session().ok_or_else(|| Answer::Elsewhere(visit.sign_in_path()))?;
    let all = visit.city().sessions_of(&session.login).await?;
    let meant = |id: &SessionId| *id != session.id && (which == "others" || id.0 == which);
    for other in all.iter().filter(|other| meant(&other.id)) {
        visit.city().end_own_session(session, &other.id).await?;
    }
    Err(Answer::Elsewhere(visit.path("me?done=sessions")))
}

/// Trusts a browser of one's own no more.
pub(crate) async fn end_trust(visit: Visit, came: Came, typed: Typed) -> Reply {
    let session = visit.session().ok_or_else(|| Answer::Elsewhere(visit.sign_in_path()))?;
    visit.city().end_trust(session, typed.text("device"), &came.source).await?;
    Err(Answer::Elsewhere(visit.path("me?done=trust")))
}

/// Where one goes on with a new second proof: whoever lacked one begins to work now.
fn after(visit: &Visit, factor: Factor) -> String {
    match visit.session() {
        Some(session) if session.factor == Factor::Unfinished => home_of(visit, &session.subject, factor),
        _ => visit.path("me"),
    }
}

impl MePage {
    /// Says why a passkey was not taken away: beside it, or where the passkeys begin if it is none of these.
    fn keep_passkey(&mut self, id: &str, words: String) {
        let place = match self.passkeys.iter_mut().find(|key| key.id == id) {
            Some(key) => {
                key.wrong = Some(words.clone());
                format!("passkey-{id}")
            }
            None => "passkeys".to_owned(),
        };
        self.problems = vec![problem(&place, words)];
    }
}

/// What a browser is called, also where it says nothing of itself.
fn device_words(named: &str) -> String {
    if named.is_empty() { "名のらないブラウザー".to_owned() } else { crate::device::words_of(named) }
}

async fn me(visit: &Visit, problems: Vec<Problem>, typed: &Typed) -> Result<MePage, Answer> {
    let session = visit.session().ok_or_else(|| Answer::Elsewhere(visit.sign_in_path()))?;
    let city = visit.city();
    let login = city.login(&session.login).await?.ok_or(Answer::Failed)?;
    let line = |name: &str, label: &str, sort| {
        with_problem(Field::new(name, label, Kind::Line { value: String::new(), sort }), &problems)
    };
    let password = match login.password {
        PasswordState::Set => vec![
            line("former", "今のパスワード", Line::Password),
            line("password", "新しいパスワード", Line::NewPassword)
                .hint("12文字以上。長い文でもかまいません。変えると、ほかの端末のサインインは終わります。"),
            line("again", "新しいパスワード（確認）", Line::NewPassword),
        ],
        PasswordState::Missing => Vec::new(),
    };
    let passkeys = city.passkeys_of(&session.login).await?.into_iter().map(|key| Passkey {
        told: match key.used_at {
            Some(used) => format!("登録 {}　最後に使用 {}", at(key.added_at), at(used)),
            None => format!("登録 {}", at(key.added_at)),
        },
        id: key.id,
        name: key.name,
        wrong: None,
    });
    let all = city.sessions_of(&session.login).await?;
    let others = all.iter().filter(|other| other.id != session.id).count();
    let sessions = all.into_iter().map(|one| Place {
        here: if one.id == session.id { Here::Yes } else { Here::No },
        told: format!("{}　開始 {}　最後の操作 {}", one.factor.label(), at(one.began_at), at(one.seen_at)),
        device: device_words(&one.device),
        id: one.id.0,
    });
    let trusted = city.trusted_devices(session).await?.into_iter().map(|one| Trusted {
        told: format!("{}から {}まで", at(one.trusted_at), at(one.until)),
        device: device_words(&one.browser),
        id: one.id,
    });
    let linked = if visit.has_porch() {
        Some(city.identities_of(&session.login).await?.into_iter().map(|identity| identity.issuer).collect())
    } else {
        None
    };
    let ways: Vec<&str> = login.ways.iter().map(|way: &SecondWay| way_words(*way)).collect();
    let facts = vec![
        (
            "ログイン名".to_owned(),
            if session.name.is_empty() {
                Cell::Missing("まだありません")
            } else {
                Cell::Text(session.name.clone())
            },
        ),
        ("サインインの方法".to_owned(), Cell::Text(session.factor.label().to_owned())),
        (
            "二つ目の確認".to_owned(),
            if ways.is_empty() { Cell::Missing("まだありません") } else { Cell::Text(ways.join("・")) },
        ),
        ("残っている予備コード".to_owned(), Cell::Number(login.recovery_left.to_string())),
    ];
    let notice = (session.factor == Factor::Unfinished).then(|| Notice {
        tone: Tone::Warning,
        title: "二つ目の確認を登録してください。".to_owned(),
        body: Some("今の職では、パスワードのほかに、認証アプリか予備コードが必要です。登録すると、ほかの画面を使えるようになります。".to_owned()),
        next: None,
    });
    Ok(MePage {
        shell: visit.shell("自分の設定"),
        notice,
        facts,
        password,
        passkeys: passkeys.collect(),
        trusted: trusted.collect(),
        passkey_name: Field::line("name", "パスキーの呼び名", typed.text("name"))
            .hint("どの鍵か分かる名前（例：窓口のパソコン）")
            .optional(),
        sessions: sessions.collect(),
        others,
        telling: Telling::of(visit, typed, &problems).await?,
        porch: linked,
        problems,
    })
}

fn first_password_page(visit: &Visit, session: &Session, typed: &Typed, problems: Vec<Problem>) -> FirstPasswordPage {
    let line = |name: &str, label: &str, value: &str, sort| {
        with_problem(Field::new(name, label, Kind::Line { value: value.to_owned(), sort }), &problems)
    };
    let mut fields = Vec::new();
    if session.name.is_empty() {
        let name = line("name", "ログイン名", typed.text("name"), Line::LoginName);
        fields.push(name.hint(NAME_HINT));
    }
    fields.push(line("password", "パスワード", "", Line::NewPassword).hint(PASSWORD_HINT));
    fields.push(line("again", "パスワード（確認）", "", Line::NewPassword));
    let shell = visit.shell("パスワードの設定").under(visit.path("me"), "自分の設定");
    FirstPasswordPage { shell, problems, fields }
}

fn code_page(visit: &Visit, totp: &TotpSecret, problems: Vec<Problem>) -> CodePage {
    let code = Field::new("code", "確認コード", Kind::Line { value: String::new(), sort: Line::Code })
        .hint("アプリに表示されている6桁の数字");
    CodePage {
        shell: visit.shell("認証アプリの登録").under(visit.path("me"), "自分の設定"),
        seed: seed(totp),
        code: with_problem(code, &problems),
        problems,
    }
}
