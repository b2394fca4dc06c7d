//! What a step asks for, as fields: the facts of its proof, the day, what came of it.

use std::collections::BTreeMap;

use domain::act::Hand;
use domain::calendar::wareki;
use domain::case::Outcome;
use domain::evidence::{EvidenceKind, Key, KeyName, Sort};
use domain::guideline::{ClauseId, Holder, Step, StepKind};
use domain::office::{Capacity, each_once};
use domain::step_kind::Asks;
use jiff::civil::Date;

use super::seen::{Seen, named};
use crate::field::{Choice, Field, Kind, Line, Need};
use crate::typed::Typed;
use crate::words;

/// A step, what somebody has typed for it, and what is wrong with that.
pub(super) struct Asking<'a> {
    pub seen: &'a Seen,
    pub step: &'a Step,
    pub hand: Option<Hand>,
    /// What was typed; nothing yet on a page that is opened.
    pub typed: Option<&'a Typed>,
    /// What is wrong, by field.
    pub wrong: &'a BTreeMap<String, String>,
}

/// What a browser offers to choose; what a file is, its bytes tell.
const ACCEPT: &str = "image/png,image/jpeg,image/webp,application/pdf";

/// The kept files that a form names: key and name of each.
pub(super) fn kept_files(typed: &Typed) -> impl Iterator<Item = (&str, &str)> {
    typed.all("kept").filter_map(|kept| kept.split_once(' '))
}

/// Whether a step's form asks whom to ask about it; no other form may say so.
pub(super) fn asks_contact(step: &Step) -> bool {
    step.kind == StepKind::File
}

/// The name of the field for a key of the proof.
pub(super) fn field_of(name: KeyName) -> String {
    format!("e-{name}")
}

/// The facts of the proof as typed.
pub(super) fn facts(step: &Step, typed: &Typed) -> Vec<(String, String)> {
    let keys = step.kind.evidence().keys().iter();
    keys.filter_map(|key| {
        let name = field_of(key.name);
        let fact = match key.sort {
            Sort::List => typed.all(&name).collect::<Vec<_>>().join("、"),
            _ => typed.said(&name)?.to_owned(),
        };
        (!fact.is_empty()).then(|| (key.name.to_string(), fact))
    })
    .collect()
}

/// What somebody who enters for others has to say of the original, and has not said: by field, with what to do. Without it
/// the step would be read as their own.
pub(super) fn originals_missing(step: &Step, hand: Option<Hand>, typed: &Typed) -> Vec<(String, String)> {
    let keys = step.kind.evidence().keys().iter().filter(|key| match hand {
        Some(Hand::Records) => key.name == KeyName::DocumentNumber,
        Some(Hand::Enters) => true,
        Some(Hand::Own) | None => false,
    });
    let missing = keys.filter(|key| typed.said(&field_of(key.name)).is_none_or(|said| said.trim().is_empty()));
    missing.map(|key| (field_of(key.name), format!("「{}」を入力してください。", key.label))).collect()
}

impl Asking<'_> {
    /// Every field, in the order in which they are asked.
    pub fn fields(&self) -> Vec<Field> {
        let mut fields = Vec::new();
        fields.extend(self.outcome());
        fields.extend(self.step.kind.evidence().keys().iter().filter_map(|key| self.fact(key)));
        let today = self.seen.visit.today();
        fields.push(self.day("on", "行った日", Some(today)).hint("今日より前に行ったときは、その日にしてください。"));
        if asks_contact(self.step) {
            let contact = Field::line("contact", "担当", self.text("contact", ""));
            fields.push(contact.hint("届出の（担当：）に印刷されます。").optional());
        }
        fields.push(self.note());
        fields.extend(self.kept());
        fields.push(
            Field::new("files", "添付するファイル", Kind::File { accept: ACCEPT.to_owned() })
                .hint("画像（PNG、JPEG、WebP）かPDF。一つ20MBまでです。")
                .optional(),
        );
        fields.into_iter().map(|field| self.with_error(field)).collect()
    }

    /// The files that were sent with a form that was not taken: they need not be chosen again.
    fn kept(&self) -> Option<Field> {
        let kept: Vec<(&str, &str)> = self.typed.into_iter().flat_map(kept_files).collect();
        if kept.is_empty() {
            return None;
        }
        let choice = |(key, name): (&str, &str)| {
            let value = format!("{key} {name}");
            Choice::new(value.clone(), name, &value)
        };
        let field = Field::new("kept", "届いているファイル", Kind::Checks(kept.into_iter().map(choice).collect()));
        Some(field.hint("もう一度選ぶ必要はありません。添付しないものは外してください。").optional())
    }

    fn outcome(&self) -> Option<Field> {
        let allowed = Outcome::allowed(self.step.strength);
        if allowed.len() < 2 {
            return None;
        }
        let taken = self.text("outcome", words::outcome_key(Outcome::Done));
        let choices = allowed.iter().map(|one| Choice::new(words::outcome_key(*one), words::outcome(*one), &taken));
        let field = Field::new("outcome", "この手順の結果", Kind::Radio(choices.collect()));
        Some(
            field.hint("行わないときは、下の欄に理由を書いてください。").basis(Some(self.seen.basis(&self.step.basis))),
        )
    }

    fn note(&self) -> Field {
        let field = |label: &str| {
            let value = self.text("note", "");
            Field::new("note", label, Kind::Long { value, rows: 3, most: None }).optional()
        };
        if Outcome::allowed(self.step.strength).len() > 1 {
            return field("ひとこと、または行わない理由")
                .hint("案件の経過に残ります。行わないときは必ず書いてください。");
        }
        field("ひとこと").hint("案件の経過に残ります。")
    }

    fn fact(&self, key: &Key) -> Option<Field> {
        let need = self.need(key)?;
        let name = field_of(key.name);
        let mut field = match key.name {
            KeyName::Poster | KeyName::Approver => self.people(&name, key),
            KeyName::Checked | KeyName::Confirmed => self.clauses(&name),
            _ => self.plain(&name, key),
        };
        field.need = need;
        Some(field)
    }

    /// Whether a fact is asked for here, and whether it has to be there.
    fn need(&self, key: &Key) -> Option<Need> {
        let demanded = if self.step.needs(key) { Need::Required } else { Need::Optional };
        match (self.step.kind.evidence(), key.name) {
            // A paper filing is entered by those who receive it; the unit's own head files here.
            (EvidenceKind::Filing, _) => (self.hand == Some(Hand::Enters)).then_some(Need::Required),
            (EvidenceKind::Decision, KeyName::HeldOn | KeyName::Present) => {
                self.is_committees().then_some(Need::Required)
            }
            (EvidenceKind::Decision, KeyName::Checked) => {
                (self.step.kind == StepKind::ApprovePost).then_some(Need::Required)
            }
            (EvidenceKind::Decision, KeyName::How) if self.step.kind.meaning().asks == Asks::Opinion => None,
            (EvidenceKind::Decision, KeyName::DocumentNumber) if self.hand == Some(Hand::Records) => {
                Some(Need::Required)
            }
            (EvidenceKind::Profile, _) if demanded == Need::Optional => None,
            _ => Some(demanded),
        }
    }

    fn is_committees(&self) -> bool {
        let roles = self.step.by.iter().filter_map(|id| self.seen.loaded.guideline.role(id));
        roles.into_iter().any(|role| matches!(role.holder, Holder::Committee { .. }))
    }

    fn plain(&self, name: &str, key: &Key) -> Field {
        let field = match key.sort {
            Sort::Words(pairs) => {
                let taken = self.text(name, if key.name == KeyName::How { "decided" } else { "" });
                let choices = pairs.iter().map(|(label, word)| Choice::new(*word, *label, &taken));
                return Field::new(name, key.label, Kind::Radio(choices.collect()));
            }
            Sort::Day => {
                let known = matches!(key.name, KeyName::ReceivedOn | KeyName::LastDay).then(|| self.seen.visit.today());
                return self.day(name, key.label, known);
            }
            Sort::Count => {
                let value = self.text(name, "");
                Field::new(name, key.label, Kind::Line { value, sort: Line::Number })
            }
            Sort::Text | Sort::List => {
                let sort =
                    if matches!(key.name, KeyName::Url | KeyName::PageUrl) { Line::Address } else { Line::Words };
                let value = self.text(name, &self.known(key));
                Field::new(name, key.label, Kind::Line { value, sort })
            }
        };
        let hint = match (self.step.kind.evidence(), key.name) {
            (EvidenceKind::Decision, KeyName::DocumentNumber) if self.hand == Some(Hand::Records) => {
                "庁内の文書システムで受けた決裁を、その文書番号で記録します。".to_owned()
            }
            (EvidenceKind::Decision, KeyName::DocumentNumber) => {
                "庁内の文書システムで決裁したときだけ書いてください。ここで決裁するときは要りません。".to_owned()
            }
            _ => format!("例：{}", key.example),
        };
        field.hint(hint)
    }

    /// What the case knows already and nobody should type again.
    fn known(&self, key: &Key) -> String {
        let is_asked = matches!(self.step.kind, StepKind::Acquire | StepKind::ShowPolicy) && key.name == KeyName::Url;
        let known = self.seen.case().url().or(self.seen.view.account.url.as_deref());
        known.filter(|_| is_asked).unwrap_or_default().to_owned()
    }

    fn people(&self, name: &str, key: &Key) -> Field {
        let (office, today) = (self.seen.visit.office(), self.seen.visit.today());
        let taken = self.text(name, "");
        let mut choices = vec![Choice::new("", "選んでください", &taken)];
        let posts = office.holders(&Holder::OwningUnitStaff, self.seen.around(), today);
        let posts = each_once(posts.into_iter().filter(|post| post.capacity == Capacity::Holder));
        choices.extend(posts.iter().map(|post| Choice::new(post.person.0.clone(), named(office, post), &taken)));
        let label = if key.name == KeyName::Poster { "情報発信の担当者" } else { "情報発信の責任者" };
        Field::new(name, label, Kind::Select(choices)).hint("このアカウントの担当部署で、今日職にある方から選びます。")
    }

    fn clauses(&self, name: &str) -> Field {
        let wanted = (self.step.kind.meaning().confirms)(&self.seen.loaded.guideline);
        let taken: Vec<&str> = self.typed.map(|typed| typed.all(name).collect()).unwrap_or_default();
        let choice = |id: &ClauseId| {
            let value = if taken.contains(&id.0.as_str()) { id.0.as_str() } else { "" };
            let mut choice = Choice::new(id.0.clone(), id.said(), value);
            choice.hint = self.clause_words(id);
            choice
        };
        let label = match self.step.kind {
            StepKind::ApprovePost => "次のどれにも当たらないことを確かめました",
            _ => "次の一つひとつを確かめました",
        };
        Field::new(name, label, Kind::Checks(wanted.iter().map(choice).collect()))
    }

    fn clause_words(&self, id: &ClauseId) -> Option<String> {
        let clauses = self.seen.loaded.clauses.as_ref()?;
        Some(clauses.clauses.iter().find(|clause| clause.id == *id)?.printed())
    }

    fn day(&self, name: &str, label: &str, known: Option<Date>) -> Field {
        let value = self.text(name, &known.map(|day| day.to_string()).unwrap_or_default());
        let wareki = value.parse::<Date>().ok().map(wareki);
        Field::new(name, label, Kind::Day { value, wareki })
    }

    fn text(&self, name: &str, known: &str) -> String {
        self.typed.map_or(known, |typed| typed.text(name)).to_owned()
    }

    fn with_error(&self, field: Field) -> Field {
        let error = self.wrong.get(&field.name).cloned();
        field.error(error)
    }
}
