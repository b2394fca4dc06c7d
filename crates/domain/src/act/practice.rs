//! Setting a figure that the guideline's text leaves open (市の運用).

use super::{By, Desk};
use crate::calendar::wareki;
use crate::entry::{Decided, Fact, Private};
use crate::guideline::{Basis, Purpose};
use crate::office::Post;
use crate::practice::{Closed, PracticeLeaf, open_leaf};
use crate::refusal::{OrderField, Refusal, RefusalKind};

/// An order to set a figure from the stated day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetPractice {
    /// Which figure.
    pub leaf: PracticeLeaf,
    /// What to.
    pub value: u32,
    /// Why.
    pub reason: String,
}

impl Desk<'_> {
    /// Sets a figure that the guideline leaves to the city, from the stated day on.
    pub fn set_practice(&self, order: &SetPractice, by: &By) -> Result<Decided, Refusal> {
        self.not_in_future(by.on)?;
        let open = open_leaf(self.guideline, &order.leaf).map_err(|closed| match closed {
            Closed::Clause { clause, label } => Refusal::new(
                RefusalKind::NotApplicable,
                format!("「{label}」は、ガイドラインの条文が定めています。市の運用では変えられません。"),
                "変えるときは、ガイドラインを改正し、新しい版として登録してください。",
            )
            .under(&Basis::Clause(clause.clone())),
            Closed::Absent => Refusal::new(
                RefusalKind::NotFound,
                format!("このガイドラインに「{}」の値はありません。", order.leaf),
                "市の運用の一覧にある項目から選んでください。",
            ),
        })?;
        let post = self.practice_setter(by)?;
        let most = open.unit.most();
        if order.value == 0 || order.value > most {
            return Err(Refusal::new(
                RefusalKind::Incomplete,
                format!("「{}」を{}{}にすることはできません。", open.label, order.value, open.unit.label()),
                format!("1から{most}までの値を入れてください。"),
            )
            .at(OrderField::Value));
        }
        if order.reason.trim().is_empty() {
            return Err(Refusal::new(
                RefusalKind::ReasonMissing,
                "市の運用の値を変える理由がありません。",
                "理由を書いてください。記録に残ります。",
            )
            .at(OrderField::Reason));
        }
        if let Some(last) = self.register.practices.get(&order.leaf).and_then(|spans| spans.last())
            && by.on < last.from
        {
            return Err(Self::day_before(by.on, "今の値に変えた", last.from));
        }
        if self.register.figure_on(self.guideline, &order.leaf, by.on) == Some(order.value) {
            return Err(Refusal::new(
                RefusalKind::AlreadyDone,
                format!(
                    "「{}」は、{}の時点ですでに{}{}です。",
                    open.label,
                    wareki(by.on),
                    order.value,
                    open.unit.label()
                ),
                "変わるところがないため、何も記録しませんでした。",
            )
            .at(OrderField::Value));
        }
        let mut private = Private::default();
        private.words.insert("reason".to_owned(), order.reason.trim().to_owned());
        let fact = Fact::PracticeSet { leaf: order.leaf.clone(), unit: open.unit, value: order.value };
        Ok(self.decided(by, post, Some(Basis::Practice(open.why)), fact, private))
    }

    /// The office that keeps the list, or whoever settles what the guideline leaves open.
    fn practice_setter(&self, by: &By) -> Result<Post, Refusal> {
        let residual = self.guideline.residual.iter().map(|r| r.role.as_str());
        if let Ok(Some(post)) = self.post_in(residual, by) {
            return Ok(post);
        }
        let openings = self.guideline.procedures.iter().filter(|p| p.purpose == Purpose::Opening);
        self.filling(openings.flat_map(|p| self.central_rules(p)), by).ok_or_else(|| {
            let keepers = self.guideline.settlers();
            Refusal::new(
                RefusalKind::NotYours,
                format!("市の運用の値は、{keepers}が変えます。"),
                format!("{keepers}に、変えたい値と理由を知らせてください。"),
            )
        })
    }
}
