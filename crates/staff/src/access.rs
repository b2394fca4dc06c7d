//! サインインの管理: who may come in, links for those who are invited, and what happened at the door.

mod sheet;

use std::collections::BTreeSet;

use actions::{AccessState, Giver, LoginId, LoginLine, LoginView, OPERATOR, SecondWay, Session, Sought, Subject};
use askama::Template;
use axum::extract::Path;
use domain::calendar::tokyo;
use domain::id::PersonId;
use serde::Deserialize;

use crate::answer::{Answer, Reply};
use crate::came::Came;
use crate::field::{Choice, Field, Kind, Problem};
use crate::page::Shell;
use crate::parts::{Cell, Empty, Head, Link, Pages, Shape, Table, Tag};
use crate::prove;
use crate::query::{Query, address};
use crate::typed::Typed;
use crate::visit::Visit;
use sheet::Sheet;

/// So many rows stand on a page.
const ROWS: u32 = 50;
/// So many people are offered and invited at once.
const MOST: usize = 200;

#[derive(Template)]
#[template(path = "sign_ins.html")]
struct SignInsPage {
    shell: Shell,
    problems: Vec<Problem>,
    here: String,
    search: Field,
    logins: Table,
    pages: Pages,
    /// What is said where the words would find more people than are looked for.
    left_out: Option<String>,
    invite: Option<Field>,
    direct: Field,
    more: usize,
    empty: Option<Empty>,
}

#[derive(Template)]
#[template(path = "sign_in_one.html")]
struct LoginPage {
    shell: Shell,
    problems: Vec<Problem>,
    facts: Vec<(String, Cell)>,
    acts: Vec<AccessAct>,
    log: Table,
}

/// Something that the operator does to a login.
struct AccessAct {
    action: String,
    words: &'static str,
    told: &'static str,
}

#[derive(Template)]
#[template(path = "sign_in_links.html")]
struct LinksPage {
    shell: Shell,
    sheets: Vec<Sheet>,
    /// What whoever has such a link does with it.
    steps: Vec<&'static str>,
    problems: Vec<Problem>,
    back: String,
}

#[derive(Template)]
#[template(path = "sign_in_log.html")]
struct LogPage {
    shell: Shell,
    log: Table,
    pages: Pages,
}

/// Where a list goes on, who is looked for, and what was just done.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    q: Option<String>,
    after: Option<String>,
    before: Option<String>,
    done: Option<String>,
}

/// Every login, and who has none yet.
pub(crate) async fn page(visit: Visit, Query(asked): Query<Asked>) -> Reply {
    let page = sign_ins(&visit, &asked, Vec::new(), &Typed::default()).await?;
    visit.show(&page)
}

/// Makes links for everybody who was ticked.
pub(crate) async fn invite(visit: Visit, came: Came, typed: Typed) -> Reply {
    let mut people: Vec<PersonId> = typed.all("person").map(PersonId::from).collect();
    people.extend(
        typed.text("number").split([',', '、', ' ', '\u{3000}', '\n']).filter(|n| !n.is_empty()).map(PersonId::from),
    );
    people.dedup();
    if people.is_empty() || people.len() > MOST {
        let words = if people.is_empty() {
            "招待する職員を選ぶか、職員番号を入力してください。".to_owned()
        } else {
            format!("一度に招待できるのは{MOST}人までです。分けて行ってください。")
        };
        let problems = vec![Problem { field: Some("number".to_owned()), words, basis: None }];
        let page = sign_ins(&visit, &Asked::default(), problems, &typed).await?;
        return visit.show_refused(&page);
    }
    let session = prove::freshly(&visit, &came, &typed).await?;
    let giver = Giver::Operator { session: &session, source: &came.source };
    let (mut sheets, mut problems) = (Vec::new(), Vec::new());
    for person in &people {
        match visit.city().invite(&giver, person).await {
            Ok(link) => sheets.push(sheet::of(&visit, &Subject::Officer(person.clone()), &link)),
            Err(actions::ActError::Input(words)) => problems.push(Problem { field: None, words, basis: None }),
            Err(fault) => return Err(fault.into()),
        }
    }
    if sheets.is_empty() {
        for problem in &mut problems {
            problem.field = Some("number".to_owned());
        }
        let page = sign_ins(&visit, &Asked::default(), problems, &typed).await?;
        return visit.show_refused(&page);
    }
    links(&visit, "招待のリンク", sheets, problems)
}

/// Makes a link for one more operator.
pub(crate) async fn invite_operator(visit: Visit, came: Came, typed: Typed) -> Reply {
    let session = prove::freshly(&visit, &came, &typed).await?;
    let giver = Giver::Operator { session: &session, source: &came.source };
    let link = visit.city().invite_operator(&giver).await?;
    links(&visit, "招待のリンク", vec![sheet::of(&visit, &Subject::Operator, &link)], Vec::new())
}

/// One login.
pub(crate) async fn one(visit: Visit, Path((_, id)): Path<(String, String)>, Query(asked): Query<Asked>) -> Reply {
    let page = login_page(&visit, &LoginId(id), asked.done.as_deref(), Vec::new()).await?;
    visit.show(&page)
}

/// Stops a login, allows it again, or makes it void with a new link.
pub(crate) async fn change(
    visit: Visit,
    came: Came,
    Path((_, id, what)): Path<(String, String, String)>,
    typed: Typed,
) -> Reply {
    let id = LoginId(id);
    let login = visit.city().login(&id).await?.ok_or(Answer::Nowhere)?;
    let session = prove::freshly(&visit, &came, &typed).await?;
    match carried_out(&visit, &came, &session, &login, &what).await {
        Ok(Some(sheet)) => links(&visit, "設定し直すためのリンク", vec![sheet], Vec::new()),
        Ok(None) => Err(Answer::Elsewhere(visit.path(&format!("sign-ins/{id}?done={what}")))),
        Err(Answer::Wrong { what: words, .. }) => {
            let problems = vec![Problem { field: None, words, basis: None }];
            let page = login_page(&visit, &id, None, problems).await?;
            visit.show_refused(&page)
        }
        Err(answer) => Err(answer),
    }
}

/// The log of the door.
pub(crate) async fn log(visit: Visit, Query(asked): Query<Asked>) -> Reply {
    let events = visit.city().sign_in_log(None, asked.before.as_deref(), ROWS).await?;
    let after = events.next.as_ref().map(|id| format!("{}?before={id}", visit.path("sign-ins/log")));
    let first = asked.before.is_some().then(|| visit.path("sign-ins/log"));
    let page = LogPage {
        shell: visit.shell("サインインの記録").under(visit.path("sign-ins"), "サインインの管理"),
        log: log_table(&visit, events.rows),
        pages: Pages { first, after, shown: String::new() },
    };
    visit.show(&page)
}

async fn carried_out(
    visit: &Visit,
    came: &Came,
    session: &Session,
    login: &LoginView,
    what: &str,
) -> Result<Option<Sheet>, Answer> {
    let giver = Giver::Operator { session, source: &came.source };
    let city = visit.city();
    match what {
        "suspend" => city.suspend(&giver, &login.id).await?,
        "restore" => city.restore_access(&giver, &login.id).await?,
        "reset" => {
            let link = city.reset(&giver, &login.id).await?;
            return Ok(Some(sheet::of(visit, &login.subject, &link)));
        }
        _ => return Err(Answer::Nowhere),
    }
    Ok(None)
}

fn links(visit: &Visit, title: &str, sheets: Vec<Sheet>, problems: Vec<Problem>) -> Reply {
    let shell = visit.shell(title).under(visit.path("sign-ins"), "サインインの管理");
    let mut steps = vec![
        "職場のパソコンのブラウザーで、次のリンクを開きます。",
        "ログイン名とパスワードを決めます。",
        "認証アプリを登録するか、予備コードを印刷します。",
    ];
    if visit.has_porch() {
        steps.insert(
            1,
            "庁内の共通サインインを使える方は、「庁内の共通サインインで入る」を押します。そのほかの方は、続けます。",
        );
    }
    visit.show(&LinksPage { shell, sheets, steps, problems, back: visit.path("sign-ins") })
}

async fn sign_ins(visit: &Visit, asked: &Asked, problems: Vec<Problem>, typed: &Typed) -> Result<SignInsPage, Answer> {
    let q = asked.q.as_deref().map(str::trim).unwrap_or_default();
    let sought = visit.city().sought(visit.office(), q);
    let from = asked.after.clone().map(LoginId);
    let lines = match &sought {
        Some(sought) => visit.city().logins_found(sought, from.as_ref(), ROWS).await?,
        None => visit.city().login_lines(from.as_ref(), ROWS).await?,
    };
    let href = |after: &str| address(visit, "sign-ins", &[("q", q), ("after", after)]);
    let pages = Pages {
        first: asked.after.is_some().then(|| href("")),
        after: lines.next.as_deref().map(href),
        shown: String::new(),
    };
    let left_out = sought.as_ref().map(Sought::left_out).filter(|left_out| *left_out > 0);
    let mut without = without_login(visit).await?;
    without.retain(|person| sought.as_ref().is_none_or(|sought| sought.is(person)));
    let more = without.len().saturating_sub(MOST);
    let choice = |person: &PersonId| {
        let chosen = typed.all("person").find(|id| *id == person.0).unwrap_or("");
        Choice {
            hint: Some(format!("職員番号 {person}")),
            ..Choice::new(person.0.clone(), named(visit, person), chosen)
        }
    };
    let choices: Vec<Choice> = without.iter().take(MOST).map(choice).collect();
    let invite = (!choices.is_empty()).then(|| {
        Field::new("person", "まだログインのない職員", Kind::Checks(choices))
            .hint("選んだ方ごとに、一度だけ使えるリンクを作ります（7日間有効）。")
            .optional()
    });
    let direct = Field::line("number", "職員番号で招待する", typed.text("number"))
        .hint("何人かのときは、空白か「、」で区切ります。招待中の方に作り直すと、前のリンクは使えなくなります。")
        .optional();
    let empty = visit.office().people.is_empty().then(|| Empty {
        title: "組織と職員が、まだ登録されていません。".to_owned(),
        body: "職員を招待するには、先に職員の名簿（CSVかExcel）を取り込みます。".to_owned(),
        next: Some(Link { href: visit.path("office/import"), words: "名簿を取り込む".to_owned() }),
    });
    Ok(SignInsPage {
        shell: visit.shell("サインインの管理"),
        problems,
        here: visit.path("sign-ins"),
        search: Field::line("q", "さがす", q).optional().hint("氏名、読み、職員番号、職、所属、ログイン名のはじめ。"),
        logins: logins_table(visit, &lines.rows, q),
        pages,
        left_out: left_out
            .map(|more| format!("当てはまる職員が多いため、{more}人は探していません。言葉を足してください。")),
        invite,
        direct,
        more,
        empty,
    })
}

/// The people who hold a post today and have no login.
async fn without_login(visit: &Visit) -> Result<Vec<PersonId>, Answer> {
    let today: BTreeSet<PersonId> = visit.office().posts_on(visit.today()).map(|post| post.person).collect();
    let with = visit.city().with_login().await?;
    Ok(today.into_iter().filter(|person| !with.contains(person)).collect())
}

fn logins_table(visit: &Visit, lines: &[LoginLine], q: &str) -> Table {
    let row = |line: &LoginLine| {
        let href = visit.path(&format!("sign-ins/{}", line.id));
        let name = line.name.clone().unwrap_or_else(|| format!("（{}）", nameless(line.state)));
        vec![
            Cell::LinkPair(Link { href, words: of_subject(visit, &line.subject) }, number(&line.subject)),
            Cell::Text(name),
            Cell::Tag(if has_no_post(visit, line) {
                Tag::new("利用中・今日の職なし", Shape::Paused)
            } else {
                state(line.state)
            }),
            Cell::Text(at(line.changed_at)),
        ]
    };
    Table {
        caption: "ログイン".to_owned(),
        heads: ["だれ", "ログイン名", "状態", "変わった日時"].into_iter().map(Head::new).collect(),
        rows: lines.iter().map(row).collect(),
        empty: match q {
            "" => Empty { title: "ログインはありません。".to_owned(), body: String::new(), next: None },
            _ => Empty {
                title: format!("「{q}」に当てはまるログインはありません。"),
                body: "言葉を短くするか、職員番号でさがしてください。".to_owned(),
                next: Some(Link {
                    href: visit.path("sign-ins"), words: "すべてのログインを見る".to_owned()
                }),
            },
        },
    }
}

/// Whether a login can be used although its owner has no post today: somebody who has left, or a list that is late.
fn has_no_post(visit: &Visit, line: &LoginLine) -> bool {
    let Subject::Officer(person) = &line.subject else { return false };
    line.state == AccessState::Active && visit.office().posts_of(person, visit.today()).is_empty()
}

async fn login_page(
    visit: &Visit,
    id: &LoginId,
    done: Option<&str>,
    problems: Vec<Problem>,
) -> Result<LoginPage, Answer> {
    let login = visit.city().login(id).await?.ok_or(Answer::Nowhere)?;
    let sessions = visit.city().sessions_of(id).await?;
    let events = visit.city().sign_in_log(Some(id), None, ROWS).await?;
    let path = |what: &str| visit.path(&format!("sign-ins/{id}/{what}"));
    let suspend = AccessAct {
        action: path("suspend"),
        words: "利用を止める",
        told: "サインインできなくなり、開いている画面もすぐに使えなくなります。あとで再開できます。台帳に記録されます。",
    };
    let restore = AccessAct {
        action: path("restore"),
        words: "利用を再開する",
        told: "前と同じ方法で、またサインインできます。台帳に記録されます。",
    };
    let reset = AccessAct {
        action: path("reset"),
        words: "再設定のリンクを作る",
        told: "パスワード、二つ目の確認、共通サインインとの結び付きを無効にし、設定し直すためのリンクを作ります（24時間有効）。開いている画面は使えなくなります。台帳に記録されます。",
    };
    let own = visit.session().is_some_and(|session| session.login == *id);
    let acts = match login.state {
        _ if own => Vec::new(),
        AccessState::Suspended => vec![restore],
        AccessState::Active | AccessState::Invited => vec![reset, suspend],
    };
    let mut shell = visit.shell(of_subject(visit, &login.subject)).under(visit.path("sign-ins"), "サインインの管理");
    shell = match done {
        Some("suspend") if login.state == AccessState::Suspended => {
            shell.saying("success", "利用を止め、台帳に記録しました。")
        }
        Some("restore") if login.state != AccessState::Suspended => {
            shell.saying("success", "利用を再開し、台帳に記録しました。")
        }
        _ => shell,
    };
    let ways: Vec<&str> = login.ways.iter().map(|way| way_words(*way)).collect();
    let facts = vec![
        ("だれ".to_owned(), Cell::Pair(of_subject(visit, &login.subject), number(&login.subject))),
        ("ログイン名".to_owned(), login.name.clone().map_or(Cell::Missing(nameless(login.state)), Cell::Text)),
        ("状態".to_owned(), Cell::Tag(state(login.state))),
        ("二つ目の確認".to_owned(), if ways.is_empty() { Cell::Missing("なし") } else { Cell::Text(ways.join("・")) }),
        ("残っている予備コード".to_owned(), Cell::Number(login.recovery_left.to_string())),
        ("サインイン中の端末".to_owned(), Cell::Number(sessions.len().to_string())),
        ("作った日時".to_owned(), Cell::Text(at(login.created_at))),
    ];
    Ok(LoginPage { shell, problems, facts, acts, log: log_table(visit, events.rows) })
}

fn log_table(visit: &Visit, events: Vec<actions::SignInEvent>) -> Table {
    let row = |event: actions::SignInEvent| {
        let who = match (event.login, event.name) {
            (Some(id), name) => Cell::Link(Link {
                href: visit.path(&format!("sign-ins/{id}")),
                words: name.unwrap_or_else(|| "（名前はまだありません）".to_owned()),
            }),
            (None, _) => Cell::Missing("登録されていないログイン名"),
        };
        let browser = if event.browser.is_empty() {
            Cell::Missing("－")
        } else {
            Cell::Text(crate::device::words_of(&event.browser))
        };
        vec![
            Cell::Text(at(event.at)),
            Cell::Text(event.what.label().to_owned()),
            who,
            Cell::Text(event.source),
            browser,
        ]
    };
    Table {
        caption: "サインインの記録（新しい順）".to_owned(),
        heads: ["日時", "できごと", "ログイン名", "どこから", "ブラウザー"].into_iter().map(Head::new).collect(),
        rows: events.into_iter().map(row).collect(),
        empty: Empty {
            title: "記録はありません。".to_owned(), body: "記録は400日間残ります。".to_owned(), next: None
        },
    }
}

/// The words for a proof beside the password.
pub(crate) fn way_words(way: SecondWay) -> &'static str {
    match way {
        SecondWay::Code => "認証アプリ",
        SecondWay::Passkey => "パスキー",
        SecondWay::Recovery => "予備コード",
    }
}

/// An instant as people read it.
pub(crate) fn at(ms: i64) -> String {
    let at = tokyo(ms);
    format!("{} {:02}:{:02}", domain::calendar::wareki(at.date()), at.hour(), at.minute())
}

/// Who is behind a login: the posts of today and the name.
fn of_subject(visit: &Visit, subject: &Subject) -> String {
    match subject {
        Subject::Operator => OPERATOR.to_owned(),
        Subject::Officer(person) => named(visit, person),
    }
}

fn number(subject: &Subject) -> String {
    match subject {
        Subject::Operator => String::new(),
        Subject::Officer(person) => format!("職員番号 {person}"),
    }
}

fn named(visit: &Visit, person: &PersonId) -> String {
    let posts = visit.office().posts_of(person, visit.today());
    let titles: Vec<&str> = posts.iter().map(|post| post.title.as_str()).collect();
    let titles = if titles.is_empty() { "今日の職なし".to_owned() } else { titles.join("・") };
    match visit.office().people.get(person).and_then(|known| known.name.as_deref()) {
        Some(name) => format!("{titles}　{name}"),
        None => titles,
    }
}

/// What stands for a login name that there is not.
fn nameless(state: AccessState) -> &'static str {
    match state {
        AccessState::Invited => "まだ決まっていません",
        AccessState::Active => "なし。共通サインインで入ります",
        AccessState::Suspended => "なし",
    }
}

fn state(state: AccessState) -> Tag {
    match state {
        AccessState::Invited => Tag::new("招待中", Shape::Going),
        AccessState::Active => Tag::new("利用中", Shape::Done),
        AccessState::Suspended => Tag::new("停止中", Shape::Paused),
    }
}
