//! How long a Word file of a long form takes: `cargo run --release -p documents --example bench_docx`.

use std::time::Instant;

use documents::docx;
use documents::form::{Block, Document, Item, RuledRow};

fn main() {
    let row =
        |number: usize| RuledRow { label: format!("項目{number}").as_str().into(), text: "あ".repeat(120).into() };
    let item = |number: usize| Item {
        mark: format!("（{number}）"),
        text: "特定の個人、企業、国、地域に関わる内容".into(),
    };
    let blocks = vec![
        Block::Mark("（様式１）".to_owned()),
        Block::Date(None),
        Block::RuledTable { caption: "方針".to_owned(), rows: (1..=11).map(row).collect() },
        Block::Numbered {
            mark: "１".to_owned(),
            title: "注意事項".to_owned(),
            lead: None,
            items: (1..=25).map(item).collect(),
        },
    ];
    let document = Document::new("様式１", blocks);
    let mut times: Vec<_> = (0..200)
        .map(|_| {
            let begun = Instant::now();
            let size = docx::write(&document).map_or(0, |file| file.len());
            (begun.elapsed(), size)
        })
        .collect();
    times.sort_unstable();
    let at = |share: usize| times.get(times.len() * share / 100).map_or(0, |(time, _)| time.as_micros());
    let size = times.first().map_or(0, |(_, size)| *size);
    println!("DOCX {size} bytes: median {} us, 95th of 100 {} us", at(50), at(95));
}
