//! The desk: what the kernel looks at, and what every act has to meet.

use jiff::civil::Date;

use crate::account::Account;
use crate::calendar::wareki;
use crate::case::{Case, CaseState};
use crate::entry::{Actor, Decided, Fact, Private};
use crate::guideline::{Basis, Clauses, Guideline, Procedure};
use crate::id::{AccountId, CaseId, GuidelineHash, PersonId};
use crate::network::{Address, Networks};
use crate::office::Post;
use crate::refusal::{OrderField, Refusal, RefusalKind};
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

    pub(crate) fn must_be_open(case: &Case) -> Result<(), Refusal> {
        let (word, next) = match case.state {
            CaseState::Open => return Ok(()),
            CaseState::Completed { .. } => ("完了", "変えるときは、新しい手続を始めてください。"),
            CaseState::Withdrawn { .. } => ("取下げ", "もう一度進めるときは、新しい案件を始めてください。"),
        };
        Err(Refusal::new(RefusalKind::Ended, format!("この案件は{word}になっています。"), next))
    }

    /// A stated day is not after today, and not before the case began.
    pub(crate) fn day_fits(&self, case: &Case, on: Date) -> Result<(), Refusal> {
        self.not_in_future(on)?;
        if on < case.opened_on {
            return Err(Self::day_before(on, "案件の開始", case.opened_on));
        }
        Ok(())
    }

    pub(crate) fn not_in_future(&self, on: Date) -> Result<(), Refusal> {
        if on <= self.today {
            return Ok(());
        }
        Err(Refusal::new(
            RefusalKind::WrongDate,
            format!("日付（{}）が今日より後です。", wareki(on)),
            "実際に行った日を入れてください。",
        )
        .at(OrderField::Day))
    }

    pub(crate) fn day_before(on: Date, what: &str, then: Date) -> Refusal {
        let (on, then) = (wareki(on), wareki(then));
        Refusal::new(
            RefusalKind::WrongDate,
            format!("日付（{on}）が、{what}の日（{then}）より前です。"),
            "順序のとおりの日付を入れてください。",
        )
        .at(OrderField::Day)
    }

    pub(crate) fn decided(&self, by: &By, post: Post, basis: Option<Basis>, fact: Fact, private: Private) -> Decided {
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

/// The live account other than this one that has one of these addresses.
pub fn holder_of<'r>(register: &'r Register, mine: Option<&AccountId>, addresses: &[&Address]) -> Option<&'r Account> {
    register
        .accounts
        .values()
        .filter(|a| a.is_live() && Some(&a.id) != mine)
        .find(|a| a.addresses().any(|held| addresses.iter().any(|wanted| held.is_same(wanted))))
}
