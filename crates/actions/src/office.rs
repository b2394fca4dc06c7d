//! The office: importing a staff list with a preview, changing units, naming deputies.

use std::collections::BTreeMap;
use std::sync::Arc;

use documents::table::{self, Column, Header, Row, Table};
use domain::calendar::wareki;
use domain::entry::{Fact, Private};
use domain::guideline::Guideline;
use domain::id::{PersonId, PositionId, UnitId};
use domain::office::{Level, Office, OfficeChange, OfficePlan, PersonRow, Place, PostRow, StaffRow, plan};
use domain::tell::changes_counted;
use jiff::civil::Date;
use serde::Serialize;

use crate::city::City;
use crate::error::ActError;
use crate::perform::Recorded;

/// A staff list to import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficeImport {
    /// The file's bytes: CSV in any usual encoding, or XLSX.
    pub bytes: Vec<u8>,
    /// The day from which it holds.
    pub from: Date,
}

/// What an import would change; nothing is written until it is confirmed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ImportPreview {
    /// How many rows were read.
    pub rows: usize,
    /// The changes, a sentence each.
    pub changes: Vec<String>,
    /// What is wrong, with the line.
    pub problems: Vec<String>,
    #[serde(skip)]
    plan: OfficePlan,
}

impl ImportPreview {
    /// What follows the first `shown` changes, counted by sort, as in 氏名の登録12件、着任12件; `None` where nothing does.
    pub fn beyond(&self, shown: usize) -> Option<String> {
        let rest = self.plan.changes.get(shown..).filter(|rest| !rest.is_empty())?;
        Some(changes_counted(rest))
    }
}

const COLUMNS: [Column<'static>; 14] = [
    Column { name: "組織コード", synonyms: &["所属コード", "部署コード"] },
    Column { name: "組織名", synonyms: &["所属", "所属名", "部署名", "課名"] },
    Column { name: "組織名かな", synonyms: &["所属かな", "組織名ふりがな", "組織名カナ"] },
    Column { name: "上位組織コード", synonyms: &["上位コード", "親組織コード"] },
    Column { name: "区分", synonyms: &["組織区分"] },
    Column { name: "組織キー", synonyms: &["組織の役割"] },
    Column { name: "職コード", synonyms: &["ポストコード"] },
    Column { name: "職名", synonyms: &["役職名", "役職"] },
    Column { name: "職位", synonyms: &["職級", "級"] },
    Column { name: "長", synonyms: &["所属長"] },
    Column { name: "職キー", synonyms: &["職の役割"] },
    Column { name: "職員番号", synonyms: &["職員コード", "社員番号"] },
    Column { name: "氏名", synonyms: &["職員名", "名前"] },
    Column { name: "ふりがな", synonyms: &["氏名かな", "フリガナ", "氏名カナ"] },
];

const UNIT: usize = 0;
const UNIT_NAME: usize = 1;
const UNIT_KANA: usize = 2;
const PARENT: usize = 3;
const LEVEL: usize = 4;
const UNIT_KEY: usize = 5;
const POSITION: usize = 6;
const TITLE: usize = 7;
const RANK: usize = 8;
const HEAD: usize = 9;
const POSITION_KEY: usize = 10;
const PERSON: usize = 11;
const NAME: usize = 12;
const KANA: usize = 13;

impl City {
    /// Reads a staff list and says what it would change.
    pub async fn preview_office(&self, import: &OfficeImport) -> Result<ImportPreview, ActError> {
        let guideline = self.guideline_in_force().await?;
        let office = self.office().await?;
        Ok(preview(&office, &guideline.guideline, import))
    }

    /// Imports a staff list: all of it, or nothing.
    pub async fn import_office(&self, import: &OfficeImport) -> Result<Recorded, ActError> {
        let preview = self.preview_office(import).await?;
        if !preview.problems.is_empty() {
            return Err(ActError::Input(format!(
                "名簿に直すところがあるため、何も取り込みませんでした。\n{}",
                preview.problems.join("\n")
            )));
        }
        self.change_office(preview.plan.changes, preview.plan.names).await
    }

    /// Records changes of the office: all of them, or none.
    pub async fn change_office(
        &self,
        changes: Vec<OfficeChange>,
        names: BTreeMap<PersonId, (String, String)>,
    ) -> Result<Recorded, ActError> {
        if changes.is_empty() {
            return Err(ActError::Input("変わるところがないため、何も記録しませんでした。".to_owned()));
        }
        let writing = self.ledgered.writing().await?;
        let mut writing = writing;
        let slice = self.common(&mut writing).await?;
        slice.register.office.changed(&changes).map_err(|problems| {
            let lines: Vec<String> = problems.into_iter().map(|p| format!("・{}", p.message)).collect();
            ActError::Input(format!("組織を変えられません。\n{}", lines.join("\n")))
        })?;
        let private = Private { names, ..Private::default() };
        let decided = self.by_operator(Fact::OfficeChanged { changes }, private);
        self.record(writing, slice, decided, None).await
    }

    /// The office as it stands.
    pub async fn office(&self) -> Result<Arc<Office>, ActError> {
        Ok(self.caches.common(&mut self.ledgered.reading().await?).await?.office)
    }
}

/// What a staff list would change in an office.
fn preview(office: &Office, guideline: &Guideline, import: &OfficeImport) -> ImportPreview {
    let mut problems = Vec::new();
    let rows = match staff_rows(&import.bytes, guideline, &mut problems) {
        Ok(rows) => rows,
        Err(problem) => {
            problems.push(problem);
            Vec::new()
        }
    };
    let plan = plan(office, &rows, import.from);
    if problems.is_empty()
        && let Err(objections) = office.changed(&plan.changes)
    {
        problems.extend(objections.into_iter().map(|o| o.message));
    }
    let called = Called::after(office, &plan);
    let changes = plan.changes.iter().map(|c| sentence(c, &called)).collect();
    ImportPreview { rows: rows.len(), changes, problems, plan }
}

fn staff_rows(bytes: &[u8], guideline: &Guideline, problems: &mut Vec<String>) -> Result<Vec<StaffRow>, String> {
    let table: Table = table::read(bytes).map_err(|p| p.to_string())?;
    let header = table::find_header(&table, &COLUMNS).map_err(|p| p.to_string())?;
    for needed in [UNIT, UNIT_NAME] {
        if header.found.get(needed).copied().flatten().is_none() {
            let name = COLUMNS.get(needed).map_or("", |c| c.name);
            return Err(format!("見出しの行に「{name}」の列がありません。列を加えてください。"));
        }
    }
    let mut rows = Vec::new();
    for row in header.body(&table).iter().filter(|r| !r.is_blank()) {
        match staff_row(&header, row, guideline) {
            Ok(staff) => rows.push(staff),
            Err(problem) => problems.push(format!("{}行目：{problem}", row.line)),
        }
    }
    Ok(rows)
}

fn staff_row(header: &Header, row: &Row, guideline: &Guideline) -> Result<StaffRow, String> {
    let cell = |column: usize| header.cell(row, column).map(str::trim).filter(|c| !c.is_empty()).map(str::to_owned);
    let need = |column: usize| {
        let name = COLUMNS.get(column).map_or("", |c| c.name);
        cell(column).ok_or_else(|| format!("「{name}」がありません。"))
    };
    let level = match cell(LEVEL).as_deref() {
        Some("部" | "局" | "部局") => Level::Department,
        None | Some("課" | "室" | "課室" | "所") => Level::Division,
        Some("係" | "担当") => Level::Team,
        Some("委員会" | "会議") => Level::Committee,
        Some(other) => return Err(format!("区分「{other}」は、部・課・係・委員会のどれかにしてください。")),
    };
    let post = match cell(POSITION) {
        None => None,
        Some(position) => {
            let label = need(RANK)?;
            let rank = guideline.ranks.iter().find(|r| r.label == label || r.id == label).ok_or_else(|| {
                let known: Vec<&str> = guideline.ranks.iter().map(|r| r.label.as_str()).collect();
                format!("職位「{label}」は、このガイドラインの職位（{}）にありません。", known.join("・"))
            })?;
            let person = match cell(PERSON) {
                None => None,
                Some(person) => Some(PersonRow {
                    person: PersonId(person),
                    name: need(NAME)?,
                    kana: cell(KANA).unwrap_or_default(),
                }),
            };
            let place = match cell(HEAD).as_deref() {
                None => Place::Member,
                Some("○" | "〇" | "◯" | "1" | "はい" | "長") => Place::Head,
                Some(other) => return Err(format!("「長」の欄は○か空欄にしてください（今は「{other}」）。")),
            };
            Some(PostRow {
                position: PositionId(position),
                title: need(TITLE)?,
                rank: rank.id.clone(),
                place,
                key: cell(POSITION_KEY),
                person,
            })
        }
    };
    Ok(StaffRow {
        line: row.line,
        unit: UnitId(need(UNIT)?),
        unit_name: need(UNIT_NAME)?,
        unit_kana: cell(UNIT_KANA).unwrap_or_default(),
        level,
        parent: cell(PARENT).map(UnitId),
        unit_key: cell(UNIT_KEY),
        post,
    })
}

/// What people and posts are called once a plan is carried out.
struct Called<'p> {
    office: &'p Office,
    titles: BTreeMap<&'p PositionId, &'p str>,
    names: &'p BTreeMap<PersonId, (String, String)>,
}

impl<'p> Called<'p> {
    fn after(office: &'p Office, plan: &'p OfficePlan) -> Self {
        let titles = plan.changes.iter().filter_map(|change| match change {
            OfficeChange::PositionSet { position } => Some((&position.id, position.title.as_str())),
            _ => None,
        });
        Self { office, titles: titles.collect(), names: &plan.names }
    }

    fn post(&self, id: &PositionId) -> String {
        let known = || self.office.positions.get(id).map(|position| position.title.as_str());
        let title = self.titles.get(id).copied().or_else(known).unwrap_or_default();
        format!("職「{title}」（{id}）")
    }

    fn person(&self, id: &PersonId) -> String {
        let known = || self.office.people.get(id).and_then(|person| person.name.as_deref());
        match self.names.get(id).map(|(name, _)| name.as_str()).or_else(known) {
            Some(name) => format!("{name}（職員番号{id}）"),
            None => format!("職員番号{id}"),
        }
    }
}

/// A change of the office as a person reads it.
fn sentence(change: &OfficeChange, called: &Called<'_>) -> String {
    let office = called.office;
    match change {
        OfficeChange::UnitFounded { unit, name, from, .. } => {
            format!("{}から組織「{name}」（{unit}）を加える", wareki(*from))
        }
        OfficeChange::UnitRenamed { unit, name, from, .. } => {
            let former = office.unit_name(unit, *from);
            format!("{}から組織「{former}」（{unit}）の名前を「{name}」にする", wareki(*from))
        }
        OfficeChange::UnitMoved { unit, parent, from } => {
            let name = office.unit_name(unit, *from);
            let parent = parent.as_ref().map_or_else(|| "最上位".to_owned(), |p| office.unit_name(p, *from));
            format!("{}から組織「{name}」（{unit}）を「{parent}」の下に移す", wareki(*from))
        }
        OfficeChange::UnitAbolished { unit, on, .. } => {
            format!("{}に組織「{}」（{unit}）を廃止する", wareki(*on), office.unit_name(unit, *on))
        }
        OfficeChange::PositionSet { position } => format!("職「{}」（{}）を登録する", position.title, position.id),
        OfficeChange::PersonNoted { person } => format!("{}の氏名を登録する", called.person(person)),
        OfficeChange::Assigned { person, position, from } => {
            format!("{}から{}が{}に就く", wareki(*from), called.person(person), called.post(position))
        }
        OfficeChange::Unassigned { person, position, until } => {
            format!("{}で{}が{}を離れる", wareki(*until), called.person(person), called.post(position))
        }
        OfficeChange::DeputyNamed { person, position, from, until } => {
            let (from, until) = (wareki(*from), wareki(*until));
            format!("{from}から{until}まで{}が{}を代決する", called.person(person), called.post(position))
        }
    }
}
