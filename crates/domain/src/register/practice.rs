//! The figures that a city has set for itself (市の運用), as they stand on a day.

use jiff::civil::Date;

use super::Register;
use crate::guideline::Guideline;
use crate::practice::{OpenLeaf, PracticeLeaf, PracticeRow, PracticeSpan, figures, open_leaves};

impl Register {
    /// What the city set a figure to on a day: the last of those whose day has come.
    pub fn practice_on(&self, leaf: &PracticeLeaf, day: Date) -> Option<&PracticeSpan> {
        self.practices.get(leaf)?.iter().rev().find(|span| span.from <= day)
    }

    /// The figure that holds on a day: a clause's own, what the city set, or the guideline file's; `None` where the
    /// guideline has no such figure.
    pub fn figure_on(&self, guideline: &Guideline, leaf: &PracticeLeaf, day: Date) -> Option<u32> {
        let (open, basis) = figures(guideline).into_iter().find(|(open, _)| open.leaf == *leaf)?;
        // A new version that puts a clause in its place wins over what was set before.
        let set = self.practice_on(leaf, day).filter(|set| basis.clause().is_none() && set.unit == open.unit);
        Some(set.map_or(open.default, |set| set.value))
    }

    /// Every figure that the guideline leaves to the city, with what it stands at on a day.
    pub fn practices_on(&self, guideline: &Guideline, day: Date) -> Vec<PracticeRow> {
        let row = |open: OpenLeaf| {
            let set = self.practice_on(&open.leaf, day).filter(|set| set.unit == open.unit).cloned();
            PracticeRow { open, set }
        };
        open_leaves(guideline).into_iter().map(row).collect()
    }
}
