//! The office: importing a staff list with a preview, changing units, naming deputies.

mod above;
mod column;
mod doubt;
mod empty;
mod left;
mod notes;
mod odd_code;
mod remark;
mod renamed;
mod rows;
mod said;
mod staff_list;
mod template;

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::calendar::wareki;
use domain::entry::{Fact, Private};
use domain::guideline::Guideline;
use domain::id::{PersonId, PositionId, UnitId};
use domain::ledger::to_hex;
use domain::office::{Office, OfficeChange, OfficePlan, Place, Position};
use domain::tell::changes_counted;
use jiff::civil::Date;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::city::City;
use crate::error::ActError;
use crate::perform::Recorded;

pub(crate) use column::code as plain_code;
pub use rows::{RowRead, StaffList, Verdict};
pub use template::{staff_template, staff_values};

/// A staff list to import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficeImport {
    /// The file's bytes: CSV in any usual encoding, or XLSX.
    pub bytes: Vec<u8>,
    /// The day from which it holds.
    pub from: Date,
}

/// What is done with the rows of a staff list that wait for an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HeldRows {
    /// Nothing is imported before each is mended or left out.
    #[default]
    Ask,
    /// They are left out: whom and what they name stays as it is.
    LeaveOut,
}

/// What an import would change; nothing is written until it is confirmed.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ImportPreview {
    /// The list, row by row.
    pub list: StaffList,
    /// The changes, a sentence each.
    pub changes: Vec<String>,
    /// What has to be mended before anything is imported, with the row.
    pub problems: Vec<String>,
    /// The accounts that it leaves without a unit or a head, a sentence each.
    pub left: Vec<String>,
    #[serde(skip)]
    plan: OfficePlan,
    /// The office that the list was compared with.
    #[serde(skip)]
    office: Arc<Office>,
}

impl ImportPreview {
    /// A word for all that it shows and would record: another list, or another office, has another word.
    pub fn seal(&self) -> Result<String, ActError> {
        let shown = serde_json::to_vec(&(self, &self.plan.changes, &self.plan.names));
        let shown = shown.map_err(|fault| ActError::Inconsistent(fault.to_string()))?;
        Ok(to_hex(&Sha256::digest(&shown)))
    }

    /// What follows the first `shown` changes, counted by sort, as in 氏名の登録12件、着任12件; `None` where nothing does.
    pub fn beyond(&self, shown: usize) -> Option<String> {
        let rest = self.plan.changes.get(shown..).filter(|rest| !rest.is_empty())?;
        Some(changes_counted(rest))
    }
}

impl City {
    /// Reads a staff list and says what it would change.
    pub async fn preview_office(&self, import: &OfficeImport) -> Result<ImportPreview, ActError> {
        let guideline = self.guideline_in_force().await?;
        let office = self.office().await?;
        let mut preview = ImportPreview { office: office.clone(), ..preview(&office, &guideline.guideline, import) };
        preview.left = self.left_by(&preview.plan.changes).await?;
        Ok(preview)
    }

    /// Imports a staff list as its preview shows it: all of it, or nothing.
    pub async fn import_office(&self, preview: ImportPreview, held: HeldRows) -> Result<Recorded, ActError> {
        if !preview.problems.is_empty() {
            return Err(ActError::Input(format!(
                "名簿に直すところがあるため、何も取り込みませんでした。\n{}",
                preview.problems.join("\n")
            )));
        }
        let waiting: Vec<String> = preview.list.told(Verdict::Held).collect();
        if !waiting.is_empty() && held == HeldRows::Ask {
            return Err(ActError::Input(format!(
                "答えを待つ行があるため、何も取り込みませんでした。名簿を直すか、これらの行を除いて取り込んでください。\n{}",
                waiting.join("\n")
            )));
        }
        self.write_office(preview.plan.changes, preview.plan.names, Some(&preview.office)).await
    }

    /// Records changes of the office: all of them, or none.
    pub async fn change_office(
        &self,
        changes: Vec<OfficeChange>,
        names: BTreeMap<PersonId, (String, String)>,
    ) -> Result<Recorded, ActError> {
        self.write_office(changes, names, None).await
    }

    /// Records changes of the office; where they were shown for an office, only while it is still that one.
    async fn write_office(
        &self,
        changes: Vec<OfficeChange>,
        names: BTreeMap<PersonId, (String, String)>,
        seen: Option<&Office>,
    ) -> Result<Recorded, ActError> {
        if changes.is_empty() {
            return Err(ActError::Input("変わるところがないため、何も記録しませんでした。".to_owned()));
        }
        let writing = self.ledgered.writing().await?;
        let mut writing = writing;
        let slice = self.common(&mut writing).await?;
        if seen.is_some_and(|seen| *seen != *slice.register.office) {
            return Err(ActError::Input(
                "下見の後に組織が変わったため、何も取り込みませんでした。もう一度、変わるところを確かめてください。"
                    .to_owned(),
            ));
        }
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
    let list = match StaffList::read(&import.bytes, guideline, office, import.from) {
        Ok(list) => list,
        Err(problem) => return ImportPreview { problems: vec![problem], ..ImportPreview::default() },
    };
    let mut problems: Vec<String> = list.told(Verdict::Refused).collect();
    let plan = list.plan(office, import.from);
    if problems.is_empty()
        && let Err(objections) = office.changed(&plan.changes)
    {
        problems.extend(objections.into_iter().map(|objection| match plan.row_of(objection.change) {
            Some(row) => format!("{row}行目：{}", objection.message),
            None => objection.message,
        }));
    }
    let called = Called::after(office, guideline, &plan);
    let changes = plan.changes.iter().map(|c| sentence(c, &called)).collect();
    ImportPreview { list, changes, problems, left: Vec::new(), plan, office: Arc::default() }
}

/// What people and posts are called once a plan is carried out.
struct Called<'p> {
    office: &'p Office,
    guideline: &'p Guideline,
    titles: BTreeMap<&'p PositionId, &'p str>,
    founded: BTreeMap<&'p UnitId, &'p str>,
    names: &'p BTreeMap<PersonId, (String, String)>,
}

impl<'p> Called<'p> {
    fn after(office: &'p Office, guideline: &'p Guideline, plan: &'p OfficePlan) -> Self {
        let titles = plan.changes.iter().filter_map(|change| match change {
            OfficeChange::PositionSet { position } => Some((&position.id, position.title.as_str())),
            _ => None,
        });
        let founded = plan.changes.iter().filter_map(|change| match change {
            OfficeChange::UnitFounded { unit, name, .. } => Some((unit, name.as_str())),
            _ => None,
        });
        Self { office, guideline, titles: titles.collect(), founded: founded.collect(), names: &plan.names }
    }

    fn unit(&self, id: &UnitId, day: Date) -> String {
        let name = self.founded.get(id).map_or_else(|| self.office.unit_name(id, day), |name| (*name).to_owned());
        format!("{name}（{id}）")
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

/// What a new position is given beside its title: the lead of its unit, and what the guideline knows it by.
fn powers(position: &Position) -> String {
    let head = (position.place == Place::Head).then(|| "その組織の長".to_owned());
    let key = position.key.as_ref().map(|key| format!("職キー「{key}」"));
    let powers: Vec<String> = head.into_iter().chain(key).collect();
    if powers.is_empty() { String::new() } else { format!("（{}）", powers.join("、")) }
}

/// What becomes otherwise of a position, each from what to what.
fn changed(former: &Position, position: &Position, called: &Called<'_>) -> String {
    let Called { office, guideline, .. } = called;
    let said = |words: String| if words.is_empty() { "なし".to_owned() } else { format!("「{words}」") };
    let rank = |position: &Position| said(guideline.rank_label(&position.rank));
    let place =
        |position: &Position| if position.place == Place::Head { "その組織の長" } else { "長ではない" };
    let unit = |position: &Position| {
        let today = office.units.get(&position.unit).and_then(|unit| unit.names.last()).map_or(Date::MAX, |n| n.from);
        called.unit(&position.unit, today)
    };
    let key = |position: &Position| said(position.key.clone().unwrap_or_default());
    let mut told = Vec::new();
    let mut tell = |what: &str, before: String, after: String| {
        if before != after {
            told.push(format!("{what} {before} → {after}"));
        }
    };
    tell("職名", said(former.title.clone()), said(position.title.clone()));
    let leading = if position.place == Place::Head { "（その長）" } else { "" };
    if former.unit != position.unit {
        tell("組織", unit(former), format!("{}{leading}", unit(position)));
    }
    tell("職位", rank(former), rank(position));
    tell("長", place(former).to_owned(), place(position).to_owned());
    tell("職キー", key(former), key(position));
    told.join("、")
}

/// A name that is noted; of a person who has one, from what to what.
fn named(id: &PersonId, called: &Called<'_>) -> String {
    let known = called.office.people.get(id);
    let (Some(former), Some((name, kana))) = (known.and_then(|known| known.name.as_ref()), called.names.get(id)) else {
        return format!("{}の氏名を登録する", called.person(id));
    };
    let said = |words: &str| if words.is_empty() { "なし".to_owned() } else { format!("「{words}」") };
    let former_kana = known.and_then(|known| known.kana.as_deref()).unwrap_or_default();
    let name = (former != name).then(|| format!("氏名 {} → {}", said(former), said(name)));
    let kana = (former_kana != kana).then(|| format!("ふりがな {} → {}", said(former_kana), said(kana)));
    let told: Vec<String> = name.into_iter().chain(kana).collect();
    format!("職員番号{id}の{}", told.join("、"))
}

/// A change of the office as a person reads it.
fn sentence(change: &OfficeChange, called: &Called<'_>) -> String {
    let office = called.office;
    match change {
        OfficeChange::UnitFounded { unit, name, from, .. } => {
            format!("{}から組織「{name}」（{unit}）を加える", wareki(*from))
        }
        OfficeChange::UnitRenamed { unit, name, kana, from } if office.unit_name(unit, *from) == *name => {
            format!("{}から組織「{name}」（{unit}）のよみを「{kana}」にする", wareki(*from))
        }
        OfficeChange::UnitRenamed { unit, name, from, .. } => {
            let former = office.unit_name(unit, *from);
            format!("{}から組織「{former}」（{unit}）の名前を「{name}」にする", wareki(*from))
        }
        OfficeChange::UnitMoved { unit, parent, from } => {
            let name = office.unit_name(unit, *from);
            let place = |parent: Option<&UnitId>| {
                parent.map_or_else(|| "最上位".to_owned(), |parent| format!("「{}」の下", called.unit(parent, *from)))
            };
            let former = office.units.get(unit).and_then(|unit| unit.parent_on(*from));
            let (former, parent) = (place(former), place(parent.as_ref()));
            format!("{}から組織「{name}」（{unit}）を{former}から{parent}に移す", wareki(*from))
        }
        OfficeChange::UnitAbolished { unit, on, .. } => {
            format!("{}に組織「{}」（{unit}）を廃止する", wareki(*on), office.unit_name(unit, *on))
        }
        OfficeChange::PositionSet { position } => match office.positions.get(&position.id) {
            None => format!("職「{}」（{}）を登録する{}", position.title, position.id, powers(position)),
            Some(former) => {
                format!("職「{}」（{}）を変える：{}", position.title, position.id, changed(former, position, called))
            }
        },
        OfficeChange::PersonNoted { person } => named(person, called),
        OfficeChange::Assigned { person, position, from } => {
            format!("{}から{}が{}に就く", wareki(*from), called.person(person), called.post(position))
        }
        OfficeChange::Unassigned { person, position, until } => {
            format!("{}限りで{}が{}を離れる", wareki(*until), called.person(person), called.post(position))
        }
        OfficeChange::DeputyNamed { person, position, from, until } => {
            let (from, until) = (wareki(*from), wareki(*until));
            format!("{from}から{until}まで{}が{}を代決する", called.person(person), called.post(position))
        }
    }
}
