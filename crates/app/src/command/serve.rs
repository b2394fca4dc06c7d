//! Serving the public pages: from the register, or from a bundle alone.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::response::Html;
use domain::ledger::ListKey;
use domain::network::Networks;
use public::{Demand, Signed};
use tokio::net::TcpListener;
use web::{Clock, Condition, Door, Found, Health, Heights, Shelf, Source};

mod caretaker;
mod ending;
mod publisher;
mod pulse;
mod staff_desk;

use ending::Ending;
use publisher::{MadeList, Publisher};
use staff_desk::StaffDesk;

use super::Hands;
use crate::args::{Front, ServeArgs, TrustArgs};
use crate::courier::Post;
use crate::exit::Exit;
use crate::files;
use crate::home::{Home, Town};
use crate::input::{self, Mistake};
use crate::machine;
use crate::settings::{is_sealed, open_address};
use crate::voice::{out, told};

/// How often the ledger's head is read, and new bundles are looked for: well within the promised five seconds.
const LOOK: Duration = Duration::from_secs(1);
/// How often files that wait too long are dropped: none is there an hour after it came.
const SWEEP: Duration = Duration::from_mins(5);
/// A day in milliseconds.
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// The version of this program.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Serves every municipality of this installation, and publishes what is recorded.
pub async fn serve(hands: &Hands, args: &ServeArgs) -> anyhow::Result<Exit> {
    let ending = Ending::listens();
    let mut held = hands.home.hold()?;
    let listener = listen(&args.host, args.port).await?;
    let port = listener.local_addr()?.port();
    held.tell(&format!("{}:{port}", args.host));
    let codes = hands.home.codes().await?;
    let own = format!("http://localhost:{port}/");
    hands.home.keep_address(args.base.base_url.as_deref().unwrap_or(&own));
    // Several municipalities stand below the one address; a single one may be given its own.
    let single = if codes.len() == 1 { args.base.base_url.as_deref() } else { None };
    // Each server has places of its own, so that a flood at one leaves the other alone.
    let limits = files::limits(files::raised(), 2, codes.len());
    let door = || Arc::new(Door::new(limits).behind(args.front.trusted_proxy.clone()));
    let health = pulse::health();
    let desk = StaffDesk::open(args, port, door()).await?;
    hands.home.keep_staff_address(desk.origin());
    tracing::info!("{}", begins(&hands.home, &codes));
    let typed = args.staff_url.as_ref().map(url::Url::as_str).filter(|typed| !is_sealed(typed));
    if let Some(typed) = typed {
        tracing::warn!("{}", open_address("--staff-url", typed));
    }
    let (mut sources, mut lists) = (Vec::new(), Vec::new());
    let mut tasks = Vec::new();
    let mut shut = None;
    for code in &codes {
        // The first list of a large town takes its time; nobody has to wait for it to end the program.
        let taken_up = tokio::select! {
            taken_up = take_up(hands, &desk, code, single, &health) => taken_up,
            () = ending.clone().asked() => return Ok(Exit::Done),
        };
        let TakenUp { publisher, made, outbound } = match taken_up {
            Ok(taken_up) => taken_up,
            // What is wrong with one municipality is no other one's concern.
            Err(error) => {
                health.tell(Condition::MunicipalityShut, code, Found::Wrong);
                if codes.len() > 1 {
                    tracing::error!(municipality = %code, "団体 {code} を始められません。ほかの団体は続けます。{}", told(&error));
                }
                shut = Some(error);
                continue;
            }
        };
        let town = publisher.town.clone();
        tasks.extend(pulse::look_after(&town, &health));
        tasks.push(tokio::spawn(keep_sending(town.clone(), outbound, Arc::clone(&health))));
        tasks.push(tokio::spawn(keep_sweeping(town.clone())));
        tasks.push(tokio::spawn(caretaker::look_after(town)));
        let demand = publisher.to().await?.demand(code);
        sources.push(Source::followed(publisher.dir.clone()).demanding(demand));
        lists.push((publisher, made));
    }
    if let Some(error) = shut.filter(|_| lists.is_empty()) {
        return Err(error);
    }
    let staff = tokio::spawn(desk.serve(Arc::clone(&health), ending.clone().asked()));
    let shelf = if sources.is_empty() { None } else { Some(Arc::new(Shelf::open(sources)?)) };
    if let Some(shelf) = &shelf {
        for (publisher, made) in lists {
            let watch = publisher.watch(Arc::clone(shelf), Arc::clone(&health), made).await;
            tasks.push(tokio::spawn(watch.keep()));
        }
    }
    answer(listener, &args.host, shelf, health, door(), ending).await?;
    staff.await?;
    for task in tasks {
        // A publication that is cut off here leaves the former list in place; the next start sees that it lies behind.
        task.abort();
    }
    Ok(Exit::Done)
}

/// A municipality that is ready to be served.
struct TakenUp {
    publisher: Publisher,
    /// Its list, if it was made just now because none that lay there could be served.
    made: Option<MadeList>,
    outbound: Post,
}

/// Opens a municipality, sees to it that it has a list, and lets its staff in.
async fn take_up(
    hands: &Hands,
    desk: &StaffDesk,
    code: &str,
    base_url: Option<&str>,
    health: &Health,
) -> anyhow::Result<TakenUp> {
    let town = hands.home.open_to_serve(code).await?;
    let office = town.city.office().await?;
    for words in hands.home.settings(code)?.doubts(&office) {
        tracing::warn!(municipality = %code, "{words}");
    }
    let dir = hands.home.make_public(code)?;
    strays(&dir);
    let (base_url, key) = (base_url.map(str::to_owned), hands.home.key(code).key());
    // Before the first list is made: it would hide who signed the one that lies there.
    town.city.judge_signer(key.as_ref(), &dir).await?;
    let publisher = Publisher { town: town.clone(), dir, base_url, key };
    // A list of this ledger that still holds is served at once, with what lies behind it; a new one is made beside.
    let made = if publisher.may_serve_what_lies_there().await? { None } else { Some(publisher.publish().await?) };
    // A way out that is not usable is told at the start, not when the first message is due.
    let outbound = hands.home.post(code)?;
    let unusable: Vec<String> = desk.take_in(&town).await?.into_iter().chain(outbound.unusable()).collect();
    for words in &unusable {
        tracing::error!(municipality = %code, "{words}");
    }
    health.tell(Condition::SecretUnusable, code, pulse::found(unusable.is_empty()));
    Ok(TakenUp { publisher, made, outbound })
}

/// Says in the log what lies in the folder of the public files and was not put there by a publication.
fn strays(dir: &Path) {
    if dir.join("bundle.json").exists() {
        tracing::warn!(
            "「{}」に、書き出した一覧（bundle.json など）が直接置かれています。公開には使わず、releases の中に自分の一覧を作ります。次にすること：置いたファイルを、データのフォルダーの外へ移してください。",
            dir.display()
        );
    }
    if std::fs::symlink_metadata(dir.join("current")).is_ok_and(|facts| facts.is_dir()) {
        tracing::warn!(
            "「{}」がリンクではなくフォルダーになっています（写すときにリンクがたどられました）。次の公開で作り直し、リンクに戻します。",
            dir.join("current").display()
        );
    }
}

/// The line with which a server begins its log: the version, the municipalities, and what each is connected with.
fn begins(home: &Home, codes: &[String]) -> String {
    let mut towns = Vec::new();
    for code in codes {
        let Ok(settings) = home.settings(code) else {
            towns.push(format!("{code}（設定を読めません）"));
            continue;
        };
        let mut ways = Vec::new();
        ways.extend(settings.mail.as_ref().map(|mail| format!("メール {}", mail.server)));
        ways.extend(settings.webhook.iter().map(|hook| format!("チャット {}", hook.name)));
        ways.extend(settings.oidc.as_ref().map(|oidc| format!("共通サインイン {}", oidc.issuer)));
        let ways = if ways.is_empty() { "外へのつなぎ：なし".to_owned() } else { ways.join("、") };
        towns.push(format!("{code}（{ways}）"));
    }
    let towns = if towns.is_empty() { "まだありません".to_owned() } else { towns.join("、") };
    format!("しるべ {VERSION} を始めます。団体：{towns}。保存先：{}。", home.engine())
}

/// Serves bundles without a database.
pub async fn public(
    hands: &Hands,
    bundles: Vec<PathBuf>,
    host: &str,
    port: u16,
    trust: &TrustArgs,
    front: Front,
) -> anyhow::Result<Exit> {
    if let Some(missing) = bundles.iter().find(|dir| !dir.is_dir()) {
        return Err(Mistake::new(format!(
            "フォルダー「{}」がありません。`shirube export フォルダー` で書き出したものを指定してください。",
            missing.display()
        ))
        .into());
    }
    if let Some(empty) = bundles.iter().find(|dir| !holds_a_list(dir)) {
        return Err(no_list(empty).into());
    }
    let ending = Ending::listens();
    let listener = listen(host, port).await?;
    tracing::info!("しるべ {VERSION} を始めます。一覧 {} 件、外へのつなぎ：なし。", bundles.len());
    hands.voice.aside("書き出した一覧だけを公開します。台帳には触れません。");
    if trust.unsigned {
        hands.voice.aside("署名を確かめません。フォルダーに書きこめる人なら、だれでも「公式」と答えさせられます。");
    }
    let demand = Demand { signed: signed_by(trust)?, longest: Some(i64::from(trust.longest_days) * DAY_MS) };
    let state = trust.state.clone().unwrap_or_else(|| hands.global.data.join("served.json"));
    let heights = Arc::new(Heights::kept_in(state)?);
    let source = |dir| Source::carried(dir).demanding(demand.clone()).above(Arc::clone(&heights));
    let shelf = Shelf::open(bundles.into_iter().map(source).collect())?;
    let door = Door::new(files::limits(files::raised(), 1, 0)).behind(front.trusted_proxy);
    answer(listener, host, Some(Arc::new(shelf)), pulse::health(), Arc::new(door), ending).await?;
    Ok(Exit::Done)
}

/// Whether a folder is an export, or one that a municipality publishes into.
fn holds_a_list(dir: &Path) -> bool {
    ["bundle.json", "current"].iter().any(|name| dir.join(name).exists())
}

/// What is told of a folder without a list, with the folders below it that have one.
fn no_list(dir: &Path) -> Mistake {
    let below = std::fs::read_dir(dir).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut below: Vec<String> =
        below.filter(|path| holds_a_list(path)).map(|path| path.display().to_string()).collect();
    below.sort();
    let next = if below.is_empty() {
        "`shirube export フォルダー` で書き出したものを指定してください。".to_owned()
    } else {
        format!("一覧は、その中の {} にあります。それを指定してください。", below.join("、"))
    };
    Mistake::new(format!(
        "フォルダー「{}」に、公開する一覧（bundle.json）がありません。\n次にすること：{next}",
        dir.display()
    ))
}

/// Who has to have signed the lists.
fn signed_by(trust: &TrustArgs) -> anyhow::Result<Signed> {
    if trust.unsigned {
        return Ok(Signed::Nobody);
    }
    let mut keys = Vec::new();
    for given in &trust.key {
        // A key line has no path that anybody would give a file.
        let text = if given.contains('+') { given.clone() } else { input::text(Path::new(given))? };
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            keys.push(line.parse::<ListKey>().map_err(|error| Mistake::new(error.to_string()))?);
        }
    }
    Ok(Signed::By(keys))
}

/// Waits at a port of this machine.
async fn listen(host: &str, port: u16) -> anyhow::Result<TcpListener> {
    listen_as("--port", host, port).await
}

/// The same, for a port that another flag names.
async fn listen_as(flag: &str, host: &str, port: u16) -> anyhow::Result<TcpListener> {
    TcpListener::bind((host, port)).await.map_err(|error| {
        Mistake::new(format!(
            "{host} の {port} 番で待ち受けできません（{}）。\n次にすること：ほかのプログラムが使っていないかを確かめるか、{flag} で別の番号を指定してください。",
            input::why(&error)
        ))
        .into()
    })
}

async fn answer(
    listener: TcpListener,
    host: &str,
    shelf: Option<Arc<Shelf>>,
    health: Arc<Health>,
    door: Arc<Door>,
    ending: Ending,
) -> anyhow::Result<()> {
    let port = listener.local_addr()?.port();
    let (router, watch) = match shelf {
        None => (Router::new().fallback(nothing_yet).merge(web::health_route(health)), None),
        Some(shelf) => {
            health.watches(Arc::clone(&shelf));
            let clock: Clock = Arc::new(machine::now);
            let watch = tokio::spawn(web::watch(Arc::clone(&shelf), LOOK));
            (web::router(shelf, Arc::new(Networks::standard()?), clock, health), Some(watch))
        }
    };
    let shown = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
    out(&format!("http://{shown}:{port}/"))?;
    web::serve(listener, router, ending.asked(), door).await;
    if let Some(watch) = watch {
        watch.abort();
    }
    Ok(())
}

/// Sends what is due.
async fn keep_sending(town: Town, post: Post, health: Arc<Health>) {
    let mut complaint = String::new();
    let mut ticks = tokio::time::interval(LOOK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let sent = town.city.send_due(&post).await;
        let fails = match &sent {
            Ok(_) => town.city.sending_fails().await.unwrap_or(true),
            Err(_) => true,
        };
        health.tell(Condition::SendingStuck, town.code(), if fails { Found::Wrong } else { Found::Well });
        match sent {
            Ok(sending) => {
                complaint.clear();
                if sending.failed + sending.given_up > 0 {
                    tracing::warn!(municipality = %town.code(), ?sending, "送れなかったお知らせがあります。");
                }
            }
            Err(error) => {
                let words = error.to_string();
                if words != complaint {
                    tracing::error!(municipality = %town.code(), "お知らせを送る処理ができませんでした。{words}");
                    complaint = words;
                }
            }
        }
    }
}

/// Drops the files that no act has named in their time.
async fn keep_sweeping(town: Town) {
    let mut ticks = tokio::time::interval(SWEEP);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = town.city.sweep_attachments().await {
            tracing::error!(municipality = %town.code(), "使われなかった添付を片付けられませんでした。{error}");
        }
    }
}

/// The page of an installation without a municipality.
async fn nothing_yet() -> (StatusCode, Html<&'static str>) {
    (StatusCode::OK, Html(NOTHING_YET))
}

const NOTHING_YET: &str = "<!doctype html>
<html lang=\"ja\">
<meta charset=\"utf-8\">
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
<title>しるべ</title>
<main>
<h1>しるべは動いています</h1>
<p>まだ団体がありません。次のどちらかで始めます。</p>
<ul>
<li>見本で試す：<code>scripts/run --sample</code></li>
<li>自分の団体で始める：<code>shirube init --guideline ガイドラインのフォルダー</code></li>
</ul>
<p>始めたあと、もう一度 <code>shirube serve</code> を実行してください。</p>
</main>
</html>
";
