//! Ruling on what the guideline does not say (定めのない事項の決定).

use super::{By, Desk};
use crate::entry::{Decided, Fact, Private};
use crate::evidence::Meeting;
use crate::guideline::{Basis, ClauseId};
use crate::id::RulingId;
use crate::refusal::{OrderField, Refusal, RefusalKind};
use crate::ruling::{About, authority, not_theirs};

/// An order to make a ruling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MakeRuling {
    /// The ruling's id.
    pub ruling: RulingId,
    /// What it is called.
    pub title: String,
    /// Its words.
    pub words: String,
    /// The clause that it fills out, where it fills out one.
    pub clause: Option<ClauseId>,
    /// What it is about, where it is about one thing.
    pub about: Option<About>,
    /// Its 文書番号, where the city's document system has it.
    pub document_number: Option<String>,
    /// The meeting, for a committee.
    pub meeting: Option<Meeting>,
}

impl Desk<'_> {
    /// Records a ruling by whoever the guideline gives that power to.
    pub fn rule(&self, order: &MakeRuling, by: &By) -> Result<Decided, Refusal> {
        self.not_in_future(by.on)?;
        if self.register.rulings.contains_key(&order.ruling) {
            return Err(Self::id_taken(&format!("決定「{}」", order.ruling)));
        }
        let roles = authority(self.guideline).map(|(role, _)| role.id.as_str());
        let refused = || not_theirs(self.guideline);
        let post = self.post_in(roles, by)?.ok_or_else(refused)?;
        let (_, basis) = authority(self.guideline).next().ok_or_else(refused)?;
        self.ruling_is_whole(order, by, basis)?;
        let mut private = Private::default();
        for (key, words) in [("title", &order.title), ("words", &order.words)] {
            private.words.insert(key.to_owned(), words.trim().to_owned());
        }
        let fact = Fact::RulingMade {
            ruling: order.ruling.clone(),
            clause: order.clause.clone(),
            about: order.about.clone(),
            document_number: order.document_number.as_ref().map(|n| n.trim().to_owned()),
            meeting: order.meeting.clone(),
        };
        Ok(self.decided(by, post, Some(basis.clone()), fact, private))
    }

    fn ruling_is_whole(&self, order: &MakeRuling, by: &By, basis: &Basis) -> Result<(), Refusal> {
        let refused =
            |kind, field, what: String, next: &str| Err(Refusal::new(kind, what, next).at(field).under(basis));
        let texts = [(&order.title, OrderField::Title, "題名"), (&order.words, OrderField::Words, "内容")];
        for (words, field, what) in texts {
            if words.trim().is_empty() {
                let what = format!("決定の{what}がありません。");
                return refused(RefusalKind::Incomplete, field, what, "何をどう決めたかを書いてください。");
            }
        }
        if order.document_number.as_ref().is_some_and(|number| number.trim().is_empty()) {
            let next = "文書番号を入れるか、欄を空にしてください。";
            let what = "文書番号が空です。".to_owned();
            return refused(RefusalKind::Incomplete, OrderField::DocumentNumber, what, next);
        }
        if let (Some(wanted), Some(clauses)) = (&order.clause, self.clauses)
            && !clauses.clauses.iter().any(|clause| clause.id == *wanted)
        {
            let what = format!("条項「{wanted}」は、このガイドラインにありません。");
            let next = "ガイドラインの条項の一覧から選んでください。";
            return refused(RefusalKind::NotFound, OrderField::Clause, what, next);
        }
        match &order.about {
            Some(About::Account(id)) if !self.register.accounts.contains_key(id) => {
                let what = format!("アカウント「{id}」は台帳にありません。");
                let next = "アカウントの一覧で番号を確かめてください。";
                return refused(RefusalKind::NotFound, OrderField::About, what, next);
            }
            Some(About::Case(id)) => {
                self.case(id).map_err(|refusal| refusal.at(OrderField::About))?;
            }
            Some(About::Account(_)) | None => {}
        }
        self.committee_met(order, by)
    }

    /// A committee rules in a meeting, with its quorum.
    fn committee_met(&self, order: &MakeRuling, by: &By) -> Result<(), Refusal> {
        let committee = authority(self.guideline).find_map(|(role, _)| Some((role, role.quorum()?)));
        let Some((role, quorum)) = committee else { return Ok(()) };
        let (what, next) = match &order.meeting {
            None => (
                format!("{}の会議の日と出席者の数がありません。", role.label),
                "会議の日と出席者の数を入れてください。",
            ),
            Some(meeting) if meeting.present < quorum => (
                format!("{}の定足数は{quorum}名ですが、出席は{}名です。", role.label, meeting.present),
                "定足数を満たす会議で決めてから記録してください。",
            ),
            Some(meeting) if meeting.held_on > by.on => {
                return Err(Self::day_before(by.on, "会議", meeting.held_on).under(&role.basis));
            }
            Some(_) => return Ok(()),
        };
        Err(Refusal::new(RefusalKind::WrongEvidence, what, next).at(OrderField::Meeting).under(&role.basis))
    }
}
