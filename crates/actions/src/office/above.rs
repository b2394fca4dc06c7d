//! What stands above the units of a staff list: rows that would put one above itself, or below one that is not there, are
//! refused.

use std::collections::{BTreeMap, BTreeSet};

use domain::id::UnitId;
use domain::office::{Office, PostRow, StaffRow, Stated, circles};
use jiff::civil::Date;

use super::column;
use super::rows::{RowRead, StaffList, Verdict};
use super::staff_list::Figures;

impl StaffList {
    /// Units cannot stand above themselves; the rows that would put them there say so.
    pub(super) fn refuse_circles(&mut self, office: &Office, day: Date) {
        for circle in circles(office, &self.taken, day) {
            let way: Vec<&str> = circle.iter().chain(circle.first()).map(|unit| unit.0.as_str()).collect();
            let why = format!(
                "上の組織をたどると、輪になって自分に戻ります（{}）。どれかの上位組織コードを直してください。",
                way.join(" → ")
            );
            let on_it: BTreeSet<&UnitId> = circle.iter().collect();
            let says = |row: &StaffRow| on_it.contains(&row.unit) && matches!(row.parent, Stated::As(Some(_)));
            let places: Vec<usize> = (0..self.taken.len()).filter(|at| self.taken.get(*at).is_some_and(says)).collect();
            self.refuse(&places.into_iter().map(|place| (place, why.clone())).collect());
        }
    }

    /// A unit below one that neither the list nor the office has cannot be founded; nor what stands below it in turn.
    pub(super) fn refuse_orphans(&mut self, office: &Office, figures: &Figures) {
        let parent = |row: &StaffRow| row.parent.clone().said().flatten();
        let mut founding: BTreeMap<UnitId, usize> = BTreeMap::new();
        let mut below: BTreeMap<UnitId, Vec<usize>> = BTreeMap::new();
        for (place, row) in self.taken.iter().enumerate() {
            *founding.entry(row.unit.clone()).or_default() += 1;
            if let Some(parent) = parent(row).filter(|parent| !office.units.contains_key(parent)) {
                below.entry(parent).or_default().push(place);
            }
        }
        let mut open: Vec<UnitId> = below.keys().filter(|parent| !founding.contains_key(parent)).cloned().collect();
        let mut orphans: BTreeMap<usize, UnitId> = BTreeMap::new();
        while let Some(parent) = open.pop() {
            for place in below.get(&parent).into_iter().flatten() {
                let Some(row) = self.taken.get(*place) else { continue };
                if orphans.insert(*place, parent.clone()).is_none()
                    && let Some(left) = founding.get_mut(&row.unit)
                {
                    *left -= 1;
                    if *left == 0 && !office.units.contains_key(&row.unit) {
                        open.push(row.unit.clone());
                    }
                }
            }
        }
        let lost = self.rows_not_taken();
        let why = |parent: &UnitId| match lost.get(parent.0.as_str()) {
            Some(row) => format!(
                "上位組織コード「{parent}」の組織の行（{row}行目）が取り込まれません。先にその行を直してください。"
            ),
            None if founding.contains_key(parent) => {
                format!("上位組織コード「{parent}」の組織の行が取り込まれません。先にその行を直してください。")
            }
            None => {
                let known = column::figures(&parent.0).and_then(|code| figures.get(&(column::UNIT, code)));
                let hint = known.map_or_else(String::new, |known| {
                    format!("先頭の 0 だけがちがう「{known}」があります。0 が落ちていませんか。")
                });
                format!(
                    "上位組織コード「{parent}」の組織が、取り込む行にも今の組織にもありません。{hint}上の組織の行を加えるか、コードを直してください。"
                )
            }
        };
        let refused = orphans.iter().map(|(place, parent)| (*place, why(parent))).collect();
        self.refuse(&refused);
    }

    /// The rows that name a unit and are held or refused, by its code.
    fn rows_not_taken(&self) -> BTreeMap<String, usize> {
        let unit = |row: &RowRead| row.says.iter().find(|(name, _)| name == column::name(column::UNIT)).cloned();
        let lost = self.rows.iter().rev().filter(|row| matches!(row.verdict, Verdict::Held | Verdict::Refused));
        lost.filter_map(|row| Some((unit(row)?.1, row.row))).collect()
    }

    /// Takes back rows that were taken, by their places among these, each with its reason.
    fn refuse(&mut self, places: &BTreeMap<usize, String>) {
        if places.is_empty() {
            return;
        }
        let mut whys: BTreeMap<usize, String> = BTreeMap::new();
        let taken = std::mem::take(&mut self.taken);
        for (place, row) in taken.into_iter().enumerate() {
            match places.get(&place) {
                Some(why) => {
                    self.open.positions.extend(row.post.iter().map(|post| post.position.clone()));
                    self.open.people.extend(row.post.iter().filter_map(PostRow::holder).map(|one| one.person.clone()));
                    whys.insert(row.row, why.clone());
                }
                None => self.taken.push(row),
            }
        }
        for read in &mut self.rows {
            if let Some(why) = whys.remove(&read.row) {
                (read.verdict, read.why) = (Verdict::Refused, Some(why));
            }
        }
    }
}
