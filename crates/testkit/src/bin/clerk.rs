//! A process to be killed: it opens, drafts, files and receives, and says each act that was recorded.
//!
//! ```text
//! clerk NAME file PATH
//! clerk NAME postgres URL SCHEMA
//! ```
//!
//! Each line is `KEY TAB ANSWER`: the idempotency key of an act and its answer in JSON, written after the commit. The
//! acts wait for the disk as those of the real program do. It never ends by itself.

use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

use actions::{ActError, City, Opening, Recorded, Stepping, VIEW_VERSION};
use domain::evidence::Evidence;
use domain::id::{MunicipalityCode, UnitId};
use domain::network::Networks;
use store::{Durability, Place, Store};
use testkit::{Guide, RunningMachine, draft, on, who};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (name, place) = match arguments.as_slice() {
        [name, "file", path] => (*name, Place::File((*path).into())),
        [name, "postgres", url, schema] => {
            (*name, Place::Postgres { url: (*url).to_owned(), schema: Some((*schema).to_owned()) })
        }
        _ => {
            eprintln!("clerk NAME file PATH | clerk NAME postgres URL SCHEMA");
            return ExitCode::from(2);
        }
    };
    match works(name, &place).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn works(name: &str, place: &Place) -> Result<(), ActError> {
    let store = Store::open(place, Durability::Full, VIEW_VERSION).await?;
    let code = MunicipalityCode::from(Guide::Notice.code());
    let networks = Networks::standard().map_err(|e| ActError::Inconsistent(format!("{e:?}")))?;
    let city = City::of(&store, &code, Arc::new(networks), Arc::new(RunningMachine::new()));
    let mut round = 0;
    loop {
        carries(&city, &format!("{name}-{round}")).await?;
        round += 1;
    }
}

/// One filing from its case to its number.
async fn carries(city: &City, key: &str) -> Result<(), ActError> {
    let opening = Opening {
        procedure: "opening".to_owned(),
        units: vec![UnitId::from("s1")],
        reason: Some("観光の案内を分けるため".to_owned()),
        ..Opening::default()
    };
    let keyed = |act: &str| format!("{key}-{act}");
    let opened = city.open(&opening, &who("s1-staff"), Some(&keyed("open"))).await?;
    says(&keyed("open"), &opened)?;
    let case = opened.case.unwrap_or_default();
    let policy = draft(Guide::Notice, &format!("m{}", key.replace('-', "_")));
    let drafting = Stepping { policy: Some(policy), ..on(&case, "draft", Evidence::Policy) };
    let drafted = city.step(&drafting, &who("s1-staff"), Some(&keyed("draft"))).await?;
    says(&keyed("draft"), &drafted)?;
    let filing = on(&case, "file", Evidence::Filing { paper: None });
    let filed = city.step(&filing, &who("s1-head"), Some(&keyed("file"))).await?;
    says(&keyed("file"), &filed)?;
    let receiving = on(&case, "receive", Evidence::Receipt);
    let received = city.step(&receiving, &who("s3-staff"), Some(&keyed("receive"))).await?;
    says(&keyed("receive"), &received)
}

/// The acknowledgement: whoever reads it may rely on the act for ever.
fn says(key: &str, recorded: &Recorded) -> Result<(), ActError> {
    let answer = serde_json::to_string(recorded).map_err(|e| ActError::Inconsistent(e.to_string()))?;
    let failed = |e: std::io::Error| ActError::Input(e.to_string());
    let mut out = std::io::stdout().lock();
    writeln!(out, "{key}\t{answer}").map_err(failed)?;
    out.flush().map_err(failed)
}
