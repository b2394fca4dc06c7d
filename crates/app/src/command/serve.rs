//! Serving the public pages: from the register, or from a bundle alone.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::http::StatusCode;
use axum::response::Html;
use domain::network::Networks;
use tokio::net::TcpListener;
use web::{Clock, Condition, Found, Health, Shelf};

mod pulse;
mod staff_desk;

use staff_desk::StaffDesk;

use super::Hands;
use crate::args::ServeArgs;
use crate::courier::Post;
use crate::exit::Exit;
use crate::home::{Home, Town};
use crate::input::{self, Mistake};
use crate::machine;
use crate::voice::out;

/// How often a recorded act's wish to publish is looked for: well within the promised five seconds.
const LOOK: Duration = Duration::from_secs(1);
/// How often the list is published without a wish, long before what was published runs out.
const AGAIN: Duration = Duration::from_hours(12);

/// The version of this program.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Serves every municipality of this installation, and publishes what is recorded.
pub async fn serve(hands: &Hands, args: &ServeArgs) -> anyhow::Result<Exit> {
    let listener = listen(&args.host, args.port).await?;
    let port = listener.local_addr()?.port();
    let codes = hands.home.codes().await?;
    let own = format!("http://localhost:{port}/");
    hands.home.keep_address(args.base.base_url.as_deref().unwrap_or(&own))?;
    // Several municipalities stand below the one address; a single one may be given its own.
    let single = if codes.len() == 1 { args.base.base_url.as_deref() } else { None };
    let health = pulse::health();
    let desk = StaffDesk::open(args, port).await?;
    hands.home.keep_staff_address(desk.origin())?;
    tracing::info!("{}", begins(&hands.home, &codes)?);
    let mut dirs = Vec::new();
    let mut publishers = Vec::new();
    for code in &codes {
        let town = hands.home.open(code).await?;
        desk.take_in(&town).await?;
        let dir = hands.home.public_of(code);
        std::fs::create_dir_all(&dir)?;
        town.city.publish(&dir, &hands.home.publish_to(code, single).await?).await?;
        // A way out that is not usable is told at the start, not when the first message is due.
        let outbound = hands.home.post(code)?;
        publishers.extend(pulse::look_after(&town, &health));
        publishers.push(tokio::spawn(keep_sending(town.clone(), outbound, Arc::clone(&health))));
        let own = single.map(str::to_owned);
        publishers.push(tokio::spawn(keep_publishing(town, dir.clone(), own, Arc::clone(&health))));
        dirs.push(dir);
    }
    let staff = tokio::spawn(desk.serve(Arc::clone(&health), asked_to_end()));
    answer(listener, &args.host, dirs, health).await?;
    staff.await?;
    for publisher in publishers {
        // A publication that is cut off here leaves the former one in place; the next start takes its wish up again.
        publisher.abort();
    }
    Ok(Exit::Done)
}

/// The line with which a server begins its log: the version, the municipalities, and what each is connected with.
fn begins(home: &Home, codes: &[String]) -> anyhow::Result<String> {
    let mut towns = Vec::new();
    for code in codes {
        let settings = home.settings(code)?;
        let mut ways = Vec::new();
        ways.extend(settings.mail.as_ref().map(|mail| format!("メール {}", mail.server)));
        ways.extend(settings.webhook.iter().map(|hook| format!("チャット {}", hook.name)));
        ways.extend(settings.oidc.as_ref().map(|oidc| format!("共通サインイン {}", oidc.issuer)));
        let ways = if ways.is_empty() { "外へのつなぎ：なし".to_owned() } else { ways.join("、") };
        towns.push(format!("{code}（{ways}）"));
    }
    let towns = if towns.is_empty() { "まだありません".to_owned() } else { towns.join("、") };
    Ok(format!("しるべ {VERSION} を始めます。団体：{towns}。保存先：{}。", home.engine()))
}

/// Serves bundles without a database.
pub async fn public(hands: &Hands, bundles: Vec<PathBuf>, host: &str, port: u16) -> anyhow::Result<Exit> {
    if let Some(missing) = bundles.iter().find(|dir| !dir.is_dir()) {
        return Err(Mistake::new(format!(
            "フォルダー「{}」がありません。`shirube export フォルダー` で書き出したものを指定してください。",
            missing.display()
        ))
        .into());
    }
    let listener = listen(host, port).await?;
    tracing::info!("しるべ {VERSION} を始めます。一覧 {} 件、外へのつなぎ：なし。", bundles.len());
    hands.voice.aside("書き出した一覧だけを公開します。台帳には触れません。");
    answer(listener, host, bundles, pulse::health()).await?;
    Ok(Exit::Done)
}

async fn listen(host: &str, port: u16) -> anyhow::Result<TcpListener> {
    TcpListener::bind((host, port)).await.map_err(|error| {
        Mistake::new(format!(
            "{host} の {port} 番で待ち受けできません（{}）。\n次にすること：ほかのプログラムが使っていないかを確かめるか、--port で別の番号を指定してください。",
            input::why(&error)
        ))
        .into()
    })
}

async fn answer(listener: TcpListener, host: &str, dirs: Vec<PathBuf>, health: Arc<Health>) -> anyhow::Result<()> {
    let port = listener.local_addr()?.port();
    let (router, watch) = if dirs.is_empty() {
        (Router::new().fallback(nothing_yet).merge(web::health_route(health)), None)
    } else {
        let shelf = Arc::new(Shelf::open(dirs)?);
        health.watches(Arc::clone(&shelf));
        let clock: Clock = Arc::new(machine::now);
        let watch = tokio::spawn(web::watch(Arc::clone(&shelf), LOOK));
        (web::router(shelf, Arc::new(Networks::standard()?), clock, health), Some(watch))
    };
    let shown = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
    out(&format!("http://{shown}:{port}/"))?;
    web::serve(listener, router, asked_to_end()).await;
    if let Some(watch) = watch {
        watch.abort();
    }
    Ok(())
}

/// Publishes what is recorded, and anew before what stands there runs out.
async fn keep_publishing(town: Town, dir: PathBuf, base_url: Option<String>, health: Arc<Health>) {
    let mut last = Instant::now();
    let mut complaint = String::new();
    let mut ticks = tokio::time::interval(LOOK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let done = publish_once(&town, &dir, base_url.as_deref(), last.elapsed() >= AGAIN).await;
        health.tell(Condition::PublicationStuck, town.code(), pulse::found(done.is_ok()));
        match done {
            Ok(published) => {
                complaint.clear();
                if published {
                    last = Instant::now();
                }
            }
            Err(error) => {
                let words = format!("{error:#}");
                // Told once; what is on the pages stays until it can be made anew.
                if words != complaint {
                    tracing::error!(municipality = %town.code(), "一覧を公開できませんでした。前の一覧の公開を続けます。{words}");
                    complaint = words;
                }
            }
        }
    }
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

async fn publish_once(town: &Town, dir: &std::path::Path, base_url: Option<&str>, due: bool) -> anyhow::Result<bool> {
    let to = town.home().publish_to(town.code(), base_url).await?;
    if due {
        town.city.publish(dir, &to).await?;
        return Ok(true);
    }
    Ok(town.city.publish_if_asked(dir, &to).await?.is_some())
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

/// Ready when the person or the system asks the server to end.
async fn asked_to_end() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut term) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = term.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
