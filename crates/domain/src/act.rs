//! The kernel: whether an act on a case is allowed now, by this person, on this day.
//!
//! Pure. It answers with what is to be recorded ([`Decided`]) or with a refusal that names the clause. It looks only at
//! the register (or the part of it that the act needs), the guideline of the case and the day given to it; the new
//! state follows from the entry by [`Register::apply`], so that state and entry cannot differ.

mod agree;
mod days;
mod effect;
mod files;
mod hand;
mod note;
mod open;
mod practice;
mod proof;
mod record;
mod role;
mod ruling;
mod send_back;
mod step;

use jiff::civil::Date;

pub use hand::{Hand, Hands};
pub use note::{NoteAccount, NoteImpersonator};
pub use open::{OpenCase, begins, not_carried_out};
pub use practice::SetPractice;
pub use record::{of as record_of, print_facts};
pub use ruling::MakeRuling;
pub use send_back::ReturnCase;
pub use step::DoStep;

use crate::case::{Case, CaseState};
use crate::entry::{Actor, Decided, Fact, Private};
use crate::guideline::{Clauses, Guideline, Procedure, Purpose};
use crate::id::{AccountId, CaseId, GuidelineHash, PersonId};
use crate::network::Networks;
use crate::office::Post;
use crate::refusal::{Refusal, RefusalKind};
use crate::register::Register;

/// What the kernel looks at: the register as it stands, the rules of the case, and the day.
#[derive(Debug, Clone, Copy)]
pub struct Desk<'a> {
    /// The register, or the part of it that the act needs.
    pub register: &'a Register,
    /// The guideline: for an act on a case, the version that the case began with.
    pub guideline: &'a Guideline,
    /// The guideline's clauses, for the texts that are printed.
    pub clauses: Option<&'a Clauses>,
    /// The guideline's hash.
    pub hash: &'a GuidelineHash,
    /// The networks known.
    pub networks: &'a Networks,
    /// Today in Asia/Tokyo.
    pub today: Date,
}

/// Who acts, and on which day as they state it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct By {
    /// The person.
    pub person: PersonId,
    /// The stated day; not after today.
    pub on: Date,
}

impl<'a> Desk<'a> {
    /// The case with this id.
    pub fn case(&self, id: &CaseId) -> Result<&'a Case, Refusal> {
        self.register.cases.get(id).ok_or_else(|| {
            Refusal::new(
                RefusalKind::NotFound,
                format!("案件「{id}」はありません。"),
                "案件の一覧で番号を確かめてください。",
            )
        })
    }

    /// The procedure of a case.
    pub fn procedure_of(&self, case: &Case) -> Result<&'a Procedure, Refusal> {
        self.guideline.procedure(&case.procedure).ok_or_else(|| {
            Refusal::new(
                RefusalKind::NotFound,
                format!("手続「{}」は、この案件のガイドラインにありません。", case.procedure),
                "案件が始まったときのガイドラインを確かめてください。",
            )
        })
    }

    /// Whether a person can withdraw a case now, whatever is asked for besides, and in which post.
    pub fn may_withdraw(&self, case: &CaseId, by: &By) -> Result<Post, Refusal> {
        let case = self.case(case)?;
        // Who may not is told so first, whatever else there is to say.
        let rule = crate::guideline::Holder::OwningUnitStaff;
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
            ));
        }
        let mut private = Private::default();
        private.words.insert("reason".to_owned(), because.to_owned());
        Ok(self.decided(
            by,
            post,
            Some(PRACTICE_WITHDRAWAL.to_owned()),
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
        let first = match case.state {
            CaseState::Open if !left.is_empty() => format!("残っている{}を済ませてください。", left.concat()),
            _ => String::new(),
        };
        let undoing: &[Purpose] = match case.purpose {
            Purpose::Closing => &[],
            Purpose::Suspension => &[Purpose::Resumption],
            _ => &[Purpose::Closing, Purpose::Suspension],
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

    fn must_be_open(case: &Case) -> Result<(), Refusal> {
        let (word, next) = match case.state {
            CaseState::Open => return Ok(()),
            CaseState::Completed { .. } => ("完了", "変えるときは、新しい手続を始めてください。"),
            CaseState::Withdrawn { .. } => ("取下げ", "もう一度進めるときは、新しい案件を始めてください。"),
        };
        Err(Refusal::new(RefusalKind::Ended, format!("この案件は{word}になっています。"), next))
    }

    /// A stated day is not after today, and not before the case began.
    fn day_fits(&self, case: &Case, on: Date) -> Result<(), Refusal> {
        self.not_in_future(on)?;
        if on < case.opened_on {
            return Err(Self::day_before(on, "案件の開始", case.opened_on));
        }
        Ok(())
    }

    fn not_in_future(&self, on: Date) -> Result<(), Refusal> {
        if on <= self.today {
            return Ok(());
        }
        Err(Refusal::new(
            RefusalKind::WrongDate,
            format!("日付（{}）が今日より後です。", crate::calendar::wareki(on)),
            "実際に行った日を入れてください。",
        ))
    }

    fn day_before(on: Date, what: &str, then: Date) -> Refusal {
        let (on, then) = (crate::calendar::wareki(on), crate::calendar::wareki(then));
        Refusal::new(
            RefusalKind::WrongDate,
            format!("日付（{on}）が、{what}の日（{then}）より前です。"),
            "順序のとおりの日付を入れてください。",
        )
    }

    fn decided(&self, by: &By, post: Post, basis: Option<String>, fact: Fact, private: Private) -> Decided {
        Decided {
            effective_on: by.on,
            actor: Actor::Officer { post },
            guideline: Some(self.hash.clone()),
            basis,
            fact,
            private,
        }
    }
}

const PRACTICE_WITHDRAWAL: &str = "市の運用（取下げ）";

/// The live account other than this one that has one of these addresses.
pub fn holder_of<'r>(
    register: &'r Register,
    mine: &AccountId,
    addresses: &[&crate::network::Address],
) -> Option<&'r crate::account::Account> {
    register
        .accounts
        .values()
        .filter(|a| a.is_live() && a.id != *mine)
        .find(|a| a.addresses().any(|held| addresses.iter().any(|wanted| held.is_same(wanted))))
}
