//! Filling a form of the guideline from a case: one document, printed as HTML or text.

use documents::form::{Block, Choice, Document, Item, RuledRow, Text};
use domain::account::Account;
use domain::act::record_of;
use domain::case::Case;
use domain::guideline::{Block as Blank, Form, Guideline, Purpose, RowSource};
use domain::id::CaseId;
use domain::listing::{AttachmentText, ListingRecord};
use domain::office::{Office, Place};
use domain::policy::{self, PrintFacts};
use domain::register::Part;
use jiff::civil::Date;

use crate::city::City;
use crate::error::ActError;

/// What fills the blanks of a form.
struct Filling<'a> {
    guideline: &'a Guideline,
    case: &'a Case,
    account: &'a Account,
    office: &'a Office,
    record: ListingRecord,
    facts: PrintFacts,
    day: Date,
    contact_person: Option<String>,
}

impl City {
    /// A form of a case's guideline, filled with what is known; blank where nothing is.
    pub async fn form(&self, case: &CaseId, form: Option<&str>) -> Result<Document, ActError> {
        let view = self.case(case).await?;
        let mut reading = self.ledgered.reading().await?;
        let mut slice = self.common(&mut reading).await?;
        slice.load(&mut reading, &Part::Case(case.clone())).await?;
        let loaded = self.guideline(&mut reading, &view.case.guideline).await?;
        let guideline = &loaded.guideline;
        let wanted = form.map(str::to_owned).or_else(|| form_of(&view.case, guideline));
        let form = guideline.forms.iter().find(|f| Some(&f.id) == wanted.as_ref()).ok_or_else(|| {
            let known: Vec<String> = guideline.forms.iter().map(|f| format!("{}（{}）", f.id, f.label)).collect();
            ActError::Input(format!("様式がありません。次から選んでください：{}", known.join("、")))
        })?;
        let filed = filing_of(&view.case, guideline);
        let day = filed.as_ref().map_or_else(|| self.today(), |(day, _)| *day);
        let contact_person = match filed {
            Some((_, seq)) => contact_person(&mut reading, seq).await?,
            None => None,
        };
        let desk = domain::act::Desk {
            register: &slice.register,
            guideline,
            clauses: loaded.clauses.as_ref(),
            hash: &loaded.hash,
            networks: &self.networks,
            today: self.today(),
        };
        let record = record_of(&desk, &self.with_policy(view.case.clone()).await?, day);
        let filling = Filling {
            guideline,
            case: &view.case,
            account: &view.account,
            office: &slice.register.office,
            facts: PrintFacts {
                units: vec![record.unit.clone()],
                network_label: record.network_label.clone(),
                url: view.case.acquired_url.clone().or_else(|| view.account.url.clone()),
            },
            record,
            day,
            contact_person,
        };
        Ok(fill(form, &filling))
    }

    /// The case with its account's policy, where it has none of its own (closing, suspension).
    async fn with_policy(&self, mut case: Case) -> Result<Case, ActError> {
        if case.policy.is_none()
            && let Some(source) = self.case_account_policy(&case).await?
        {
            case.policy = source.policy;
            case.acquired_url = source.acquired_url;
        }
        Ok(case)
    }

    async fn case_account_policy(&self, case: &Case) -> Result<Option<Case>, ActError> {
        let cases = self.cases_of(&case.account).await?;
        Ok(cases.into_iter().rev().find(|c| c.policy.is_some()))
    }
}

fn form_of(case: &Case, guideline: &Guideline) -> Option<String> {
    guideline.procedure(&case.procedure)?.steps.iter().find_map(|s| s.form.clone())
}

/// The day and the entry of the step that carries the case's form.
fn filing_of(case: &Case, guideline: &Guideline) -> Option<(Date, u64)> {
    let step = guideline.procedure(&case.procedure)?.steps.iter().find(|s| s.form.is_some())?;
    case.steps.get(&step.id).map(|done| (done.on, done.seq))
}

async fn contact_person(reading: &mut store::Reading, seq: u64) -> Result<Option<String>, ActError> {
    use store::Read;
    let Some(row) = reading.entry(seq).await? else { return Ok(None) };
    let Some(part) = row.entry.private else { return Ok(None) };
    Ok(domain::entry::Private::read(&part.bytes)?.word("contact_person"))
}

fn fill(form: &Form, filling: &Filling<'_>) -> Document {
    let blocks = form.blocks.iter().flat_map(|blank| block(blank, filling)).collect();
    Document::new(form.label.clone(), blocks)
}

fn block(blank: &Blank, filling: &Filling<'_>) -> Vec<Block> {
    match blank {
        Blank::Number { label } => {
            let number = filling.case.number.clone().or_else(|| filling.account.number.clone());
            vec![Block::Number { label: label.clone(), number }]
        }
        Blank::Date => vec![Block::Date(filing_of(filling.case, filling.guideline).map(|(day, _)| day))],
        Blank::Addressee { lines } => vec![Block::Addressee(lines.clone())],
        Blank::Sender => vec![Block::Sender(sender(filling))],
        Blank::Title { words } => vec![Block::Title(chosen(words, filling.case))],
        Blank::Body { words } if is_mark(words) => vec![Block::Mark(words.clone())],
        Blank::Body { words } if words == "（その他）" => vec![Block::Heading(words.clone())],
        Blank::Body { words } => vec![Block::Paragraph(chosen(words, filling.case))],
        Blank::Ki => vec![Block::Ki],
        Blank::Table { rows } => {
            let rows = rows
                .iter()
                .map(|row| RuledRow {
                    label: chosen(&row.label, filling.case),
                    text: Text::from(source(&row.source, filling)),
                })
                .collect();
            vec![Block::RuledTable { caption: filling.guideline.words.policy.clone(), rows }]
        }
        Blank::Attachments => filling.record.attachments.iter().map(attachment).collect(),
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

fn sender(filling: &Filling<'_>) -> Vec<String> {
    let head = head_title(filling);
    let department = filling.record.department.clone().unwrap_or_default();
    let person = filling.contact_person.clone().unwrap_or_else(|| "　　　　　　　　　　".to_owned());
    vec![format!("{department}　{head}").trim().to_owned(), format!("（担当：{person}）")]
}

fn head_title(filling: &Filling<'_>) -> String {
    let Some(unit) = filling.case.units.first() else { return String::new() };
    let head = filling.office.positions.values().find(|p| p.unit == *unit && p.place == Place::Head);
    head.map_or_else(|| filling.office.unit_name(unit, filling.day), |p| p.title.clone())
}

fn source(source: &RowSource, filling: &Filling<'_>) -> String {
    let case = filling.case;
    match source {
        RowSource::Number => case.number.clone().or_else(|| filling.account.number.clone()).unwrap_or_default(),
        RowSource::Item(id) => {
            let item = filling.guideline.policy_items.iter().find(|i| i.id == *id);
            let content = case.policy.as_ref().and_then(|p| p.content.clone());
            match (item, content) {
                (Some(item), Some(content)) => policy::printed(item, &content, filling.guideline, &filling.facts),
                (Some(item), None) => from_record(item, filling),
                (None, _) => String::new(),
            }
        }
        RowSource::Units => filling.record.unit.clone(),
        RowSource::UnitHead => head_title(filling),
        RowSource::StepDay(step) => {
            case.steps.get(step).map(|done| domain::calendar::wareki(done.on)).unwrap_or_default()
        }
        RowSource::StopDay => stop_day(case).map(domain::calendar::wareki).unwrap_or_default(),
        RowSource::Reason => case.reason.clone().unwrap_or_default(),
        RowSource::PolicyPlace => policy_place(case).unwrap_or_default(),
        RowSource::Blank => String::new(),
    }
}

/// An item of an account whose case has no policy of its own: as its record has it.
fn from_record(item: &domain::guideline::PolicyItem, filling: &Filling<'_>) -> String {
    use domain::guideline::ItemKind;
    match item.kind {
        ItemKind::Network => filling.record.network_label.clone(),
        ItemKind::AccountName => filling.account.name.clone().unwrap_or_default(),
        ItemKind::Url => filling.account.url.clone().unwrap_or_default(),
        _ => filling.record.policy.iter().find(|r| r.label == item.label).map(|r| r.text.clone()).unwrap_or_default(),
    }
}

fn stop_day(case: &Case) -> Option<Date> {
    case.steps.values().find_map(|done| match &done.evidence {
        domain::evidence::Evidence::Stop { last_day } => Some(*last_day),
        _ => None,
    })
}

fn policy_place(case: &Case) -> Option<String> {
    case.steps.values().find_map(|done| match &done.evidence {
        domain::evidence::Evidence::Place { url } => Some(url.clone()),
        _ => None,
    })
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
        Some((mark, words)) if is_number(mark) => (mark.to_owned(), words.trim_start()),
        _ => (String::new(), paragraph),
    }
}
