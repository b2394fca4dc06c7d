//! A step to which the head of each unit that shares an account says yes (合議): one by one, each for their own unit.

use jiff::civil::Date;

use super::{By, Desk};
use crate::case::Case;
use crate::entry::Agreed;
use crate::guideline::{Holder, Step};
use crate::id::UnitId;
use crate::office::{Around, Post};
use crate::refusal::{Refusal, RefusalKind};

impl Desk<'_> {
    /// Whose yes a step is when this post does it, and whose is still to come; `None` where one yes is all that is asked.
    pub(super) fn agreed(&self, step: &Step, case: &Case, post: &Post, on: Date) -> Option<Agreed> {
        let owners = self.around(case).units;
        if owners.len() <= 2 || !self.guideline.asks_each_sharing_unit(step) {
            return None;
        }
        let asked = case.units_asked(step, owners);
        let (lead, sharing) = asked.split_first()?;
        let leads = |unit: &UnitId| {
            let units = [lead.clone(), unit.clone()];
            let around = Around { units: &units, designated: &[] };
            self.register.office.fills(post, &Holder::SharingUnitHead, around, on)
        };
        let (units, left) = sharing.iter().cloned().partition(leads);
        Some(Agreed { units, left })
    }

    /// Why somebody whose unit has said yes already does not say it again; `None` where that is not the reason.
    pub(super) fn has_agreed(&self, step: &Step, case: &Case, by: &By) -> Option<Refusal> {
        let said: Vec<&UnitId> = case.agreed.get(&step.id)?.iter().flat_map(|yes| &yes.units).collect();
        self.post_for(by, &Holder::SharingUnitHead, case)?;
        let names = |units: &[UnitId]| self.register.office.unit_names(units, by.on);
        let left: Vec<UnitId> = self.around(case).units.iter().skip(1).filter(|u| !said.contains(u)).cloned().collect();
        Some(
            Refusal::new(
                RefusalKind::AlreadyDone,
                format!("「{}」で、あなたの組織の長がすることは、すでに記録されています。", step.label),
                format!("残っているのは「{}」です。その組織の長に依頼してください。", names(&left)),
            )
            .under(&step.basis),
        )
    }
}
