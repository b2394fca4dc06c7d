//! Changes of the office in words: each where they are few, counted where they are many.

use super::Names;
use crate::calendar::wareki;
use crate::office::OfficeChange;

/// How many changes are told one by one; a staff list at the turn of the year has thousands.
const FEW: usize = 5;

impl Names<'_> {
    /// The changes, a sentence each, or how many of which sort.
    pub(super) fn office_changes(&self, changes: &[OfficeChange]) -> Vec<String> {
        if changes.len() <= FEW {
            return changes.iter().map(|change| self.office_change(change)).collect();
        }
        vec![format!("{}です。", changes_counted(changes))]
    }

    fn office_change(&self, change: &OfficeChange) -> String {
        match change {
            OfficeChange::UnitFounded { unit, name, from, .. } => {
                format!("{}に組織「{name}」（{unit}）を新設しました。", wareki(*from))
            }
            OfficeChange::UnitRenamed { unit, name, from, .. } => {
                format!("{}に組織{unit}の名前を「{name}」としました。", wareki(*from))
            }
            OfficeChange::UnitMoved { unit, parent, from } => {
                let parent = parent.as_ref().map_or_else(|| "最上位".to_owned(), |p| self.unit(p, Some(*from)));
                let unit = self.unit(unit, Some(*from));
                format!("{}に組織「{unit}」を「{parent}」の下に移しました。", wareki(*from))
            }
            OfficeChange::UnitAbolished { unit, on, successors } => {
                let unit = self.unit(unit, Some(*on));
                let next = match successors.as_slice() {
                    [] => String::new(),
                    ids => format!("（引き継ぐ組織は{}）", self.units(ids, *on)),
                };
                format!("{}に組織「{unit}」を廃止しました{next}。", wareki(*on))
            }
            OfficeChange::PositionSet { position } => {
                format!("職「{}」（{}）を登録しました。", position.title, position.id)
            }
            OfficeChange::PersonNoted { person } => format!("職員番号{person}の氏名を登録しました。"),
            OfficeChange::Assigned { person, position, from } => {
                format!("職員番号{person}が{}に職{position}に就きました。", wareki(*from))
            }
            OfficeChange::Unassigned { person, position, until } => {
                format!("職員番号{person}が{}限りで職{position}を離れました。", wareki(*until))
            }
            OfficeChange::DeputyNamed { person, position, from, until } => {
                let (from, until) = (wareki(*from), wareki(*until));
                format!("{from}から{until}まで、職員番号{person}を職{position}の代決者としました。")
            }
        }
    }
}

/// How many changes of the office there are of which sort, as in 氏名の登録12件、着任12件.
pub fn changes_counted(changes: &[OfficeChange]) -> String {
    let mut counts: Vec<(&'static str, usize)> = Vec::new();
    for sort in changes.iter().map(sort) {
        match counts.iter_mut().find(|(known, _)| *known == sort) {
            Some((_, count)) => *count += 1,
            None => counts.push((sort, 1)),
        }
    }
    let told: Vec<String> = counts.iter().map(|(sort, count)| format!("{sort}{count}件")).collect();
    told.join("、")
}

fn sort(change: &OfficeChange) -> &'static str {
    match change {
        OfficeChange::UnitFounded { .. } => "組織の新設",
        OfficeChange::UnitRenamed { .. } => "組織の改称",
        OfficeChange::UnitMoved { .. } => "組織の移管",
        OfficeChange::UnitAbolished { .. } => "組織の廃止",
        OfficeChange::PositionSet { .. } => "職の登録",
        OfficeChange::PersonNoted { .. } => "氏名の登録",
        OfficeChange::Assigned { .. } => "着任",
        OfficeChange::Unassigned { .. } => "離任",
        OfficeChange::DeputyNamed { .. } => "代決者の指定",
    }
}
