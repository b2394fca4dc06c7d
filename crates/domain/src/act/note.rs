//! Entering what exists already: accounts that nobody filed, and impersonators.

use super::{By, Desk, files, holder_of};
use crate::attachment::NamedFile;
use crate::entry::{Decided, Fact, Private};
use crate::guideline::{Holder, Procedure, Purpose, Step};
use crate::id::{AccountId, ImpersonatorId, UnitId};
use crate::network;
use crate::office::{Around, Post};
use crate::policy::Policy;
use crate::refusal::{OrderField, Refusal, RefusalKind};

/// An account that existed before anybody filed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteAccount {
    /// The id for it.
    pub account: AccountId,
    /// The network, by id or alias.
    pub network: String,
    /// その他: its name.
    pub network_name: Option<String>,
    /// アカウント名.
    pub name: String,
    /// The URL.
    pub url: String,
    /// The owning units.
    pub units: Vec<UnitId>,
}

/// A known impersonator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteImpersonator {
    /// The id for the record.
    pub impersonator: ImpersonatorId,
    /// The network, by id or alias.
    pub network: String,
    /// その他: its name.
    pub network_name: Option<String>,
    /// The URL.
    pub url: String,
    /// The files that show it.
    pub attachments: Vec<NamedFile>,
    /// What is known of it, in free words.
    pub note: Option<String>,
}

impl Desk<'_> {
    /// Enters an account that existed already: 既存(届出前), never official by this.
    pub fn note_account(&self, order: &NoteAccount, by: &By) -> Result<Decided, Refusal> {
        self.not_in_future(by.on)?;
        if self.register.accounts.contains_key(&order.account) {
            return Err(Self::id_taken(&format!("アカウント「{}」", order.account)));
        }
        self.units_exist(&order.units, by)?;
        let post = self.noter(&order.units, by)?;
        let typed = Policy::at(&order.network, order.network_name.as_deref(), &order.url);
        let (network, address) = self.read_address(&typed)?;
        if let Some(other) = holder_of(self.register, Some(&order.account), &[&address]) {
            return Err(Refusal::new(
                RefusalKind::AddressTaken,
                format!("このアカウントは、すでに台帳にあります（{}）。", other.standing.label()),
                "台帳のアカウントを確かめてください。",
            )
            .at(OrderField::Url));
        }
        let fact = Fact::AccountNoted {
            account: order.account.clone(),
            network_name: order.network_name.clone().filter(|_| network == network::NetworkId::other()),
            network,
            name: order.name.clone(),
            address,
            url: order.url.clone(),
            units: order.units.clone(),
        };
        Ok(self.decided(by, post, None, fact, Private::default()))
    }

    /// Enters a known impersonator.
    pub fn note_impersonator(&self, order: &NoteImpersonator, by: &By) -> Result<Decided, Refusal> {
        self.not_in_future(by.on)?;
        if self.register.impersonators.contains_key(&order.impersonator) {
            return Err(Self::id_taken(&format!("なりすましの記録「{}」", order.impersonator)));
        }
        let post = self.noter(&[], by)?;
        let typed = Policy::at(&order.network, order.network_name.as_deref(), &order.url);
        let (network, address) = self.read_address(&typed)?;
        if let Some(own) = holder_of(self.register, None, &[&address]) {
            return Err(Refusal::new(
                RefusalKind::AddressTaken,
                format!(
                    "このＵＲＬは{}のアカウントのものです（{}）。",
                    self.guideline.municipality.called().word(),
                    own.name.as_deref().unwrap_or("名称未定")
                ),
                "なりすましのアカウントのＵＲＬを確かめてください。",
            )
            .at(OrderField::Url));
        }
        let mut private = Private::default();
        if let Some(note) = order.note.as_ref().filter(|note| !note.trim().is_empty()) {
            private.words.insert("note".to_owned(), note.clone());
        }
        let attachments = files::named(&order.attachments, &mut private)?;
        let fact = Fact::ImpersonatorNoted {
            impersonator: order.impersonator.clone(),
            network,
            address,
            url: order.url.clone(),
            attachments,
        };
        Ok(self.decided(by, post, None, fact, private))
    }

    /// Enters that an impersonator is no more.
    pub fn clear_impersonator(&self, impersonator: &ImpersonatorId, by: &By) -> Result<Decided, Refusal> {
        self.not_in_future(by.on)?;
        let Some(noted) = self.register.impersonators.get(impersonator) else {
            return Err(Refusal::new(
                RefusalKind::NotFound,
                format!("なりすましの記録「{impersonator}」はありません。"),
                "なりすましの記録の番号を確かめてください。",
            ));
        };
        if by.on < noted.noted_on {
            return Err(Self::day_before(by.on, "なりすましを記録した", noted.noted_on));
        }
        let post = self.noter(&[], by)?;
        let fact = Fact::ImpersonatorCleared { impersonator: impersonator.clone() };
        Ok(self.decided(by, post, None, fact, Private::default()))
    }

    /// Whoever enters what exists already: the office that keeps the list, and for an account its own unit too.
    fn noter(&self, units: &[UnitId], by: &By) -> Result<Post, Refusal> {
        let office = &self.register.office;
        let openings = self.guideline.procedures.iter().filter(|p| p.purpose == Purpose::Opening);
        let mut rules: Vec<Holder> = openings.flat_map(|p| self.central_rules(p)).collect();
        rules.push(Holder::OwningUnitStaff);
        let around = Around { units, designated: &[] };
        let posts = office.posts_of(&by.person, by.on);
        posts.into_iter().find(|post| rules.iter().any(|rule| office.fills(post, rule, around, by.on))).ok_or_else(
            || {
                let keepers = self.guideline.keepers();
                Refusal::new(
                    RefusalKind::NotYours,
                    format!("この記録は、{keepers}が行います（既存のアカウントは、所管する部署の職員もできます）。"),
                    format!("{}に知らせてください。", self.guideline.words.central),
                )
            },
        )
    }

    /// The rules of whoever receives filings or keeps the list in a procedure.
    pub(super) fn central_rules<'s>(&'s self, procedure: &'s Procedure) -> impl Iterator<Item = Holder> + 's {
        let central = procedure.steps.iter().filter(|step| step.kind.keeps());
        self.rules_of(central)
    }

    /// The rules of the roles of steps.
    pub(super) fn rules_of<'s>(
        &'s self,
        steps: impl Iterator<Item = &'s Step> + 's,
    ) -> impl Iterator<Item = Holder> + 's {
        steps.flat_map(|s| &s.by).filter_map(|id| self.guideline.role(id)).map(|r| r.holder.clone())
    }

    fn read_address(&self, typed: &Policy) -> Result<(network::NetworkId, network::Address), Refusal> {
        let network = crate::policy::network_of(typed, self.networks).ok_or_else(|| {
            Refusal::new(
                RefusalKind::Incomplete,
                format!("「{}」というサービスは知られていません。", typed.network.as_deref().unwrap_or_default()),
                "一覧から選ぶか、「その他」を選んで名前を入れてください。",
            )
            .at(OrderField::Network)
        })?;
        let refused = |problem: network::AddressProblem| {
            let (what, next) = (problem.message(self.networks), problem.next(self.networks));
            Refusal::new(RefusalKind::Incomplete, what, next).at(OrderField::Url)
        };
        let filed = crate::policy::address_of(typed, self.guideline, self.networks).map_err(refused)?;
        Ok((network, filed.address))
    }
}
