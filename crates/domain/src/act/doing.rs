//! A step that is being done: the order, and all that its kind looks at.

mod address;
mod days;
mod policy;

use super::{By, Desk};
use crate::account::{Account, Standing};
use crate::attachment::NamedFile;
use crate::case::{Case, Outcome};
use crate::entry::Effect;
use crate::evidence::{Evidence, KeyName, ListingPlace};
use crate::guideline::{ClauseId, Holder, Procedure, Step};
use crate::id::{CaseId, PersonId};
use crate::network;
use crate::office::{Capacity, Post};
use crate::policy::Policy;
use crate::refusal::{Refusal, RefusalKind};

/// An order to do a step.
#[derive(Debug, Clone, PartialEq)]
pub struct DoStep {
    /// The case.
    pub case: CaseId,
    /// The step's id.
    pub step: String,
    /// What came of it.
    pub outcome: Outcome,
    /// What proves it.
    pub evidence: Evidence,
    /// The policy's content, for a drafting step.
    pub policy: Option<Policy>,
    /// Free words: a reason for an exception, what was done.
    pub note: Option<String>,
    /// 担当: the person named on a filing.
    pub contact_person: Option<String>,
    /// The files that prove it.
    pub attachments: Vec<NamedFile>,
    /// The version of the case that the person saw.
    pub seen: u64,
}

/// A step that is being done.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Doing<'a> {
    pub desk: &'a Desk<'a>,
    pub procedure: &'a Procedure,
    pub step: &'a Step,
    pub case: &'a Case,
    pub order: &'a DoStep,
    /// What proves it, with the capacity in which it was decided.
    pub evidence: &'a Evidence,
    pub by: &'a By,
}

/// What follows from a step.
#[derive(Debug, Default)]
pub(crate) struct Consequence {
    pub effects: Vec<Effect>,
    /// The listing record's bytes, where it lists.
    pub listing: Option<String>,
}

impl From<Vec<Effect>> for Consequence {
    fn from(effects: Vec<Effect>) -> Self {
        Self { effects, listing: None }
    }
}

impl<'a> Doing<'a> {
    /// The account of the case.
    pub fn account(&self) -> Option<&'a Account> {
        self.case.account().and_then(|id| self.desk.register.accounts.get(id))
    }

    /// Whether citizens have been told what the account is: on the list, or off it for a time.
    pub fn is_published(&self) -> bool {
        self.account().is_some_and(|a| matches!(a.standing, Standing::Listed(_) | Standing::Suspended { .. }))
    }

    /// What the city calls a policy.
    pub fn policy_word(&self) -> &'a str {
        &self.desk.guideline.words.policy
    }

    /// The post in which somebody holds a position of an owning unit, as a designation rests on it: whoever only stands in
    /// for a post has no assignment that the designation could end with.
    pub fn designated_post(&self, person: &PersonId) -> Option<Post> {
        let named = By { person: person.clone(), on: self.by.on };
        self.desk.post_for(&named, &Holder::OwningUnitStaff, self.case).filter(|post| post.capacity == Capacity::Holder)
    }

    /// Refuses a proof that does not fit the step.
    pub fn wrong(&self, what: impl Into<String>) -> Refusal {
        Refusal::new(RefusalKind::WrongEvidence, what, "内容を確かめて、もう一度記録してください。")
            .under(&self.step.basis)
    }

    /// Refuses the same of a text that says nothing.
    pub fn says(&self, text: &str, name: KeyName, what: &str) -> Result<(), Refusal> {
        if text.trim().is_empty() {
            return Err(self.wrong(format!("{what}がありません。")).at(name));
        }
        Ok(())
    }

    /// Refuses a page of another system that is not the city's own, or that was seen on a day that cannot be.
    pub fn place_fits(&self) -> Result<(), Refusal> {
        let Evidence::Listing(ListingPlace::Elsewhere { url, seen_on }) = self.evidence else { return Ok(()) };
        if !self.is_own_page(url) {
            let what = format!("掲載したページのＵＲＬ「{url}」は、公式サイトのものではありません。");
            return Err(self.wrong(what).at(KeyName::Url));
        }
        if *seen_on > self.by.on {
            return Err(Desk::day_before(self.by.on, "ページを確認した", *seen_on).under(&self.step.basis));
        }
        self.can_be_meant(KeyName::SeenOn, "ページを確かめた日", *seen_on)
    }

    /// Whether a URL is a page of the city's own site.
    pub fn is_own_page(&self, url: &str) -> bool {
        network::is_own_page(url, &self.desk.guideline.municipality.own_hosts)
    }

    /// Refuses what was not confirmed clause by clause.
    pub fn all_confirmed(&self, confirmed: &[ClauseId], wanted: &[ClauseId], name: KeyName) -> Result<(), Refusal> {
        if let Some(unknown) = confirmed.iter().find(|clause| !wanted.contains(clause)) {
            return Err(self.wrong(format!("「{}」は確認する項目ではありません。", unknown.said())).at(name));
        }
        let missing: Vec<String> = wanted.iter().filter(|c| !confirmed.contains(c)).map(ClauseId::said).collect();
        if missing.is_empty() {
            return Ok(());
        }
        Err(self.wrong(format!("まだ確認していない項目があります：{}", missing.join("、"))).at(name))
    }
}
