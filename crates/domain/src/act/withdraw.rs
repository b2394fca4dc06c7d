//! Withdrawing a case (取下げ), by the unit that opened it, while nothing of it has been published.

use super::{By, Desk};
use crate::case::{Case, CaseState};
use crate::entry::{Decided, Fact, Private};
use crate::guideline::{Basis, Holder, Purpose};
use crate::id::CaseId;
use crate::office::Post;
use crate::refusal::{OrderField, Refusal, RefusalKind};

impl Desk<'_> {
    /// Whether a person can withdraw a case now, whatever is asked for besides, and in which post.
    pub fn may_withdraw(&self, case: &CaseId, by: &By) -> Result<Post, Refusal> {
        let case = self.case(case)?;
        // Who may not is told so first, whatever else there is to say.
        let rule = Holder::OwningUnitStaff;
        let post = self.post_for(by, &rule, case).ok_or_else(|| {
            Refusal::new(
                RefusalKind::NotYours,
                "取下げは、案件を始めた部署の職員が行います。",
                "案件の担当部署に依頼してください。",
            )
        })?;
        if case.is_published() && !matches!(case.state, CaseState::Withdrawn { .. }) {
            return Err(self.published(case));
        }
        Self::must_be_open(case)?;
        Ok(post)
    }

    /// 取下げ of a case, by the unit that opened it, while nothing of it has been published.
    pub fn withdraw(&self, case: &CaseId, because: &str, by: &By) -> Result<Decided, Refusal> {
        let post = self.may_withdraw(case, by)?;
        let case = self.case(case)?;
        self.day_fits(case, by.on)?;
        let last = case.acts().map(|(_, done)| done.on).chain(case.returned.iter().map(|r| r.on)).max();
        if let Some(last) = last.filter(|last| by.on < *last) {
            return Err(Self::day_before(by.on, "この案件で最後に行ったこと", last));
        }
        if because.trim().is_empty() {
            return Err(Refusal::new(
                RefusalKind::ReasonMissing,
                "取下げの理由がありません。",
                "なぜ取り下げるかを書いてください。記録に残ります。",
            )
            .at(OrderField::Reason));
        }
        let mut private = Private::default();
        private.words.insert("reason".to_owned(), because.to_owned());
        Ok(self.decided(
            by,
            post,
            Some(Basis::Practice("取下げ".to_owned())),
            Fact::CaseWithdrawn { case: case.id.clone() },
            private,
        ))
    }

    /// Why what changed the list is not taken back, and what to do instead: never what the case itself has just done.
    fn published(&self, case: &Case) -> Refusal {
        let ended = matches!(case.purpose, Purpose::Closing | Purpose::Suspension);
        let what = match (ended, &case.state) {
            (true, CaseState::Completed { .. }) => "この案件は完了し、アカウントは一覧から外れました。",
            (true, _) => "この案件で、アカウントはすでに一覧から外れました。",
            (false, CaseState::Completed { .. }) => "この案件は完了し、アカウントは掲載されました。",
            (false, _) => "この案件で、アカウントはすでに掲載されました。",
        };
        let left = self.procedure_of(case).map(|procedure| case.needed(procedure, self.guideline)).unwrap_or_default();
        let left: Vec<String> = left.iter().map(|step| format!("「{}」", step.label)).collect();
        let first = if case.state == CaseState::Open && !left.is_empty() {
            format!("残っている{}を済ませてください。", left.concat())
        } else {
            String::new()
        };
        let undoing: &[Purpose] = match case.purpose {
            Purpose::Closing => &[],
            Purpose::Suspension => &[Purpose::Resumption],
            Purpose::Opening
            | Purpose::Change
            | Purpose::Resumption
            | Purpose::Transfer
            | Purpose::Post
            | Purpose::Incident(_)
            | Purpose::Survey
            | Purpose::Ruling => &[Purpose::Closing, Purpose::Suspension],
        };
        let known = self.guideline.procedures.iter().filter(|known| undoing.contains(&known.purpose));
        let known: Vec<String> = known.map(|known| format!("「{}」", known.label)).collect();
        let then = match known.as_slice() {
            [] if ended && first.is_empty() => {
                "もう一度公式にするときは、新しい開設の手続から始めてください。".to_owned()
            }
            [] if ended => "もう一度公式にするときは、そのあとで新しい開設の手続から始めてください。".to_owned(),
            [] => format!("{}に相談してください。", self.guideline.words.central),
            _ if ended => format!("もう一度公式にするときは、{}を始めてください。", known.join("または")),
            _ => format!("一覧から外すときは、{}を始めてください。", known.join("または")),
        };
        let next = format!("{first}{then}");
        Refusal::new(RefusalKind::WrongStanding, format!("{what}取り下げることはできません。"), next)
    }
}
