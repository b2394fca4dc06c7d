//! Opening a case of a procedure.

use super::{By, Desk, files};
use crate::account::{Account, Standing};
use crate::attachment::NamedFile;
use crate::case::{CaseState, Count, Urgency};
use crate::entry::{AccountOrigin, Decided, Fact, Private};
use crate::guideline::{Basis, Holder, ItemKind, Procedure, Purpose};
use crate::id::{AccountId, CaseId, UnitId};
use crate::office::{Around, Post};
use crate::refusal::{OrderField, Refusal, RefusalKind};
use crate::subject::Subject;

/// An order to open a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenCase {
    /// The new case's id.
    pub case: CaseId,
    /// The procedure.
    pub procedure: String,
    /// What it is about; a known account, or the id for a new one.
    pub subject: Subject,
    /// The owning units, lead first; a known account has its own, and no others may be named.
    pub units: Vec<UnitId>,
    /// 共通するテーマ.
    pub theme: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// Ordinary or an emergency.
    pub urgency: Urgency,
    /// The files that go with it.
    pub attachments: Vec<NamedFile>,
}

impl Desk<'_> {
    /// Whether a person can open a case of a procedure, as far as that depends on what stands and on their post: what is asked
    /// for besides is not looked at. Without an account, for a new one of a unit of theirs.
    pub fn may_open(&self, procedure: &str, account: Option<&AccountId>, by: &By) -> Result<(), Refusal> {
        let procedure = self.offered_procedure(procedure)?;
        let known = account.and_then(|id| self.register.accounts.get(id));
        self.standing_fits(procedure, known, account)?;
        let units = match known {
            Some(known) => vec![self.owners(known, &[], by)?],
            None => self.register.office.posts_of(&by.person, by.on).into_iter().map(|post| vec![post.unit]).collect(),
        };
        if let Some(account) = account {
            self.not_before_the_list(account, by)?;
        }
        let tried = units.iter().map(|units| self.opener(procedure, units, by));
        tried.reduce(Result::or).unwrap_or_else(|| self.opener(procedure, &[], by)).map(drop)
    }

    /// The procedure that is asked for, if it is carried out.
    fn offered_procedure(&self, id: &str) -> Result<&Procedure, Refusal> {
        let Some(procedure) = self.guideline.procedure(id) else {
            let offered = self.guideline.procedures.iter().filter(|p| p.purpose.is_carried_out());
            let known = offered.map(|p| format!("{}（{}）", p.id, p.label));
            return Err(Refusal::new(
                RefusalKind::NotFound,
                format!("手続「{id}」は、このガイドラインにありません。"),
                format!("次の手続から選んでください：{}", known.collect::<Vec<_>>().join("、")),
            ));
        };
        if !procedure.purpose.is_carried_out() {
            return Err(not_carried_out(&procedure.label, &procedure.basis));
        }
        Ok(procedure)
    }

    /// Opens a case of a procedure.
    pub fn open(&self, order: &OpenCase, by: &By) -> Result<Decided, Refusal> {
        self.not_in_future(by.on)?;
        let procedure = self.offered_procedure(&order.procedure)?;
        if self.register.cases.contains_key(&order.case) {
            return Err(Self::id_taken(&format!("案件「{}」", order.case)));
        }
        let Subject::Account(id) = &order.subject else {
            return Err(not_carried_out(&procedure.label, &procedure.basis));
        };
        let account = self.register.accounts.get(id);
        let origin = if account.is_some() { AccountOrigin::Known } else { AccountOrigin::New };
        self.standing_fits(procedure, account, Some(id))?;
        let units = match account {
            Some(account) => self.owners(account, &order.units, by)?,
            None => order.units.clone(),
        };
        self.units_exist(&units, by)?;
        let post = self.opener(procedure, &units, by)?;
        self.not_before_the_list(id, by)?;
        let count = self.count(procedure.purpose, &units, id);
        self.reasons_given(order, procedure.purpose, count, &units)?;
        let mut private = Private::default();
        for (key, words) in [("theme", &order.theme), ("reason", &order.reason)] {
            if let Some(words) = words.as_ref().filter(|w| !w.trim().is_empty()) {
                private.words.insert(key.to_owned(), words.clone());
            }
        }
        let attachments = files::named(&order.attachments, &mut private)?;
        let fact = Fact::CaseOpened {
            case: order.case.clone(),
            procedure: order.procedure.clone(),
            purpose: procedure.purpose,
            subject: order.subject.clone(),
            origin,
            units,
            count,
            urgency: order.urgency,
            attachments,
        };
        Ok(self.decided(by, post, Some(procedure.basis.clone()), fact, private))
    }

    /// The owning units of a known account, whoever asks: a case cannot give it to another unit, share it or part it.
    fn owners(&self, account: &Account, asked: &[UnitId], by: &By) -> Result<Vec<UnitId>, Refusal> {
        let office = &self.register.office;
        let owners = office.all_carrying_on(&account.units, by.on);
        let names = |units: &[UnitId]| office.unit_names(units, by.on);
        if owners.is_empty() {
            return Err(Refusal::new(
                RefusalKind::NotFound,
                format!("このアカウントを所管する組織（{}）は、この日の組織にありません。", names(&account.units)),
                "組織の登録を確かめてください。",
            ));
        }
        if asked.is_empty() || asked == owners || asked == account.units {
            return Ok(owners);
        }
        let central = &self.guideline.words.central;
        let refusal = Refusal::new(
            RefusalKind::NotYours,
            format!(
                "このアカウントを所管する組織は「{}」です。案件で「{}」に変えることはできません。",
                names(&owners),
                names(asked)
            ),
            format!(
                "組織を書かずに、所管する組織の職員が始めてください。所管を移す手続と、共有する組織を加える・外す手続は、まだ用意されていません。必要なときは{central}に相談してください。"
            ),
        )
        .at(OrderField::Units);
        Err(match self.guideline.item(ItemKind::Unit) {
            Some(item) => refusal.under(&item.basis),
            None => refusal,
        })
    }

    /// An id names one thing for ever: a second thing under it would take the place of the first.
    pub(super) fn id_taken(what: &str) -> Refusal {
        Refusal::new(
            RefusalKind::AlreadyDone,
            format!("{what}は、すでに台帳にあります。"),
            "すでにあるものを開いて、続きを進めてください。",
        )
    }

    /// A case about an account is not dated before what the list last said of it: the list's days run forward.
    fn not_before_the_list(&self, account: &AccountId, by: &By) -> Result<(), Refusal> {
        let shown = self.register.listings.values().find(|s| s.account == *account && s.ended.is_none()).map(|s| s.on);
        let taken_off = self.register.accounts.get(account).and_then(|account| account.standing.off_since());
        let last = shown.max(taken_off);
        match last {
            Some(last) if by.on < last => Err(Self::day_before(by.on, "一覧の掲載または削除", last)),
            _ => Ok(()),
        }
    }

    fn standing_fits(
        &self,
        procedure: &Procedure,
        account: Option<&Account>,
        id: Option<&AccountId>,
    ) -> Result<(), Refusal> {
        let purpose = procedure.purpose;
        let running = self.register.cases.values().find(|c| {
            c.account() == id && c.state == CaseState::Open && is_lifecycle(c.purpose) && is_lifecycle(purpose)
        });
        if let Some(running) = running {
            return Err(Refusal::new(
                RefusalKind::WrongStanding,
                format!("このアカウントには、進行中の案件（{}）があります。", running.id),
                "先にその案件を終えるか、取り下げてください。",
            ));
        }
        let standing = account.map(|a| &a.standing);
        if begins(purpose, standing) {
            return Ok(());
        }
        let Some(now) = standing.map(Standing::label) else {
            return Err(Refusal::new(
                RefusalKind::NotFound,
                format!(
                    "「{}」は、台帳にあるアカウントについて行います。どのアカウントかが書かれていません。",
                    procedure.label
                ),
                "アカウントの一覧で番号（例：a12）を確かめ、その番号を書いて始めてください。",
            )
            .at(OrderField::Account)
            .under(&procedure.basis));
        };
        Err(Refusal::new(
            RefusalKind::WrongStanding,
            format!("この手続は、今の状態（{now}）のアカウントでは始められません。"),
            "アカウントの状態を確かめ、合う手続を選んでください。",
        ))
    }

    pub(super) fn units_exist(&self, units: &[UnitId], by: &By) -> Result<(), Refusal> {
        let office = &self.register.office;
        let missing = units.iter().find(|u| office.units.get(u).is_none_or(|u| !u.exists_on(by.on)));
        if units.is_empty() {
            let item = self.guideline.item(ItemKind::Unit);
            let label = item.map_or("所管する組織", |i| i.label.as_str());
            let refusal = Refusal::new(
                RefusalKind::Incomplete,
                format!("{label}がありません。"),
                "アカウントを運用する組織の組織コードを入れてください。",
            )
            .at(OrderField::Units);
            return Err(item.map_or(refusal.clone(), |i| refusal.under(&i.basis)));
        }
        if let Some(unit) = missing {
            return Err(Refusal::new(
                RefusalKind::NotFound,
                format!("組織「{unit}」は、この日の組織にありません。"),
                "組織コードを確かめてください。",
            )
            .at(OrderField::Units));
        }
        let twice = units.iter().enumerate().any(|(n, unit)| units.iter().take(n).any(|former| former == unit));
        if twice {
            return Err(Refusal::new(
                RefusalKind::Incomplete,
                "同じ組織が二度書かれています。代表の所属は一つです。",
                "代表の所属を最初に一度だけ、共有する所属をその後に書いてください。",
            )
            .at(OrderField::Units));
        }
        Ok(())
    }

    /// Whether an opening is for the unit's first account or a further one.
    fn count(&self, purpose: Purpose, units: &[UnitId], mine: &AccountId) -> Count {
        let lead = units.first();
        let another = self.register.accounts.values().any(|a| a.id != *mine && a.is_live() && a.units.first() == lead);
        if purpose == Purpose::Opening && another { Count::Further } else { Count::First }
    }

    fn reasons_given(&self, order: &OpenCase, purpose: Purpose, count: Count, units: &[UnitId]) -> Result<(), Refusal> {
        let blank = |words: &Option<String>| words.as_ref().is_none_or(|w| w.trim().is_empty());
        if purpose == Purpose::Opening
            && units.len() > 1
            && blank(&order.theme)
            && let Some(demand) = &self.guideline.shared_account
        {
            return Err(Refusal::new(
                RefusalKind::ReasonMissing,
                "複数の所属で一つのアカウントを運用するときは、共通するテーマが必要です。",
                "テーマを書いてください。最初に書いた所属が代表になります。",
            )
            .at(OrderField::Theme)
            .under(&demand.basis));
        }
        if count == Count::Further
            && blank(&order.reason)
            && let Some(demand) = &self.guideline.further_account
        {
            return Err(Refusal::new(
                RefusalKind::ReasonMissing,
                "この所属にはすでにアカウントがあるため、もう一つ開設する理由が必要です。",
                "利用者の便宜など、必要とする理由を書いてください。",
            )
            .at(OrderField::Reason)
            .under(&demand.basis));
        }
        let needs_reason = matches!(purpose, Purpose::Closing | Purpose::Suspension);
        if needs_reason && blank(&order.reason) {
            return Err(Refusal::new(
                RefusalKind::ReasonMissing,
                "廃止または休止の理由がありません。",
                "理由を書いてください。",
            )
            .at(OrderField::Reason));
        }
        if order.urgency == Urgency::Emergency && blank(&order.reason) {
            return Err(Refusal::new(
                RefusalKind::ReasonMissing,
                "緊急とする理由がありません。",
                "理由を書いてください。",
            )
            .at(OrderField::Reason));
        }
        Ok(())
    }

    /// Whoever opens has a part in the case: a post in an owning unit, or the role of a step that can begin it.
    fn opener(&self, procedure: &Procedure, units: &[UnitId], by: &By) -> Result<Post, Refusal> {
        let office = &self.register.office;
        let around = Around { units, designated: &[] };
        let first = procedure.steps.iter().filter(|s| s.after.is_empty());
        let rules = self.rules_of(first).chain(self.central_rules(procedure));
        let rules: Vec<Holder> = std::iter::once(Holder::OwningUnitStaff).chain(rules).collect();
        let posts = office.posts_of(&by.person, by.on);
        posts.into_iter().find(|post| rules.iter().any(|rule| office.fills(post, rule, around, by.on))).ok_or_else(
            || {
                Refusal::new(
                    RefusalKind::NotYours,
                    "この案件を始められるのは、アカウントを運用する部署の職員です。",
                    "その部署の職員番号で行ってください。",
                )
                .at(OrderField::Units)
            },
        )
    }
}

/// Why a procedure that the program does not carry out yet, or its draft, is not done here, and what to do instead.
pub fn not_carried_out(label: &str, basis: &Basis) -> Refusal {
    Refusal::new(
        RefusalKind::NotApplicable,
        format!("「{label}」は、しるべではまだ行えません。"),
        "ガイドラインに沿って、今のやり方で行ってください。しるべでの記録は、今後の版から付けられます。",
    )
    .under(basis)
}

/// Whether a case of a purpose can begin on an account of this standing; without one, on a new account.
pub fn begins(purpose: Purpose, standing: Option<&Standing>) -> bool {
    match purpose {
        Purpose::Opening => matches!(standing, None | Some(Standing::Existing { .. })),
        Purpose::Change | Purpose::Suspension | Purpose::Transfer => matches!(standing, Some(Standing::Listed(_))),
        Purpose::Resumption => matches!(standing, Some(Standing::Suspended { .. })),
        Purpose::Closing => {
            matches!(standing, Some(Standing::Listed(_) | Standing::Suspended { .. } | Standing::Existing { .. }))
        }
        Purpose::Post | Purpose::Incident(_) | Purpose::Survey => false,
        Purpose::Ruling => standing.is_some(),
    }
}

/// Whether a procedure changes where an account stands; only one such case runs at a time.
fn is_lifecycle(purpose: Purpose) -> bool {
    matches!(purpose, Purpose::Opening | Purpose::Change | Purpose::Suspension | Purpose::Resumption | Purpose::Closing)
}
