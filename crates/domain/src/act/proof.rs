//! Whether what is given as proof proves the step.

use jiff::civil::Date;

use super::{By, Desk, DoStep, days};
use crate::account::Standing;
use crate::calendar::wareki;
use crate::case::{Case, Outcome};
use crate::evidence::{Decision, Evidence, ListingPlace, Shown, clauses_to_confirm};
use crate::guideline::{ClauseId, Designation, Holder, ItemKind, Purpose, Role, Step, StepKind, When};
use crate::office::{Capacity, Post};
use crate::policy::{self, ItemProblem, Policy, Stage};
use crate::refusal::{Refusal, RefusalKind};

impl Desk<'_> {
    /// Refuses a proof that does not fit the step; what was not done (an exception, not needed) needs none.
    pub(super) fn proof_fits(
        &self,
        step: &Step,
        case: &Case,
        evidence: &Evidence,
        order: &DoStep,
        by: &By,
    ) -> Result<(), Refusal> {
        if order.outcome != Outcome::Done {
            return Ok(());
        }
        let wanted = Evidence::word_for(step.kind);
        if evidence.word() != wanted {
            return Err(Self::wrong(step, format!("「{}」の記録として、別の種類の内容が送られました。", step.label)));
        }
        match step.kind {
            StepKind::Draft if order.policy.is_none() => {
                Err(Self::wrong(step, format!("{}の内容がありません。", self.guideline.words.policy)))
            }
            StepKind::Draft => self.says_something_new(step, case, order),
            StepKind::File => {
                self.paper_fits(step, case, evidence, by)?;
                self.has_last_day(step, case)?;
                self.complete(step, case, Stage::Filing, Some(filed_on(evidence, by)))
            }
            StepKind::Acquire => self.names_network(step, case),
            StepKind::Start => self.complete(step, case, Stage::Listing, None),
            StepKind::Stop => self.stop_fits(step, case, evidence, by),
            StepKind::DeleteAccount => self.has_last_day(step, case),
            StepKind::List => self.listing_fits(step, case, evidence, by),
            StepKind::Delist => {
                self.has_last_day(step, case)?;
                self.place_fits(step, case, evidence, by)
            }
            StepKind::ConfirmDelisted => self.place_fits(step, case, evidence, by),
            StepKind::Decide | StepKind::Consult | StepKind::ApprovePost => {
                self.complete(step, case, Stage::Filing, Some(by.on))?;
                self.decision_fits(step, case, evidence, by)
            }
            StepKind::ShowProfile => self.profile_fits(step, evidence),
            // What is shared or shown is the whole policy, as far as it is known before the account is there.
            StepKind::Share => self.complete(step, case, Stage::Filing, None),
            StepKind::ShowPolicy => {
                Self::text_fits(step, evidence, "表示した場所のＵＲＬ")?;
                self.complete(step, case, Stage::Filing, None)
            }
            StepKind::ConfirmTerminal => Self::text_fits(step, evidence, "端末の名前"),
            StepKind::Designate => self.designation_fits(step, case, evidence, by),
            StepKind::Acknowledge => {
                Self::all_confirmed(step, evidence, &clauses_to_confirm(step.kind, self.guideline))
            }
            _ => Ok(()),
        }
    }

    /// Whether the policy that a step is about is there, and complete under the rules of its stage; with a day, whether its
    /// period is not over on that day.
    fn complete(&self, step: &Step, case: &Case, stage: Stage, on: Option<Date>) -> Result<(), Refusal> {
        let Some(content) = self.policy_for(step, case)? else { return Ok(()) };
        let mut problems = policy::problems(&content, self.guideline, self.networks, stage);
        problems.extend(on.and_then(|on| policy::is_over(&content, self.guideline, on)));
        self.nothing_wrong(step, problems)
    }

    /// A draft that says what the last one says is none: it would make void what was decided on, for nothing.
    fn says_something_new(&self, step: &Step, case: &Case, order: &DoStep) -> Result<(), Refusal> {
        let former = case.policy.as_ref().and_then(|version| version.content.as_ref());
        let (Some(former), Some(now)) = (former.filter(|_| case.steps.contains_key(&step.id)), &order.policy) else {
            return Ok(());
        };
        if !policy::diff(former, now, self.guideline, self.networks).is_empty() {
            return Ok(());
        }
        let policy = &self.guideline.words.policy;
        Err(Refusal::new(
            RefusalKind::AlreadyDone,
            format!("{policy}に、前の版から変わったところがありません。何も変えていません。"),
            "前の版がそのまま有効です。直すところがあるときは、直してから起案してください。",
        )
        .under(&step.basis))
    }

    /// Whether it is written on which network the account will be, and the guideline covers that network.
    fn names_network(&self, step: &Step, case: &Case) -> Result<(), Refusal> {
        let Some(content) = self.policy_for(step, case)? else { return Ok(()) };
        let item = self.guideline.item(ItemKind::Network);
        let mut problems = policy::problems(&content, self.guideline, self.networks, Stage::Filing);
        problems.retain(|problem| item.is_some_and(|item| item.id == problem.item));
        self.nothing_wrong(step, problems)
    }

    /// What is put on the list for the first time has a policy, also where a guideline lets its drafting be left out: the
    /// list would have nothing to say.
    fn has_policy(&self, step: &Step, case: &Case) -> Result<(), Refusal> {
        let written = case.policy.as_ref().is_some_and(|version| version.content.is_some());
        let draft = self.procedure_of(case)?.steps.iter().find(|draft| draft.kind == StepKind::Draft);
        match draft.filter(|_| case.purpose == Purpose::Opening && !written) {
            Some(draft) => Err(Refusal::new(
                RefusalKind::Incomplete,
                format!("{}がないため、「{}」に進めません。", self.guideline.words.policy, step.label),
                format!("「{}」をやり直し、{}を書いてください。", draft.label, self.guideline.words.policy),
            )
            .under(&step.basis)),
            None => Ok(()),
        }
    }

    /// The policy that a step is about; `None` where its procedure writes none before it, as a closing mostly does.
    fn policy_for(&self, step: &Step, case: &Case) -> Result<Option<Policy>, Refusal> {
        let procedure = self.procedure_of(case)?;
        let Some(draft) = procedure.drafting_before(step).filter(|draft| case.applies(draft, self.guideline)) else {
            return Ok(None);
        };
        // What was sent back is not written again by being there still.
        let written = case.steps.get(&draft.id).ok_or_else(|| self.unwritten(step, draft, case))?;
        let Some(version) = case.policy.as_ref().filter(|_| written.outcome == Outcome::Done) else {
            return Ok(None);
        };
        let mut content = version.content.clone().unwrap_or_default();
        if let Some(url) = &case.acquired_url {
            content.url = Some(url.clone());
        }
        Ok(Some(content))
    }

    fn unwritten(&self, step: &Step, draft: &Step, case: &Case) -> Refusal {
        let optional = Outcome::allowed(draft.strength).contains(&Outcome::NotNeeded);
        let without =
            if optional { "作らないときは、「必要なし」と記録してください。" } else { "" };
        let former = case.policy.as_ref().and_then(|version| version.content.clone());
        let how = if former.is_some() {
            "差し戻されたまま作り直されていない"
        } else {
            "まだ作られていない"
        };
        let problems = policy::problems(&former.unwrap_or_default(), self.guideline, self.networks, Stage::Filing);
        Refusal::new(
            RefusalKind::Incomplete,
            format!("{}が{how}ため、「{}」に進めません。", self.guideline.words.policy, step.label),
            format!("先に「{}」を済ませてください。{without}", draft.label),
        )
        .under(&step.basis)
        .with_items(problems)
    }

    fn nothing_wrong(&self, step: &Step, problems: Vec<ItemProblem>) -> Result<(), Refusal> {
        if problems.is_empty() {
            return Ok(());
        }
        Err(Refusal::new(
            RefusalKind::Incomplete,
            format!(
                "{}に足りない、または直すところが{}か所あるため、「{}」に進めません。",
                self.guideline.words.policy,
                problems.len(),
                step.label
            ),
            "それぞれを直してから、もう一度進めてください。入力した内容は残っています。",
        )
        .under(&step.basis)
        .with_items(problems))
    }

    /// A filing that came on paper has its number, was not entered before it came, and came on a day that can be meant.
    fn paper_fits(&self, step: &Step, case: &Case, evidence: &Evidence, by: &By) -> Result<(), Refusal> {
        let Evidence::Filing { paper: Some(paper) } = evidence else { return Ok(()) };
        if paper.document_number.trim().is_empty() {
            return Err(Self::wrong(step, "紙で届いた届出の文書番号がありません。".to_owned()));
        }
        if by.on < paper.received_on {
            return Err(Self::day_before(by.on, "届出が届いた", paper.received_on).under(&step.basis));
        }
        self.can_be_meant(step, case, days::RECEIVED, paper.received_on)
    }

    /// What says or follows the end of use is not done while nobody has said when that is.
    fn has_last_day(&self, step: &Step, case: &Case) -> Result<(), Refusal> {
        let procedure = self.procedure_of(case)?;
        let Some(last) = case.lacks_last_day(step, procedure, self.guideline) else { return Ok(()) };
        Err(Refusal::new(
            RefusalKind::Incomplete,
            format!("利用の最後の日がまだ記録されていないため、「{}」に進めません。", step.label),
            format!("先に「{}」を済ませてください。", last.label),
        )
        .under(&last.basis))
    }

    /// What is off the list already is not recorded as in use until a day to come.
    fn stop_fits(&self, step: &Step, case: &Case, evidence: &Evidence, by: &By) -> Result<(), Refusal> {
        let Evidence::Stop { last_day } = evidence else { return Ok(()) };
        self.can_be_meant(step, case, days::LAST, *last_day)?;
        let account = self.register.accounts.get(&case.account);
        let off = account.is_some_and(|a| {
            matches!(a.standing, Standing::Suspended { .. } | Standing::Delisted { .. } | Standing::Closed { .. })
        });
        // A suspended account that is now closed went off the list before this case.
        let here = case.steps.values().any(|done| done.evidence.word() == "listing");
        if !(off && here) || *last_day <= by.on {
            return Ok(());
        }
        Err(Refusal::new(
            RefusalKind::WrongDate,
            format!("一覧からの削除は済んでいますが、利用の最後の日（{}）がまだ来ていません。", wareki(*last_day)),
            "実際の最後の日を入れてください。まだ使っているときは、使い終えてから記録してください。",
        )
        .under(&step.basis))
    }

    fn listing_fits(&self, step: &Step, case: &Case, evidence: &Evidence, by: &By) -> Result<(), Refusal> {
        self.of_its_owners(step, case, by)?;
        self.complete(step, case, Stage::Listing, Some(by.on))?;
        self.has_policy(step, case)?;
        self.place_fits(step, case, evidence, by)?;
        let typed = case.policy.as_ref().and_then(|p| p.content.as_ref()?.url.as_ref());
        let known = self.register.accounts.get(&case.account).and_then(|a| a.address.as_ref());
        if known.is_none() && case.acquired_url.is_none() && typed.is_none_or(|url| url.trim().is_empty()) {
            return Err(Self::wrong(step, "アカウントのＵＲＬがまだ分かっていないため、掲載できません。".to_owned()));
        }
        Ok(())
    }

    /// A listing makes the case's units the account's. Cases once began under units that never owned the account; those
    /// stay readable, and none of them may give it away.
    fn of_its_owners(&self, step: &Step, case: &Case, by: &By) -> Result<(), Refusal> {
        let office = &self.register.office;
        let owners = self.register.accounts.get(&case.account).map_or(&[][..], |account| &account.units);
        if office.all_carrying_on(owners, by.on) == office.all_carrying_on(&case.units, by.on) {
            return Ok(());
        }
        Err(Refusal::new(
            RefusalKind::NotApplicable,
            format!(
                "この案件は「{}」の案件として始められていますが、アカウントを所管する組織は「{}」です。掲載すると所管が変わるため、「{}」に進めません。",
                office.unit_names(&case.units, by.on),
                office.unit_names(owners, by.on),
                step.label
            ),
            "所管する組織の職員がこの案件を取り下げ、もう一度始めてください。",
        )
        .under(&step.basis))
    }

    fn place_fits(&self, step: &Step, case: &Case, evidence: &Evidence, by: &By) -> Result<(), Refusal> {
        let Evidence::Listing(ListingPlace::Elsewhere { url, seen_on }) = evidence else { return Ok(()) };
        if !self.is_own_page(url) {
            return Err(Self::wrong(
                step,
                format!("掲載したページのＵＲＬ「{url}」は、公式サイトのものではありません。"),
            ));
        }
        if *seen_on > by.on {
            return Err(Self::day_before(by.on, "ページを確認した", *seen_on).under(&step.basis));
        }
        self.can_be_meant(step, case, days::SEEN, *seen_on)
    }

    fn decision_fits(&self, step: &Step, case: &Case, evidence: &Evidence, by: &By) -> Result<(), Refusal> {
        let Evidence::Decision(decision) = evidence else { return Ok(()) };
        if decision.document_number.as_ref().is_some_and(|n| n.trim().is_empty()) {
            return Err(Self::wrong(step, "文書番号が空です。".to_owned()));
        }
        let committee = step.by.iter().filter_map(|id| self.guideline.role(id)).find_map(|role| match &role.holder {
            Holder::Committee { quorum, .. } => Some((role, *quorum)),
            _ => None,
        });
        match committee {
            Some((role, quorum)) => Self::meeting_fits(step, role, quorum, decision, case, by)?,
            None if decision.meeting.is_some() => {
                let what = format!(
                    "「{}」は{}が決めるもので、会議で決めるものではありません。会議の日と出席者の数が書かれています。",
                    step.label,
                    self.labels_of(step)
                );
                let next = "会議の日と出席者の数を消してください。会議の記録は、添付か書き添えに残せます。".to_owned();
                return Err(Refusal { next, ..Self::wrong(step, what) });
            }
            None => {}
        }
        if step.kind == StepKind::ApprovePost {
            let items = clauses_to_confirm(step.kind, self.guideline);
            return Self::all_confirmed(step, &Evidence::Clauses { confirmed: decision.checked.clone() }, &items);
        }
        Ok(())
    }

    fn meeting_fits(
        step: &Step,
        role: &Role,
        quorum: u32,
        decision: &Decision,
        case: &Case,
        by: &By,
    ) -> Result<(), Refusal> {
        let label = &role.label;
        // How many have to be there is what the role says, not the step.
        let Some(meeting) = &decision.meeting else {
            let what = format!("{label}の会議の日と出席者の数がありません。");
            return Err(Self::wrong(step, what).under(&role.basis));
        };
        if meeting.present < quorum {
            let what = format!("{label}の定足数は{quorum}名ですが、出席は{}名です。", meeting.present);
            return Err(Refusal {
                next: "定足数を満たす会議で決めてから記録してください。".to_owned(),
                ..Self::wrong(step, what).under(&role.basis)
            });
        }
        if meeting.held_on > by.on || meeting.held_on < case.opened_on {
            return Err(Self::wrong(
                step,
                format!("{label}の会議の日（{}）が、案件の開始から決定の日までの間にありません。", meeting.held_on),
            ));
        }
        Ok(())
    }

    /// A step that only cases without individual replies have asks for the stance; any other for the city's page.
    fn profile_fits(&self, step: &Step, evidence: &Evidence) -> Result<(), Refusal> {
        let Evidence::Profile { page_url, stance, contact } = evidence else { return Ok(()) };
        if step.when.contains(&When::NoReplies) {
            if *stance == Shown::Shown && *contact == Shown::Shown {
                return Ok(());
            }
            return Err(Refusal::new(
                RefusalKind::WrongEvidence,
                "個別に返信しない方針なので、その旨と問合せ先の両方をプロフィール欄に示す必要があります。",
                "プロフィール欄に両方を書き、確かめてから、両方を「示した」として記録してください。",
            )
            .under(&step.basis));
        }
        if self.is_own_page(page_url) {
            return Ok(());
        }
        let what = format!("プロフィール欄に書いたＵＲＬ「{page_url}」は、公式サイトのページではありません。");
        Err(Self::wrong(step, what))
    }

    fn text_fits(step: &Step, evidence: &Evidence, what: &str) -> Result<(), Refusal> {
        let (Evidence::Place { url: text } | Evidence::Terminal { device: text }) = evidence else { return Ok(()) };
        if text.trim().is_empty() {
            return Err(Self::wrong(step, format!("{what}がありません。")));
        }
        Ok(())
    }

    /// Both persons have a post in an owning unit, are two persons, and the approver meets the floor.
    fn designation_fits(&self, step: &Step, case: &Case, evidence: &Evidence, by: &By) -> Result<(), Refusal> {
        let Evidence::Designation { poster, approver } = evidence else { return Ok(()) };
        for (person, role) in [(poster, Designation::Poster), (approver, Designation::Approver)] {
            // Whoever only stands in for a post has no assignment that the designation could end with.
            let post = designated_post(self, case, person, by).ok_or_else(|| {
                Refusal::new(
                    RefusalKind::WrongEvidence,
                    format!("職員番号「{person}」は、この日、担当部署の職にありません。"),
                    "担当部署にいる職員を指定してください。",
                )
                .under(&step.basis)
            })?;
            if let Some(refusal) = self.designation_objection(&Holder::Designated(role), &post) {
                return Err(refusal);
            }
        }
        if poster == approver {
            return Err(Refusal {
                basis: Some("市の運用（担当者と責任者は別の職員とする）".to_owned()),
                ..Refusal::new(
                    RefusalKind::SecondPerson,
                    "担当者と責任者に同じ職員を指定することはできません。",
                    "別の職員を指定してください。",
                )
            });
        }
        Ok(())
    }

    fn all_confirmed(step: &Step, evidence: &Evidence, wanted: &[ClauseId]) -> Result<(), Refusal> {
        let Evidence::Clauses { confirmed } = evidence else { return Ok(()) };
        let unknown = confirmed.iter().find(|c| !wanted.contains(c));
        if let Some(unknown) = unknown {
            return Err(Self::wrong(step, format!("「{}」は確認する項目ではありません。", unknown.said())));
        }
        let missing: Vec<String> = wanted.iter().filter(|c| !confirmed.contains(c)).map(ClauseId::said).collect();
        if missing.is_empty() {
            return Ok(());
        }
        Err(Self::wrong(step, format!("まだ確認していない項目があります：{}", missing.join("、"))))
    }

    /// A page of the city's own site.
    fn is_own_page(&self, url: &str) -> bool {
        crate::network::is_own_page(url, &self.guideline.municipality.own_hosts)
    }

    fn wrong(step: &Step, what: String) -> Refusal {
        Refusal::new(RefusalKind::WrongEvidence, what, "内容を確かめて、もう一度記録してください。").under(&step.basis)
    }
}

/// The day on which a filing was made: one that came on paper on the day it came.
fn filed_on(evidence: &Evidence, by: &By) -> Date {
    match evidence {
        Evidence::Filing { paper: Some(paper) } => paper.received_on,
        _ => by.on,
    }
}

/// The post a designation rests on.
pub(super) fn designated_post(desk: &Desk<'_>, case: &Case, person: &crate::id::PersonId, by: &By) -> Option<Post> {
    let named = By { person: person.clone(), on: by.on };
    desk.post_for(&named, &Holder::OwningUnitStaff, case).filter(|post| post.capacity == Capacity::Holder)
}
