//! A case with the rules that it began with, as its pages look at it.

use std::collections::BTreeMap;
use std::sync::Arc;

use actions::{CaseView, LoadedGuideline};
use domain::act::{self, Hand, Hands};
use domain::calendar::wareki;
use domain::case::{Case, Done, Outcome};
use domain::guideline::{Procedure, Step};
use domain::office::{Around, Capacity, Office, Post};
use domain::policy::{self, Piece, Policy};

use crate::answer::Answer;
use crate::parts::{Basis, Cell, Passage};
use crate::visit::Visit;
use crate::words;

/// A case with its rules.
pub(crate) struct Seen {
    pub visit: Visit,
    pub view: CaseView,
    pub loaded: Arc<LoadedGuideline>,
}

impl Seen {
    /// The case of this id, if the caller may do the route's action with it.
    pub async fn of(visit: Visit, id: &str) -> Result<Self, Answer> {
        let view = visit.case(id).await?;
        let loaded = visit.city().guideline_of(&view.case).await?;
        Ok(Self { visit, view, loaded })
    }

    /// The case.
    pub fn case(&self) -> &Case {
        &self.view.case
    }

    /// Its procedure.
    pub fn procedure(&self) -> Result<&Procedure, Answer> {
        self.loaded.guideline.procedure(&self.case().procedure).ok_or(Answer::Nowhere)
    }

    /// A step of its procedure.
    pub fn step(&self, id: &str) -> Result<&Step, Answer> {
        self.procedure()?.step(id).ok_or(Answer::Nowhere)
    }

    /// A path below the case.
    pub fn path(&self, rest: &str) -> String {
        let case = self.visit.path(&format!("cases/{}", self.case().id));
        if rest.is_empty() { case } else { format!("{case}/{rest}") }
    }

    /// What the case is called: 子育て応援の開設（c12）.
    pub fn title(&self) -> String {
        format!("{}（{}）", words::case(&self.view.procedure, self.name()), self.case().id)
    }

    /// What the account is called, as far as it has a name.
    pub fn subject(&self) -> String {
        self.name().unwrap_or(words::UNNAMED).to_owned()
    }

    fn name(&self) -> Option<&str> {
        self.case().subject_name(self.view.account.name.as_deref())
    }

    /// The owning units by name, lead first.
    pub fn units(&self) -> String {
        let (office, today) = (self.visit.office(), self.visit.today());
        self.case().units.iter().map(|unit| office.unit_name(unit, today)).collect::<Vec<_>>().join("、")
    }

    /// The policy that the case works on.
    pub fn content(&self) -> Option<&Policy> {
        self.case().policy.as_ref()?.content.as_ref()
    }

    /// The policy as it will be printed, item by item.
    pub fn policy_rows(&self) -> Vec<(String, Cell)> {
        let mut texts = self.policy_texts();
        let items = self.loaded.guideline.policy_items.iter();
        items.filter_map(|item| Some((item.label.clone(), Cell::Text(texts.remove(&item.id)?)))).collect()
    }

    /// What each item of the policy says, by its id; items without text are left out.
    pub fn policy_texts(&self) -> BTreeMap<String, String> {
        let Some(content) = self.content() else { return BTreeMap::new() };
        let guideline = &self.loaded.guideline;
        let (office, networks) = (self.visit.office(), self.visit.city().networks());
        let facts = act::print_facts(content, self.case(), office, networks, self.visit.today());
        let texts = guideline
            .policy_items
            .iter()
            .map(|item| (item.id.clone(), policy::printed(item, content, guideline, &facts)));
        texts.filter(|(_, text)| !text.is_empty()).collect()
    }

    /// What the case's policy says otherwise than the one in force, item by item; nothing where none is in force.
    pub async fn changes(&self) -> Result<Vec<(String, Vec<Passage>)>, Answer> {
        let former = self.view.account.policy.as_ref().filter(|former| **former != self.case().id);
        let (Some(content), Some(former)) = (self.content(), former) else { return Ok(Vec::new()) };
        // The account is one that the caller may see, and with it its policy.
        let former = self.visit.city().case(former).await?.case;
        let Some(before) = former.policy.and_then(|version| version.content) else { return Ok(Vec::new()) };
        let networks = self.visit.city().networks();
        let passage = |piece| match piece {
            Piece::Same(words) => Passage::Same(words),
            Piece::Gone(words) => Passage::Removed(words),
            Piece::New(words) => Passage::Added(words),
        };
        let differing = policy::diff(&before, content, &self.loaded.guideline, networks).into_iter();
        Ok(differing.map(|item| (item.label, item.pieces.into_iter().map(passage).collect())).collect())
    }

    /// Around what the roles of its steps are resolved.
    pub fn around(&self) -> Around<'_> {
        self.view.account.around()
    }

    /// What it depends on who can put a hand to the steps.
    fn hands(&self) -> Option<Hands<'_>> {
        let (procedure, guideline) = (self.procedure().ok()?, &self.loaded.guideline);
        let (office, day) = (self.visit.office().as_ref(), self.visit.today());
        Some(Hands { case: self.case(), procedure, guideline, office, around: self.around(), day })
    }

    /// How the caller can put a hand to a step when it is open.
    pub fn hand(&self, step: &Step) -> Option<Hand> {
        self.hands()?.of(self.visit.person().ok()?, step)
    }

    /// How the caller can put a hand to a step now.
    pub fn offered(&self, step: &Step) -> Option<Hand> {
        self.hands()?.offered(self.visit.person().ok()?, step)
    }

    /// Whether the caller can write the policy now.
    pub fn drafts(&self) -> bool {
        let draft = self.procedure().ok().and_then(Procedure::drafting);
        draft.is_some_and(|step| self.offered(step) == Some(Hand::Own))
    }

    /// Whether the caller can withdraw the case.
    pub fn withdraws(&self) -> bool {
        let person = self.visit.person().ok();
        person.zip(self.hands()).is_some_and(|(person, hands)| hands.withdraws(person))
    }

    /// Who does a step, by role: 情報発信機関の長.
    pub fn roles(&self, step: &Step) -> String {
        let roles = step.by.iter().filter_map(|id| self.loaded.guideline.role(id));
        roles.map(|role| role.label.as_str()).collect::<Vec<_>>().join("または")
    }

    /// Whoever may do a step today, by post and name.
    pub fn holders(&self, step: &Step) -> Vec<String> {
        let able = self.hands().map(|hands| hands.able(step)).unwrap_or_default();
        able.iter().map(|post| named(self.visit.office(), post)).collect()
    }

    /// The units whose heads have said yes to a step that asks each of them.
    pub fn said_yes(&self, step: &Step) -> Vec<String> {
        let (office, today) = (self.visit.office(), self.visit.today());
        let said = self.case().agreed.get(&step.id).into_iter().flatten();
        said.map(|yes| office.unit_names(&yes.units, today)).collect()
    }

    /// A basis of the case's guideline.
    pub fn basis(&self, basis: &domain::guideline::Basis) -> Basis {
        self.visit.basis_in(&self.loaded, basis)
    }

    /// What a step is called.
    pub fn label<'s>(&'s self, step: &'s str) -> &'s str {
        self.procedure().ok().and_then(|procedure| procedure.step(step)).map_or(step, |step| step.label.as_str())
    }

    /// The place of the last entry that speaks of the case.
    pub fn last_seq(&self) -> u64 {
        let steps = self.case().acts().map(|(_, done)| done.seq);
        steps.chain(self.case().returned.iter().map(|returned| returned.seq)).max().unwrap_or_default()
    }

    /// What was done behind a place of the ledger, in sentences.
    pub fn since(&self, seq: u64) -> Vec<String> {
        let mut done: Vec<(&String, &Done)> = self.case().acts().filter(|(_, done)| done.seq > seq).collect();
        done.sort_by_key(|(_, done)| done.seq);
        let mut told: Vec<String> = done.into_iter().map(|(step, done)| self.told(step, done)).collect();
        let returned = self.case().returned.as_ref().filter(|returned| returned.seq > seq);
        told.extend(returned.map(|returned| {
            format!("{}に「{}」で差し戻されました。", wareki(returned.on), self.label(&returned.by_step))
        }));
        told
    }

    /// A step that was done, in a sentence.
    pub fn told(&self, step: &str, done: &Done) -> String {
        let to_come = done.last_day().filter(|last| done.on < *last);
        let what = match (done.outcome, to_come) {
            (Outcome::Done, Some(last)) => format!("を、{}を最後の日として記録しました。", wareki(last)),
            (Outcome::Done, None) => "を行いました。".to_owned(),
            (other, _) => format!("を「{}」としました。", words::outcome(other)),
        };
        let deputy = if done.by.capacity == Capacity::Deputy { "の代決者" } else { "" };
        format!("{}、{}{deputy}が「{}」{what}", wareki(done.on), done.by.title, self.label(step))
    }
}

/// A post with the name of whoever holds it.
pub(crate) fn named(office: &Office, post: &Post) -> String {
    let name = office.people.get(&post.person).and_then(|person| person.name.clone());
    let name = name.unwrap_or_else(|| post.person.0.clone());
    let deputy = if post.capacity == Capacity::Deputy { "、代決" } else { "" };
    format!("{}（{name}{deputy}）", post.title)
}
