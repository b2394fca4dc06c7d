//! Filling a form of the guideline, block by block.

use documents::form::{Block, Choice, Document, Item, RuledRow, Text};
use domain::case::Case;
use domain::guideline::{Block as Blank, Form, ItemKind, PolicyItem, Purpose, RowSource};
use domain::listing::AttachmentText;
use domain::policy;

use super::{Filling, PrintOptions, Seals, filing_of};

/// A form with its blanks filled.
pub(super) fn fill(form: &Form, filling: &Filling, options: PrintOptions) -> Document {
    let blocks = form.blocks.iter().flat_map(|blank| block(blank, filling, options)).collect();
    Document::new(form.label.clone(), blocks)
}

fn block(blank: &Blank, filling: &Filling, options: PrintOptions) -> Vec<Block> {
    match blank {
        Blank::Number { label } => {
            vec![Block::Number { label: label.clone(), number: filling.number() }]
        }
        Blank::Date => vec![Block::Date(filing_of(&filling.case, filling.guideline()).map(|(day, _)| day))],
        Blank::Addressee { lines } => vec![Block::Addressee(lines.clone())],
        Blank::Sender => {
            let mut blocks = vec![Block::Sender(sender(filling))];
            if options.seals == Seals::With {
                blocks.push(Block::Seals(vec![filling.head_title(), "担当".to_owned()]));
            }
            blocks
        }
        Blank::Title { words } => vec![Block::Title(chosen(words, &filling.case))],
        Blank::Body { words } if is_mark(words) => vec![Block::Mark(words.clone())],
        Blank::Body { words } if words == "（その他）" => vec![Block::Heading(words.clone())],
        Blank::Body { words } => vec![Block::Paragraph(chosen(words, &filling.case))],
        Blank::Ki => vec![Block::Ki],
        Blank::Table { rows } => {
            let rows = rows
                .iter()
                .map(|row| RuledRow {
                    label: chosen(&row.label, &filling.case),
                    text: Text::from(source(&row.source, filling)),
                })
                .collect();
            vec![Block::RuledTable { caption: filling.guideline().words.policy.clone(), rows }]
        }
        Blank::Attachments => attachments(filling),
        Blank::PageBreak => vec![Block::PageBreak],
        Blank::Note { words } => vec![Block::Note(words.clone())],
    }
}

/// （様式１） and the like: the mark of the form, not a sentence.
fn is_mark(words: &str) -> bool {
    words.starts_with("（様式") && words.ends_with('）')
}

/// Words in which 廃止（休止） is a choice that the case makes.
fn chosen(words: &str, case: &Case) -> Text {
    const BOTH: &str = "廃止（休止）";
    let mut text = Text::default();
    let mut rest = words;
    while let Some((before, after)) = rest.split_once(BOTH) {
        let choice = Choice::open("廃止", ["休止"]);
        let choice = match case.purpose {
            Purpose::Suspension => choice.choosing("休止"),
            Purpose::Closing => choice.choosing("廃止"),
            _ => choice,
        };
        text = text.words(before).choice(choice);
        rest = after;
    }
    text.words(rest)
}

fn sender(filling: &Filling) -> Vec<String> {
    let head = filling.head_title();
    let department = filling.record.department.clone().unwrap_or_default();
    let person = filling.contact_person.clone().unwrap_or_else(|| "　　　　　　　　　　".to_owned());
    vec![format!("{department}　{head}").trim().to_owned(), format!("（担当：{person}）")]
}

fn source(source: &RowSource, filling: &Filling) -> String {
    let case = &filling.case;
    match source {
        RowSource::Number => filling.number().unwrap_or_default(),
        RowSource::Item(id) => {
            let item = filling.guideline().policy_items.iter().find(|i| i.id == *id);
            item.map(|item| printed(item, filling)).unwrap_or_default()
        }
        RowSource::Units => filling.record.unit.clone(),
        RowSource::UnitHead => filling.head_title(),
        RowSource::StepDay(step) => case
            .steps
            .get(step)
            .map(|done| domain::calendar::wareki(done.last_day().unwrap_or(done.on)))
            .unwrap_or_default(),
        RowSource::StopDay => case.last_day().map(domain::calendar::wareki).unwrap_or_default(),
        RowSource::Reason => case.reason.clone().unwrap_or_default(),
        RowSource::PolicyPlace => policy_place(case).unwrap_or_default(),
        RowSource::Blank => String::new(),
    }
}

/// What a policy item says on paper; of a case without a policy of its own, what its account's record says.
pub(super) fn printed(item: &PolicyItem, filling: &Filling) -> String {
    match filling.case.policy.as_ref().and_then(|p| p.content.as_ref()) {
        Some(content) => policy::printed(item, content, filling.guideline(), &filling.facts),
        None => from_record(item, filling),
    }
}

/// An item of an account whose case has no policy of its own: as its record has it.
fn from_record(item: &PolicyItem, filling: &Filling) -> String {
    match item.kind {
        ItemKind::Network => filling.record.network_label.clone(),
        ItemKind::AccountName if !filling.record.name.is_empty() => filling.record.name.clone(),
        ItemKind::AccountName => filling.account.name.clone().unwrap_or_default(),
        ItemKind::Url => filling.account.url.clone().unwrap_or_default(),
        _ => filling.record.policy.iter().find(|r| r.label == item.label).map(|r| r.text.clone()).unwrap_or_default(),
    }
}

fn policy_place(case: &Case) -> Option<String> {
    case.steps.values().find_map(|done| match &done.evidence {
        domain::evidence::Evidence::Place { url } => Some(url.clone()),
        _ => None,
    })
}

/// The standard texts, each with the officer's notes on its clauses beside it on the screen.
pub(super) fn attachments(filling: &Filling) -> Vec<Block> {
    filling.record.attachments.iter().flat_map(|text| [vec![attachment(text)], notes(text, filling)].concat()).collect()
}

/// What the clause file notes on a standard text that is printed as it stands.
fn notes(text: &AttachmentText, filling: &Filling) -> Vec<Block> {
    let guideline = filling.guideline();
    let Some(attachment) = guideline.attachments.iter().find(|a| a.title == text.title) else { return Vec::new() };
    let content = filling.case.policy.as_ref().and_then(|p| p.content.as_ref());
    let departs = content.is_some_and(|p| p.departures.iter().any(|d| d.attachment == attachment.id));
    let Some(clauses) = filling.loaded.clauses.as_ref().filter(|_| !departs) else { return Vec::new() };
    let noted = clauses.clauses.iter().filter(|clause| attachment.clauses.contains(&clause.id));
    noted.filter_map(|c| c.note.as_ref().map(|note| Block::Note(format!("{}：{note}", c.id)))).collect()
}

/// A standard text: its mark and title, a sentence before the items, and the items with their own marks.
fn attachment(text: &AttachmentText) -> Block {
    let (mark, title) = match text.title.split_once('　') {
        Some((mark, title)) => (mark.to_owned(), title.to_owned()),
        None => (String::new(), text.title.clone()),
    };
    let marked: Vec<(String, &str)> = text.paragraphs.iter().map(|p| split_mark(p)).collect();
    let lead = marked.first().filter(|(mark, _)| mark.is_empty()).map(|(_, words)| Text::from((*words).to_owned()));
    let items = marked
        .iter()
        .skip(usize::from(lead.is_some()))
        .map(|(mark, words)| Item { mark: mark.clone(), text: Text::from((*words).to_owned()) })
        .collect();
    Block::Numbered { mark, title, lead, items }
}

/// （1） or (1) before a paragraph, apart from its words.
fn split_mark(paragraph: &str) -> (String, &str) {
    let paragraph = paragraph.trim_start_matches('　');
    let end = match paragraph.chars().next() {
        Some('（') => paragraph.find('）').map(|at| at + '）'.len_utf8()),
        Some('(') => paragraph.find(')').map(|at| at + 1),
        _ => None,
    };
    let is_number = |mark: &str| mark.chars().any(char::is_numeric) && mark.chars().count() <= 4;
    match end.and_then(|at| Some((paragraph.get(..at)?, paragraph.get(at..)?))) {
        Some((mark, words)) if is_number(mark) => {
            // The space between mark and words is the source's own and stays.
            let bare = words.trim_start();
            let mark = paragraph.get(..paragraph.len() - bare.len()).unwrap_or(mark);
            (mark.to_owned(), bare)
        }
        _ => (String::new(), paragraph),
    }
}
