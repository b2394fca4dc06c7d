//! Who may do a step: the roles of the guideline, resolved for the day.

use super::{By, Desk};
use crate::account::Account;
use crate::case::Case;
use crate::evidence::{Decision, DecisionKind, Evidence};
use crate::guideline::{Guideline, Holder, Role, Step};
use crate::office::{Around, Capacity, Post};
use crate::refusal::{Refusal, RefusalKind};

/// Who does a step: the post that acts now, and who decided where a decision is only recorded.
pub(super) struct Doer {
    /// The post that makes the entry.
    pub post: Post,
    /// Whoever decided, when the act records a decision made elsewhere.
    pub decided_by: Option<Post>,
}

impl Doer {
    /// Whoever is answerable for the step itself.
    pub fn answerable(&self) -> &Post {
        self.decided_by.as_ref().unwrap_or(&self.post)
    }
}

impl Desk<'_> {
    /// The post in which a person fills a rule for a case, holders before deputies.
    pub(crate) fn post_for(&self, by: &By, rule: &Holder, case: &Case) -> Option<Post> {
        self.post_around(by, rule, self.around(case))
    }

    fn post_around(&self, by: &By, rule: &Holder, around: Around<'_>) -> Option<Post> {
        let office = &self.register.office;
        office.posts_of(&by.person, by.on).into_iter().find(|post| office.fills(post, rule, around, by.on))
    }

    /// The post in which a person fills one of these rules, around no case.
    pub(super) fn filling(&self, rules: impl IntoIterator<Item = Holder>, by: &By) -> Option<Post> {
        let office = &self.register.office;
        let around = Around::NOTHING;
        let rules: Vec<Holder> = rules.into_iter().collect();
        let posts = office.posts_of(&by.person, by.on).into_iter();
        posts.into_iter().find(|post| rules.iter().any(|rule| office.fills(post, rule, around, by.on)))
    }

    /// The post in which a person holds one of these roles, around no case; a refusal where only the rank is too low.
    pub(super) fn post_in<'r>(
        &self,
        roles: impl IntoIterator<Item = &'r str>,
        by: &By,
    ) -> Result<Option<Post>, Refusal> {
        let mut too_low = None;
        for role in roles.into_iter().filter_map(|id| self.guideline.role(id)) {
            let Some(post) = self.filling([role.holder.clone()], by) else { continue };
            match self.floor_objection(role, &post) {
                None => return Ok(Some(post)),
                Some(refusal) => too_low = Some(refusal),
            }
        }
        too_low.map_or(Ok(None), Err)
    }

    /// Who does this step, or why this person may not.
    pub(super) fn doer(&self, step: &Step, case: &Case, evidence: &Evidence, by: &By) -> Result<Doer, Refusal> {
        if let Evidence::Decision(decision @ Decision { document_number: Some(_), .. }) = evidence {
            return self.recorder(step, case, decision, by);
        }
        if let Evidence::Filing { paper: Some(_) } = evidence {
            return self.on_behalf(step, case, by);
        }
        self.role_holder(step, case, by).map(|post| Doer { post, decided_by: None })
    }

    fn role_holder(&self, step: &Step, case: &Case, by: &By) -> Result<Post, Refusal> {
        let mut too_low = None;
        let around = self.around(case);
        let units = case.units_asked(step, around.units);
        for role in roles_of(self.guideline, step) {
            let Some(post) = self.post_around(by, &role.holder, Around { units: &units, ..around }) else { continue };
            match self.floor_objection(role, &post) {
                None => return Ok(post),
                Some(refusal) => too_low = Some(refusal),
            }
        }
        Err(too_low.or_else(|| self.has_agreed(step, case, by)).unwrap_or_else(|| self.not_yours(step)))
    }

    /// A decision made in the city's own document system: the unit's staff record it, whoever holds the role decided.
    fn recorder(&self, step: &Step, case: &Case, decision: &Decision, by: &By) -> Result<Doer, Refusal> {
        let office = &self.register.office;
        let around = self.around(case);
        let units = case.units_asked(step, around.units);
        // Of several units that each decide for themselves, whoever records does so for their own.
        let own = office.units_of(&by.person, by.on);
        let decided_by = roles_of(self.guideline, step)
            .flat_map(|role| {
                let holders = office.holders(&role.holder, Around { units: &units, ..around }, by.on);
                holders.into_iter().filter(|post| self.floor_objection(role, post).is_none())
            })
            .min_by_key(|post| {
                let barred = case.not_by(step).contains(&post.person);
                let how = (post.capacity == Capacity::Deputy) != (decision.how == DecisionKind::ByDeputy);
                (barred, how, !own.contains(&post.unit))
            });
        let Some(decided_by) = decided_by else {
            return Err(Refusal::new(
                RefusalKind::NotYours,
                format!("「{}」を行う職（{}）に、その日の在任者がいません。", step.label, self.labels_of(step)),
                "組織と職員の登録を確かめてください。代決のときは代決者を登録してください。",
            )
            .under(&step.basis));
        };
        let recorder = self
            .post_for(by, &Holder::OwningUnitStaff, case)
            .or_else(|| self.role_holder(step, case, by).ok())
            .ok_or_else(|| self.not_yours(step))?;
        Ok(Doer { post: recorder, decided_by: Some(decided_by) })
    }

    /// A filing that came on paper: whoever may receive it enters it, the head of the unit is its sender.
    fn on_behalf(&self, step: &Step, case: &Case, by: &By) -> Result<Doer, Refusal> {
        let procedure = self.procedure_of(case)?;
        let receiving = procedure.receiving(step).ok_or_else(|| self.not_yours(step))?;
        let post = self.role_holder(receiving, case, by)?;
        let office = &self.register.office;
        let sender = roles_of(self.guideline, step)
            .flat_map(|role| office.holders(&role.holder, self.around(case), by.on))
            .min_by_key(|post| (case.not_by(step).contains(&post.person), post.capacity == Capacity::Deputy));
        let Some(sender) = sender else {
            return Err(Refusal::new(
                RefusalKind::NotYours,
                format!("届出を出す職（{}）に、その日の在任者がいません。", self.labels_of(step)),
                "組織と職員の登録を確かめてください。",
            )
            .under(&step.basis));
        };
        Ok(Doer { post, decided_by: Some(sender) })
    }

    fn floor_objection(&self, role: &Role, post: &Post) -> Option<Refusal> {
        let floor = role.floor.as_ref().filter(|floor| !self.guideline.reaches(&post.rank, floor))?;
        Some(
            Refusal::new(
                RefusalKind::RankTooLow,
                format!(
                    "{}は{}以上の職にある者が務めます（{}は{}）。",
                    role.label,
                    self.guideline.rank_label(&floor.rank),
                    post.title,
                    self.guideline.rank_label(&post.rank)
                ),
                "職位を満たす方に依頼してください。",
            )
            .under(&floor.basis),
        )
    }

    fn not_yours(&self, step: &Step) -> Refusal {
        Refusal::new(
            RefusalKind::NotYours,
            format!("「{}」は{}が行います。", step.label, self.labels_of(step)),
            "その職にある方、またはその日の代決者に依頼してください。",
        )
        .under(&step.basis)
    }

    pub(crate) fn labels_of(&self, step: &Step) -> String {
        roles_of(self.guideline, step).map(|r| r.label.as_str()).collect::<Vec<_>>().join("または")
    }

    /// Around what roles are resolved for a case.
    pub(super) fn around(&self, case: &Case) -> Around<'_> {
        case.account().and_then(|id| self.register.accounts.get(id)).map_or(Around::NOTHING, Account::around)
    }

    /// The rank floor of a designation, checked for the post it would rest on.
    pub(crate) fn designation_objection(&self, holder: &Holder, post: &Post) -> Option<Refusal> {
        let role = self.guideline.roles.iter().find(|r| r.holder == *holder)?;
        self.floor_objection(role, post)
    }
}

fn roles_of<'g>(guideline: &'g Guideline, step: &'g Step) -> impl Iterator<Item = &'g Role> {
    step.by.iter().filter_map(|id| guideline.role(id))
}
