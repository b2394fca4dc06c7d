//! Papers: a document on the screen, or written to a file in a format.

use std::path::Path;

use documents::form::Document;
use jiff::civil::Date;
use pdf::Press;
use serde_json::json;

use super::Hands;
use crate::args::{Print, PrintFormat};
use crate::exit::Exit;
use crate::input::{self, Mistake};
use crate::press::typeface;
use crate::voice::out;

/// Shows a document as text, or writes it to the file that was asked for.
pub fn give(hands: &Hands, document: &Document, print: &Print, made: Date) -> anyhow::Result<Exit> {
    let Some(to) = &print.out else {
        let text = documents::text::render(document);
        hands.voice.say(&json!({ "title": document.title, "text": text }), || text.clone())?;
        return Ok(Exit::Done);
    };
    let format = print.format.map_or_else(|| by_name(to), Ok)?;
    let cannot = |problem: &dyn std::fmt::Display| anyhow::anyhow!("書類を作れません（{problem}）");
    let bytes = match format {
        PrintFormat::Text => documents::text::render(document).into_bytes(),
        PrintFormat::Html => documents::html::standalone(document).map_err(|problem| cannot(&problem))?.into_bytes(),
        PrintFormat::Docx => documents::docx::write(document).map_err(|problem| cannot(&problem))?,
        PrintFormat::Pdf => {
            let press = Press::open(typeface(print.font.clone())).map_err(|problem| cannot(&problem))?;
            press.print(document, made).map_err(|problem| cannot(&problem))?
        }
    };
    std::fs::write(to, bytes).map_err(|error| {
        Mistake::new(format!("「{}」に書けません（{}）。場所を確かめてください。", to.display(), input::why(&error)))
    })?;
    let how = match format {
        PrintFormat::Text => "文字のファイルです。",
        PrintFormat::Html => "ブラウザーで開いて印刷できます。",
        PrintFormat::Docx => "Wordで開いて編集や印刷ができます。",
        PrintFormat::Pdf => "職員用ページの印刷と同じPDFです。",
    };
    out(&format!("「{}」を {} に書き出しました。{how}", document.title, to.display()))?;
    Ok(Exit::Done)
}

/// The format that a file's name tells.
fn by_name(to: &Path) -> Result<PrintFormat, Mistake> {
    match to.extension().and_then(|end| end.to_str()).map(str::to_ascii_lowercase).as_deref() {
        Some("html" | "htm") => Ok(PrintFormat::Html),
        Some("docx") => Ok(PrintFormat::Docx),
        Some("txt") => Ok(PrintFormat::Text),
        Some("pdf") => Ok(PrintFormat::Pdf),
        _ => Err(Mistake::new(format!(
            "「{}」の名前からは書き出す形が分かりません。名前の終わりを .html、.docx、.txt、.pdf のどれかにするか、--format で html、docx、text、pdf のどれかを指定してください。",
            to.display()
        ))),
    }
}
