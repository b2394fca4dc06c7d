//! What a sheet says in two ways, of which one would be lost in silence.

use super::{Part, Sheet, SheetProblem, field};
use crate::guideline::{Guideline, ItemKind};
use crate::refusal::{At, ItemProblem};

impl Sheet {
    /// Hours in words of one's own, while the guideline's sentence is chosen: one of the two would be lost in silence.
    pub(super) fn said_twice(&self, guideline: &Guideline) -> Option<SheetProblem> {
        let item = guideline.item(ItemKind::Hours).filter(|item| item.sentence.is_some())?;
        let own = self.said(field::HOURS_TEXT).filter(|_| self.text(field::HOURS) != field::OWN_WORDS)?;
        let own: String = own.chars().take(20).collect();
        Some(SheetProblem {
            part: Part::Hours,
            field: field::HOURS_TEXT.to_owned(),
            problem: ItemProblem {
                at: At::Item(item.id.clone()),
                label: item.label.clone(),
                what: format!(
                    "{}に、ガイドラインの文（曜日と時刻）と、自分で書いた文（「{own}」）の両方があります。",
                    item.label
                ),
                basis: item.basis.clone(),
                next: "どちらで書くかを「書き方」で選び、自分で書いた文を使わないときは消してください。".to_owned(),
            },
        })
    }
}
