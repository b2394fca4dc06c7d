//! One entry: what it says, every fact in it, what is left of its private part, and how to check that it stands.

use askama::Template;
use axum::extract::Path;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use domain::calendar::wareki_with_western;
use domain::entry::Entry;
use domain::tell::{PrivatePart, Sentence};
use serde_json::Value;

use super::{KINDS, clock, line};
use crate::answer::{Answer, Reply};
use crate::page::Shell;
use crate::parts::{Basis, Cell, Copy, Link};
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "entry.html")]
struct EntryPage {
    shell: Shell,
    sentence: Sentence,
    basis: Option<Basis>,
    about: Vec<Link>,
    facts: Vec<(String, Cell)>,
    raw: Vec<(String, Cell)>,
    private: &'static str,
    proof: Option<Proof>,
    before: Option<Link>,
    after: Option<Link>,
}

/// The proof, and how it is checked by hand.
struct Proof {
    link: Link,
    check: Copy,
}

/// One entry.
pub(crate) async fn page(visit: Visit, Path((_, seq)): Path<(String, String)>) -> Reply {
    let seq = place(&seq)?;
    let (entry, _) = visit.city().kept_entry(seq).await?.ok_or(Answer::Nowhere)?;
    // The one asked for, and the next one to know whether there is a next.
    let mut told = visit.city().told(seq, 2).await?.into_iter();
    let own = told.next().filter(|told| told.sentence.seq == seq).ok_or(Answer::Nowhere)?;
    let neighbour = |seq: u64, words: &str| Link {
        href: visit.path(&format!("ledger/{seq}")),
        words: format!("{words}（{seq}番）"),
    };
    let page = EntryPage {
        shell: visit.shell(format!("台帳の記録 {seq}番")).under(visit.path("ledger"), "台帳"),
        basis: own.sentence.basis.as_ref().map(|basis| visit.basis(basis)),
        about: line(&visit, &own).about,
        facts: facts(&visit, &entry),
        raw: raw(&entry),
        private: match own.sentence.private {
            PrivatePart::None => "この記録に非公開部分はありません。",
            PrivatePart::Kept => "この記録には、氏名や自由な記述を入れる非公開部分があります。",
            PrivatePart::Gone => {
                "この記録の非公開部分は、もうありません。消去の決定による場合は、台帳にその記録があります。ほかの事実は残っています。"
            }
        },
        proof: shown_proof(&visit, seq),
        before: seq.checked_sub(1).map(|seq| neighbour(seq, "前の記録")),
        after: told.next().map(|next| neighbour(next.sentence.seq, "次の記録")),
        sentence: own.sentence,
    };
    visit.show(&page)
}

/// The proof of one entry, as a file.
pub(crate) async fn proof(visit: Visit, Path((_, seq)): Path<(String, String)>) -> Reply {
    let seq = place(&seq)?;
    visit.city().kept_entry(seq).await?.ok_or(Answer::Nowhere)?;
    let text = visit.city().signed_proof(seq).await?.ok_or(Answer::Nowhere)?;
    let name = HeaderValue::try_from(format!("attachment; filename=\"proof-{}-{seq}.txt\"", visit.code()));
    let name = name.unwrap_or(HeaderValue::from_static("attachment"));
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    Ok(([(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, name)], text).into_response())
}

fn place(seq: &str) -> Result<u64, Answer> {
    seq.parse().map_err(|_| Answer::Nowhere)
}

fn shown_proof(visit: &Visit, seq: u64) -> Option<Proof> {
    let key = visit.city().proof_key()?;
    let file = format!("proof-{}-{seq}.txt", visit.code());
    Some(Proof {
        link: Link {
            href: visit.path(&format!("ledger/{seq}/proof")), words: "証明を受け取る（テキスト）".to_owned()
        },
        check: Copy {
            id: "check".to_owned(),
            label: "確かめるコマンド".to_owned(),
            text: format!("scripts/verify_ledger.py --proof {file} --key {key}"),
        },
    })
}

fn facts(visit: &Visit, entry: &Entry) -> Vec<(String, Cell)> {
    let text = |label: &str, words: String| (label.to_owned(), Cell::Text(words));
    let mut facts = vec![
        text("記録の番号", format!("{}番", entry.seq)),
        text("記録した日時", clock(entry.recorded_at)),
        text("行われたとされる日", wareki_with_western(entry.effective_on)),
        text("種類", kind(entry)),
        text("識別子", entry.id.clone()),
    ];
    if let Some(hash) = &entry.guideline {
        let href = visit.path(&format!("guideline?version={hash}"));
        facts.push(("ガイドラインの版".to_owned(), Cell::Link(Link { href, words: hash.to_string() })));
    }
    facts
}

fn kind(entry: &Entry) -> String {
    let kind = entry.fact.kind();
    let known = KINDS.iter().find(|(id, _)| *id == kind);
    known.map_or_else(|| kind.to_owned(), |(id, label)| format!("{label}（{id}）"))
}

/// The facts as they are kept, each with the way to it.
fn raw(entry: &Entry) -> Vec<(String, Cell)> {
    let mut facts = Vec::new();
    for (what, value) in [("actor", serde_json::to_value(&entry.actor)), ("fact", serde_json::to_value(&entry.fact))] {
        flat(what, &value.unwrap_or_default(), &mut facts);
    }
    facts
}

fn flat(way: &str, value: &Value, facts: &mut Vec<(String, Cell)>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| flat(&format!("{way}.{key}"), value, facts)),
        Value::Array(all) => all.iter().enumerate().for_each(|(at, value)| flat(&format!("{way}[{at}]"), value, facts)),
        Value::Null => facts.push((way.to_owned(), Cell::Missing("なし"))),
        Value::String(words) => facts.push((way.to_owned(), Cell::Text(words.clone()))),
        other => facts.push((way.to_owned(), Cell::Text(other.to_string()))),
    }
}
