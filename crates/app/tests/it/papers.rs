//! Every paper that the sample guidelines define: the same words in the model, in our PDF, in Word, and in the PDF that an
//! office program makes of the Word file.

use std::collections::BTreeSet;
use std::io::{Cursor, Read as _};
use std::path::Path;
use std::process::Command;

use actions::{PrintOptions, Seals};
use documents::form::{Block, Document};
use documents::text::printed;
use domain::evidence::{Evidence, ListingPlace};
use domain::id::CaseId;
use domain::policy::{Policy, Reply};
use jiff::civil::{Date, date};
use pdf::{FontSource, Press};
use testkit::{Engine, Guide, Town, draft};

const TODAY: Date = Date::constant(2026, 6, 1);
const PLAIN: PrintOptions = PrintOptions { seals: Seals::Without };
const SEALED: PrintOptions = PrintOptions { seals: Seals::With };

/// A paper under the name of its files.
type Paper = (String, Document);

#[tokio::test]
async fn every_form_says_the_same_in_the_model_in_our_pdf_in_word_and_in_the_pdf_made_of_word() {
    let mut papers = papers_by_notice().await;
    papers.extend(papers_by_decision().await);
    let press = Press::open(FontSource::Usual).expect("scripts/install test brings the typeface");
    let dir = tempfile::tempdir().expect("a folder");
    for (name, document) in &papers {
        let word = documents::docx::write(document).expect("a Word file");
        assert_eq!(solid(&words_of_word(&word)), solid(&printed(document).concat()), "{name}.docx");
        std::fs::write(dir.path().join(format!("{name}.docx")), word).expect("written");
        let ours = press.print(document, TODAY).expect("it prints");
        std::fs::create_dir_all(dir.path().join("ours")).expect("a folder");
        std::fs::write(dir.path().join(format!("ours/{name}.pdf")), ours).expect("written");
    }
    to_pdf(dir.path());
    for (name, document) in &papers {
        let wanted = solid(&printed(document).concat());
        for file in [format!("ours/{name}.pdf"), format!("{name}.pdf")] {
            assert_eq!(words_of_pdf(&dir.path().join(&file), document), wanted, "{file}");
        }
    }
    keep(dir.path(), &papers);
}

/// The forms of a guideline by notice, filled, with a long board.
async fn papers_by_notice() -> Vec<Paper> {
    let town = Town::new(Guide::Notice, Engine::File).await.expect("a file always opens");
    let (opening, account) = town.listed_by_notice(policy("none", "mihon_kanko")).await;
    let (answering, _) = town.listed_by_notice(policy("as_needed", "mihon_kanko2")).await;
    let mut papers = vec![
        ("notice-form1-none".to_owned(), form(&town, &opening, "form1", PLAIN).await),
        ("notice-form1-as-needed-sealed".to_owned(), form(&town, &answering, "form1", SEALED).await),
    ];
    for procedure in ["suspension", "closing"] {
        let case = town.goes_on(procedure, &account).await;
        papers.push((format!("notice-form2-{procedure}-blank"), form(&town, &case, "form2", PLAIN).await));
        town.does(&case, "stop", "s1-head", Evidence::Stop { last_day: date(2026, 6, 1) }).await.expect("stopped");
        town.does(&case, "file", "s1-head", Evidence::Filing { paper: None }).await.expect("filed");
        papers.push((format!("notice-form2-{procedure}"), form(&town, &case, "form2", PLAIN).await));
        papers.push((format!("notice-sheet-{procedure}"), sheet(&town, &case).await));
        town.does(&case, "delist", "s3-staff", Evidence::Listing(ListingPlace::Here)).await.expect("delisted");
    }
    papers.push(("notice-sheet".to_owned(), sheet(&town, &opening).await));
    papers.push(("notice-board".to_owned(), town.city.notice_board(TODAY).await.expect("a board")));
    papers.push(("notice-board-empty".to_owned(), town.city.notice_board(date(2026, 5, 1)).await.expect("a board")));
    holds_all_forms(&town, &papers, "notice").await;
    town.bench.clear().await;
    papers
}

/// The forms of a guideline by decision.
async fn papers_by_decision() -> Vec<Paper> {
    let town = Town::new(Guide::Decision, Engine::File).await.expect("a file always opens");
    let case = town.listed_by_decision(draft(Guide::Decision, "mihon_kanko")).await;
    let mut papers = Vec::new();
    for id in ["form1", "form2", "policy"] {
        papers.push((format!("decision-{id}"), form(&town, &case, id, PLAIN).await));
        papers.push((format!("decision-{id}-sealed"), form(&town, &case, id, SEALED).await));
    }
    papers.push(("decision-sheet".to_owned(), sheet(&town, &case).await));
    papers.push(("decision-board".to_owned(), town.city.notice_board(TODAY).await.expect("a board")));
    holds_all_forms(&town, &papers, "decision").await;
    town.bench.clear().await;
    papers
}

/// No form of the guideline is left out, whatever is added to it.
async fn holds_all_forms(town: &Town, papers: &[Paper], prefix: &str) {
    let loaded = town.city.guideline_in_force().await.expect("the guideline");
    let forms: BTreeSet<&str> = loaded.guideline.forms.iter().map(|form| form.id.as_str()).collect();
    assert!(!forms.is_empty());
    for form in forms {
        assert!(papers.iter().any(|(name, _)| name.starts_with(&format!("{prefix}-{form}"))), "{prefix}: {form}");
    }
}

async fn form(town: &Town, case: &str, form: &str, options: PrintOptions) -> Document {
    town.city.form(&CaseId::from(case), Some(form), options).await.expect("the form")
}

async fn sheet(town: &Town, case: &str) -> Document {
    town.city.decision_sheet(&CaseId::from(case), SEALED).await.expect("a sheet")
}

/// An opening on paper that answers in this way, with characters that few typefaces hold.
fn policy(stance: &str, name: &str) -> Policy {
    Policy {
        reply: Some(Reply { stance: stance.to_owned(), text: None, contact: None }),
        note: Some("𠮷野・髙﨑・葛\u{e0100}城の写真は市が撮影".to_owned()),
        ..draft(Guide::Notice, name)
    }
}

/// The words between the tags of a Word file's text.
fn words_of_word(file: &[u8]) -> String {
    let mut zip = zip::ZipArchive::new(Cursor::new(file)).expect("a zip archive");
    let mut xml = String::new();
    zip.by_name("word/document.xml").expect("the text is there").read_to_string(&mut xml).expect("UTF-8");
    let pieces = xml.split('<').skip(1).filter_map(|piece| piece.split_once('>'));
    let words: String =
        pieces.filter(|(tag, _)| tag.starts_with("w:t ") || *tag == "w:t").map(|(_, words)| words).collect();
    words.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

/// The text layer but for layout: where lines break, how far words stand apart, what each sheet repeats.
fn words_of_pdf(pdf: &Path, document: &Document) -> String {
    let output = Command::new("pdftotext").args(["-raw", "-enc", "UTF-8"]).arg(pdf).arg("-").output();
    let output = output.expect("pdftotext is there: `scripts/install test` installs it");
    assert!(output.status.success(), "{}: {}", pdf.display(), String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let pages: Vec<String> = text.split_terminator('\u{c}').map(solid).collect();
    let count = pages.len();
    pages.into_iter().enumerate().map(|(at, page)| without_repeated(at, count, page, document)).collect()
}

/// A sheet without its own number, and without a list's headings where the list goes on.
fn without_repeated(at: usize, count: usize, page: String, document: &Document) -> String {
    let headings = document.blocks.iter().filter_map(|block| match block {
        Block::ListTable { columns, .. } => Some(columns.iter().map(|c| solid(&c.heading)).collect::<String>()),
        _ => None,
    });
    let page = page.strip_suffix(&format!("{}/{count}", at + 1)).map(str::to_owned).unwrap_or(page);
    let repeated = headings.filter(|_| at > 0).find(|headings| page.starts_with(headings.as_str()));
    repeated.and_then(|headings| page.strip_prefix(&headings).map(str::to_owned)).unwrap_or(page)
}

fn solid(words: &str) -> String {
    words.chars().filter(|letter| !letter.is_whitespace()).collect()
}

/// Turns every Word file of a folder into PDF, with one start of the office program and a profile of its own.
fn to_pdf(dir: &Path) {
    let files = std::fs::read_dir(dir).expect("the folder").map(|file| file.expect("a file").path());
    let files = files.filter(|file| file.extension().is_some_and(|end| end == "docx"));
    let status = Command::new("soffice")
        .arg(format!("-env:UserInstallation=file://{}/profile", dir.display()))
        .args(["--headless", "--convert-to", "pdf", "--outdir"])
        .arg(dir)
        .args(files)
        .output()
        .expect("LibreOffice is there: `scripts/install test` installs it");
    assert!(status.status.success(), "{}", String::from_utf8_lossy(&status.stderr));
}

/// Keeps the papers for the eye where `SHIRUBE_PAPERS` names a folder.
fn keep(dir: &Path, papers: &[Paper]) {
    let Some(to) = std::env::var_os("SHIRUBE_PAPERS").map(std::path::PathBuf::from) else { return };
    std::fs::create_dir_all(&to).expect("the folder");
    for (name, document) in papers {
        for (from, kept) in [
            (format!("ours/{name}.pdf"), format!("{name}.pdf")),
            (format!("{name}.pdf"), format!("{name}.word.pdf")),
            (format!("{name}.docx"), format!("{name}.docx")),
        ] {
            std::fs::copy(dir.join(from), to.join(kept)).expect("copied");
        }
        let html = documents::html::standalone(document).expect("a page");
        std::fs::write(to.join(format!("{name}.html")), html).expect("written");
    }
}
