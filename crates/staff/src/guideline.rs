//! ガイドライン: the text as it stands, clause by clause, with what carries each; and the procedures made from it.

mod carrier;
mod procedure;
mod rules;
mod text;
mod words;

use std::sync::Arc;

use actions::LoadedGuideline;
use askama::Template;
use domain::calendar::wareki_with_western;
use domain::id::GuidelineHash;
use domain::register::Adopted;
use serde::Deserialize;

pub(crate) use procedure::page as procedure;

use crate::answer::{Answer, Reply};
use crate::page::Shell;
use crate::parts::{Cell, Empty, Head, Link, Notice, Shape, Table, Tag, Tone};
use crate::query::Query;
use crate::visit::Visit;
use rules::Rules;
use text::Row;

/// Which version is asked for.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    version: Option<String>,
}

#[derive(Template)]
#[template(path = "guideline.html")]
struct GuidelinePage {
    shell: Shell,
    version: String,
    other: Option<Notice>,
    versions: Table,
    chapters: Vec<Link>,
    text: Vec<Row>,
    rules: Rules,
    practices: Link,
    rulings: Link,
}

/// The whole guideline.
pub(crate) async fn page(visit: Visit, Query(asked): Query<Asked>) -> Reply {
    let loaded = match &asked.version {
        None => Arc::clone(visit.shared_guideline()),
        Some(hash) => visit.city().adopted(&GuidelineHash(hash.clone())).await?.ok_or(Answer::Nowhere)?,
    };
    let adopted = visit.city().guidelines().await?;
    let text = text::rows(&visit, &loaded);
    let chapters = text.iter().filter(|row| row.level == text::TOP).map(text::Row::link).collect();
    let meta = &loaded.guideline.guideline;
    let page = GuidelinePage {
        shell: visit.shell(meta.title.clone()),
        version: meta.version.clone(),
        other: other(&visit, &loaded),
        versions: versions(&visit, &adopted, &loaded),
        chapters,
        text,
        rules: Rules::of(&visit, &loaded.guideline),
        practices: Link { href: visit.path("practices"), words: "市の運用の値を見る・変える".to_owned() },
        rulings: Link { href: visit.path("rulings"), words: "定めのない事項の決定の記録".to_owned() },
    };
    visit.show(&page)
}

/// Says so when the version shown is not the one in force.
fn other(visit: &Visit, loaded: &LoadedGuideline) -> Option<Notice> {
    (loaded.hash != visit.guideline().hash).then(|| Notice {
        tone: Tone::Warning,
        title: "今日の時点で効力のある版ではありません。".to_owned(),
        body: Some("記録に残る版を、そのときの文言のまま表示しています。".to_owned()),
        next: Some(Link { href: visit.path("guideline"), words: "今の版を見る".to_owned() }),
    })
}

fn versions(visit: &Visit, adopted: &[Adopted], shown: &LoadedGuideline) -> Table {
    let row = |one: &Adopted| {
        let href = visit.path(&format!("guideline?version={}", one.hash));
        let state = match (one.hash == visit.guideline().hash, one.from > visit.today(), one.hash == shown.hash) {
            (true, ..) => Cell::Tag(Tag::new("効力のある版", Shape::Done)),
            (_, true, _) => Cell::Tag(Tag::new("これから", Shape::Plain)),
            (.., true) => Cell::Tag(Tag::new("表示している版", Shape::Plain)),
            _ => Cell::Tag(Tag::new("前の版", Shape::Ended)),
        };
        vec![
            Cell::Link(Link { href, words: one.version.clone() }),
            Cell::Text(format!("{}から", wareki_with_western(one.from))),
            state,
        ]
    };
    Table {
        caption: "登録した版".to_owned(),
        heads: ["版", "いつから", "状態"].map(Head::new).into(),
        rows: adopted.iter().rev().map(row).collect(),
        empty: Empty { title: "版はありません。".to_owned(), body: String::new(), next: None },
    }
}
