//! The page behind a link: whoever is invited chooses a name, a password and a second proof, or goes to the city's own
//! provider.

use actions::{
    AcceptAnswer, Acceptance, AcceptedSecond, Accepting, CodeAnswer, FieldProblem, LinkToken, Need, SignInRefusal,
    SignedIn, Subject,
};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;

use crate::answer::{Answer, Reply, html};
use crate::came::{Came, Kept, kept, signed_in_cookies, with_cookies};
use crate::field::{Choice, Field, Kind, Line, Problem};
use crate::sign_in::{home_of, problem, status_of};
use crate::typed::Typed;
use crate::visit::Visit;

/// What a login name may be.
pub(crate) const NAME_HINT: &str =
    "サインインのときに入力する名前です。3文字以上の、文字・数字・ピリオド・ハイフン・下線・@";

/// What a password may be.
pub(crate) const PASSWORD_HINT: &str = "12文字以上。長い文でもかまいません。記号や大文字を混ぜる決まりはありません。";

#[derive(Template)]
#[template(path = "join.html")]
struct JoinPage {
    action: String,
    town_name: String,
    who: String,
    problems: Vec<Problem>,
    fields: Vec<Field>,
    second: Field,
    seed: Seed,
    code: Field,
    /// Where the way by the city's own provider begins, where there is one.
    outside: Option<String>,
}

/// What an authenticator reads: drawn, and written out.
pub(crate) struct Seed {
    /// The QR code as SVG; `None` when it cannot be drawn.
    pub drawn: Option<String>,
    /// For typing it by hand.
    pub typed: String,
}

#[derive(Template)]
#[template(path = "codes.html")]
struct CodesPage {
    town_name: String,
    name: String,
    codes: Vec<String>,
    next: String,
}

#[derive(Template)]
#[template(path = "join_code.html")]
struct CodePage {
    town_name: String,
    action: String,
    problems: Vec<Problem>,
    code: Field,
    sign_in: String,
}

/// The page for whoever has an invitation on paper and would rather type its code than its link.
pub(crate) async fn ask_code(visit: Visit) -> Reply {
    visit.show(&code_page(&visit, Vec::new()))
}

/// The code of an invitation was typed.
pub(crate) async fn open_by_code(visit: Visit, came: Came, typed: Typed) -> Reply {
    let (status, words) = match visit.city().open_by_code(typed.text("code"), &came.source).await? {
        CodeAnswer::Opens(link) => return Err(Answer::Elsewhere(visit.path(&format!("join/{}", link.reveal())))),
        CodeAnswer::Dead => {
            let words = "この文字では開けません。読み違いがないか確かめて、もう一度入力してください。もう使われたか、新しいものに替わったか、期限が過ぎていることもあります。そのときは、システムの運用担当に新しい招待を頼んでください。";
            (StatusCode::UNPROCESSABLE_ENTITY, words.to_owned())
        }
        CodeAnswer::Paused { until } => {
            let paused = SignInRefusal::Paused { until };
            (status_of(paused), paused.text(visit.now()))
        }
    };
    let page = code_page(&visit, vec![problem("code", words)]);
    Ok(html(status, page.render()?))
}

fn code_page(visit: &Visit, problems: Vec<Problem>) -> CodePage {
    // What was typed is not shown again: it is a secret that somebody may look at over a shoulder.
    let code = Field::new("code", "招待の文字", Kind::Line { value: String::new(), sort: Line::Code });
    let code = code.hint("紙に書かれた12文字です。大文字・小文字、空白、「-」の有無は、どれでもかまいません。");
    CodePage {
        town_name: visit.town().name.clone(),
        action: visit.path("join"),
        code: with_problem(code, &problems),
        problems,
        sign_in: visit.path("sign-in"),
    }
}

/// The page.
pub(crate) async fn page(visit: Visit, came: Came, Path((_, token)): Path<(String, String)>) -> Reply {
    let (link, offer) = offered(&visit, &came, &token).await?;
    let page = join_page(&visit, &link, &offer, &Typed::default(), Vec::new());
    let response = html(StatusCode::OK, page.render()?);
    Ok(with_cookies(response, [kept(&visit, Kept::Step, offer.pending.reveal())]))
}

/// What was chosen was sent.
pub(crate) async fn accept(visit: Visit, came: Came, Path((_, token)): Path<(String, String)>, typed: Typed) -> Reply {
    let (link, offer) = offered(&visit, &came, &token).await?;
    let second = match typed.text("second") {
        "paper" => AcceptedSecond::Paper,
        "none" => AcceptedSecond::Nothing,
        _ => AcceptedSecond::Code(typed.text("code").to_owned()),
    };
    let given = Accepting {
        name: typed.text("name").to_owned(),
        password: typed.text("password").to_owned(),
        again: typed.text("again").to_owned(),
        second,
    };
    match visit.city().accept_invitation(&link, &offer.pending, &given, &came.source).await? {
        AcceptAnswer::Accepted(signed_in, codes) => {
            if let Some(session) = visit.session() {
                visit.city().sign_out(session, &came.source).await?;
            }
            let next = home_of(&visit, &offer.subject, signed_in.factor);
            let codes = codes.map(|codes| codes.reveal().to_vec()).unwrap_or_default();
            show_codes(&visit, &signed_in, codes, next).await
        }
        AcceptAnswer::Refused(problems) => {
            let problems = problems.iter().map(problem_of).collect();
            let page = join_page(&visit, &link, &offer, &typed, problems);
            let response = html(StatusCode::UNPROCESSABLE_ENTITY, page.render()?);
            Ok(with_cookies(response, [kept(&visit, Kept::Step, offer.pending.reveal())]))
        }
        AcceptAnswer::Dead => Err(dead()),
    }
}

/// Shows recovery codes this one time, to somebody whose session begins with this answer.
pub(crate) async fn show_codes(visit: &Visit, signed_in: &SignedIn, codes: Vec<String>, next: String) -> Reply {
    let session = visit.city().session(&signed_in.session).await?.ok_or(Answer::Failed)?;
    let cookies = signed_in_cookies(visit, signed_in);
    if codes.is_empty() {
        use axum::response::IntoResponse;
        return Ok(with_cookies(Answer::Elsewhere(next).into_response(), cookies));
    }
    let page = CodesPage { town_name: visit.town().name.clone(), name: session.name, codes, next };
    Ok(with_cookies(html(StatusCode::OK, page.render()?), cookies))
}

/// What is wrong with what was chosen, at the field of the page.
pub(crate) fn problem_of(wrong: &FieldProblem) -> Problem {
    let name = match wrong.field {
        actions::Field::Name => "name",
        actions::Field::Password => "password",
        actions::Field::Again => "again",
        actions::Field::Former => "former",
        actions::Field::Code => "code",
    };
    problem(name, wrong.text.clone())
}

/// The same field with what is wrong with it.
pub(crate) fn with_problem(field: Field, problems: &[Problem]) -> Field {
    let wrong = problems.iter().find(|problem| problem.field.as_deref() == Some(field.name.as_str()));
    let words = wrong.map(|problem| problem.words.clone());
    field.error(words)
}

/// A seed as pages show it.
pub(crate) fn seed(secret: &actions::TotpSecret) -> Seed {
    Seed { drawn: public::qr::svg(&secret.url), typed: secret.typed.clone() }
}

/// What the link offers: what this browser saw before, or anew.
async fn offered(visit: &Visit, came: &Came, token: &str) -> Result<(LinkToken, Acceptance), Answer> {
    let link = LinkToken::read(token).ok_or_else(dead)?;
    if let Some(pending) = came.step(visit)
        && let Some(begun) = visit.city().acceptance_begun(&link, &pending).await?
    {
        return Ok((link, begun));
    }
    let begun = visit.city().begin_acceptance(&link).await?.ok_or_else(dead)?;
    Ok((link, begun))
}

/// What is told of a link that does not work.
pub(crate) fn dead() -> Answer {
    Answer::wrong(
        StatusCode::GONE,
        "このリンクは使えません。もう使われたか、新しいリンクに替わったか、期限が過ぎています。",
        "システムの運用担当に、新しいリンクを頼んでください。もう設定が済んでいる方は、サインインの画面を開いてください。",
    )
}

fn join_page(visit: &Visit, link: &LinkToken, offer: &Acceptance, typed: &Typed, problems: Vec<Problem>) -> JoinPage {
    let entry = |name: &str, label: &str, value: &str, sort| {
        let field = Field::new(name, label, Kind::Line { value: value.to_owned(), sort });
        with_problem(field, &problems)
    };
    let name = if typed.has("name") { typed.text("name") } else { offer.name.as_deref().unwrap_or_default() };
    let fields = vec![
        entry("name", "ログイン名", name, Line::LoginName).hint(NAME_HINT),
        entry("password", "パスワード", "", Line::NewPassword).hint(PASSWORD_HINT),
        entry("again", "パスワード（確認）", "", Line::NewPassword),
    ];
    let taken = typed.said("second").unwrap_or("code");
    let mut choices = vec![
        Choice::new("code", "認証アプリを使う", taken),
        Choice {
            hint: Some("スマートフォンを使えないときに。次の画面で10個の予備コードを印刷します。".to_owned()),
            ..Choice::new("paper", "紙の予備コードだけを使う", taken)
        },
    ];
    if offer.need == Need::PasswordOnly {
        choices.push(Choice::new("none", "今は設定しない", taken));
    }
    let hint = match offer.need {
        Need::Second => "決裁・受理・掲載を行う職と運用担当には、パスワードのほかに必要です。",
        Need::PasswordOnly => "設定しておくと、パスワードが知られてもサインインされません。",
    };
    let code = with_problem(
        Field::new("code", "確認コード", Kind::Line { value: String::new(), sort: Line::Code }),
        &problems,
    );
    let code = code.hint("認証アプリを使うときだけ。アプリに表示されている6桁の数字を入力してください。").optional();
    let action = visit.path(&format!("join/{}", link.reveal()));
    JoinPage {
        outside: visit.has_porch().then(|| format!("{action}/oidc")),
        action,
        town_name: visit.town().name.clone(),
        who: who(visit, &offer.subject),
        fields,
        second: Field::new("second", "二つ目の確認", Kind::Radio(choices)).hint(hint),
        seed: seed(&offer.totp),
        code,
        problems,
    }
}

/// Whom a link invites, as the page calls them.
pub(crate) fn who(visit: &Visit, subject: &Subject) -> String {
    match subject {
        Subject::Operator => actions::OPERATOR.to_owned(),
        Subject::Officer(person) => {
            let posts = visit.office().posts_of(person, visit.today());
            let titles: Vec<&str> = posts.iter().map(|post| post.title.as_str()).collect();
            if titles.is_empty() { format!("職員番号 {person}") } else { titles.join("・") }
        }
    }
}
