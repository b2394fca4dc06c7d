//! What the empty cells of a staff list mean: what stands is kept, and each row says so where that is not plain.

use std::collections::{BTreeMap, BTreeSet};

use documents::table::Header;
use domain::calendar::wareki;
use domain::guideline::Guideline;
use domain::id::UnitId;
use domain::office::{Office, Place, Position, PostRow, StaffRow, Stated, Unit};
use jiff::civil::Date;

use super::column::{self, NONE};
use super::rows::StaffList;

/// Settles the empty cells of the rows that are taken, and tells in each row what they mean.
pub(super) fn settle(list: &mut StaffList, header: &Header, guideline: &Guideline, office: &Office, day: Date) {
    let under: BTreeSet<UnitId> = list.taken.iter().filter(|row| row.parent != Stated::Not).map(unit_of).collect();
    let level: BTreeSet<UnitId> = list.taken.iter().filter(|row| row.level != Stated::Not).map(unit_of).collect();
    let heads = heads(&list.taken);
    let mut told: BTreeSet<UnitId> = BTreeSet::new();
    let mut whys: BTreeMap<usize, String> = BTreeMap::new();
    for row in &mut list.taken {
        let mut notes = Notes { header, kept: Vec::new(), other: Vec::new() };
        if told.insert(row.unit.clone()) {
            let (under, level) = (under.contains(&row.unit), level.contains(&row.unit));
            match office.units.get(&row.unit) {
                Some(unit) if !under => notes.unit_stays(unit, day),
                Some(_) => {}
                None => notes.unit_is_new(under, level),
            }
        }
        let unit = row.unit.clone();
        if let Some(post) = &mut row.post {
            notes.is_renamed(office, post);
            match office.positions.get(&post.position) {
                Some(known) => {
                    notes.post_stays(known, post, guideline);
                    notes.leads(known, &unit, post, heads.get(&unit));
                    notes.is_vacant(office, post);
                    notes.leaves_later(office, post, day);
                }
                None if post.rank == Stated::Not => {
                    notes.other.push("職位が書かれていないので、職位を問う役割には就けません。".to_owned());
                }
                None => {}
            }
        }
        whys.extend(notes.words().map(|words| (row.row, words)));
    }
    for read in &mut list.rows {
        if let Some(words) = whys.remove(&read.row) {
            read.why = Some(words);
        }
    }
}

fn unit_of(row: &StaffRow) -> UnitId {
    row.unit.clone()
}

/// The first row of each unit that marks who leads it.
fn heads(rows: &[StaffRow]) -> BTreeMap<UnitId, usize> {
    let mut heads = BTreeMap::new();
    for row in rows {
        if row.post.as_ref().is_some_and(|post| post.place == Stated::As(Place::Head)) {
            heads.entry(row.unit.clone()).or_insert(row.row);
        }
    }
    heads
}

/// What is to be said of one row.
struct Notes<'h> {
    header: &'h Header,
    /// What stands and is kept, by column.
    kept: Vec<(usize, String)>,
    other: Vec<String>,
}

impl Notes<'_> {
    fn words(self) -> Option<String> {
        let kept: Vec<String> =
            self.kept.iter().map(|(at, stands)| format!("{}「{stands}」", column::name(*at))).collect();
        let kept = (!kept.is_empty()).then(|| {
            format!("空の欄は、今のままにします：{}。なくすときは「{NONE}」と書いてください。", kept.join("、"))
        });
        let words: String = kept.into_iter().chain(self.other).collect();
        (!words.is_empty()).then_some(words)
    }

    /// A column that is not there is told of once for the whole list.
    fn keeps(&mut self, at: usize, stands: Option<String>) {
        if let Some(stands) = stands.filter(|stands| !stands.is_empty() && column::is_there(self.header, at)) {
            self.kept.push((at, stands));
        }
    }

    fn unit_stays(&mut self, unit: &Unit, day: Date) {
        self.keeps(column::PARENT, unit.parent_on(day).map(UnitId::to_string));
    }

    fn unit_is_new(&mut self, under: bool, level: bool) {
        if !under {
            self.other.push("上位組織コードが書かれていないので、新しい組織を最上位に置きます。".to_owned());
        }
        if !level {
            self.other.push("区分が書かれていないので、新しい組織を「課」とします。".to_owned());
        }
    }

    fn post_stays(&mut self, known: &Position, post: &PostRow, guideline: &Guideline) {
        if post.rank == Stated::Not {
            let rank = Some(&known.rank).filter(|rank| !rank.is_empty());
            self.keeps(column::RANK, rank.map(|rank| guideline.rank_label(rank)));
        }
        if post.key == Stated::Not {
            self.keeps(column::POSITION_KEY, known.key.clone());
        }
    }

    /// A lead is of a unit: it stays with a post that stays there, unless the list marks another one.
    fn leads(&mut self, known: &Position, unit: &UnitId, post: &mut PostRow, marked: Option<&usize>) {
        if post.place != Stated::Not || known.place != Place::Head || !column::is_there(self.header, column::HEAD) {
            return;
        }
        let why = if known.unit != *unit {
            "職の組織が変わるので".to_owned()
        } else if let Some(row) = marked {
            format!("{row}行目の職がこの組織の長なので")
        } else {
            self.keeps(column::HEAD, Some("○".to_owned()));
            return;
        };
        post.place = Stated::As(Place::Member);
        self.other.push(format!("長の欄が空で、{why}、長ではなくします。長のままなら○を書いてください。"));
    }

    fn is_renamed(&mut self, office: &Office, post: &PostRow) {
        let Some(one) = post.holder() else { return };
        let former = office.people.get(&one.person).and_then(|person| person.name.as_ref());
        if let Some(former) = former.filter(|former| **former != one.name) {
            self.other.push(format!("職員番号「{}」の氏名を「{former}」から「{}」に改めます。", one.person, one.name));
        }
    }

    /// A leave that is planned for later stands beside what a list says of today.
    fn leaves_later(&mut self, office: &Office, post: &PostRow, day: Date) {
        let Some(one) = post.holder() else { return };
        let held = office.assignments.iter().filter(|a| a.person == one.person && a.position == post.position);
        let until = held.filter(|a| a.covers(day)).filter_map(|a| a.until).find(|until| *until > day);
        if let Some(until) = until {
            self.other.push(format!(
                "{}（{}）は{}限りでこの職を離れる予定で、それは変わりません。",
                one.name,
                one.person,
                wareki(until)
            ));
        }
    }

    fn is_vacant(&mut self, office: &Office, post: &PostRow) {
        if post.person != Stated::As(None) {
            return;
        }
        let here = |a: &&domain::office::Assignment| a.position == post.position && a.until.is_none();
        let leaving: Vec<String> = office
            .assignments
            .iter()
            .filter(here)
            .map(|a| {
                let name = office.people.get(&a.person).and_then(|person| person.name.clone());
                name.map_or_else(|| a.person.to_string(), |name| format!("{name}（{}）", a.person))
            })
            .collect();
        if !leaving.is_empty() {
            self.other.push(format!("職員番号と氏名が空か欠員なので、{}はこの職を離れます。", leaving.join("、")));
        }
    }
}
