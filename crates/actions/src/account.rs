//! Entering what exists already: accounts that nobody filed, and impersonators.

use domain::act::{By, NoteAccount, NoteImpersonator};
use domain::id::{AccountId, ImpersonatorId, UnitId};
use domain::policy::{self, Policy};
use domain::register::Part;
use serde::Serialize;
use store::{Read, Writing};

use crate::attachment::{Attached, Taken};
use crate::city::City;
use crate::error::ActError;
use crate::guideline::LoadedGuideline;
use crate::once::Once;
use crate::perform::{Recorded, Rules};
use crate::slice::{Slice, impersonator_id};

/// An account that existed before anybody filed it (既存・届出前).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct AccountNoted {
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
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ImpersonatorNoted {
    /// The network, by id or alias.
    pub network: String,
    /// その他: its name.
    pub network_name: Option<String>,
    /// The URL.
    pub url: String,
    /// Kept files that show it.
    #[serde(skip)]
    pub attachments: Vec<Attached>,
    /// What is known of it, in free words.
    pub note: Option<String>,
}

impl City {
    /// Enters an account that existed already; it is not official by this.
    pub async fn note_account(&self, order: &AccountNoted, by: &By, key: Option<&str>) -> Result<Recorded, ActError> {
        let typed = Policy::at(&order.network, order.network_name.as_deref(), &order.url);
        let load = async |slice: &mut Slice, at: &mut Writing, rules: &LoadedGuideline| {
            self.load_holder(slice, at, rules, &typed).await
        };
        let once = Once::of(key, "note_account", &by.person, &(by.on, order), &[])?;
        self.perform(once, Rules::InForce, load, |desk, seq| {
            desk.note_account(&noted(order, AccountId(format!("a{seq}"))), by)
        })
        .await
    }

    /// Whether an account could be entered so; nothing is recorded.
    pub async fn may_note_account(&self, order: &AccountNoted, by: &By) -> Result<(), ActError> {
        let mut reading = self.ledgered.reading().await?;
        let mut slice = self.common(&mut reading).await?;
        let loaded = self.in_force(&mut reading).await?;
        let typed = Policy::at(&order.network, order.network_name.as_deref(), &order.url);
        self.load_holder(&mut slice, &mut reading, &loaded, &typed).await?;
        Ok(self.desk(&slice, &loaded).note_account(&noted(order, AccountId("a".to_owned())), by).map(drop)?)
    }

    /// Enters a known impersonator.
    pub async fn note_impersonator(
        &self,
        order: &ImpersonatorNoted,
        by: &By,
        key: Option<&str>,
    ) -> Result<Recorded, ActError> {
        let typed = Policy::at(&order.network, order.network_name.as_deref(), &order.url);
        let files = Taken::default();
        let load = async |slice: &mut Slice, at: &mut Writing, rules: &LoadedGuideline| {
            files.keep(self.take_files(slice, at, &order.attachments).await?);
            self.load_holder(slice, at, rules, &typed).await
        };
        let once = Once::of(key, "note_impersonator", &by.person, &(by.on, order), &order.attachments)?;
        self.perform(once, Rules::InForce, load, |desk, seq| {
            let note = NoteImpersonator {
                impersonator: impersonator_id(seq),
                network: order.network.clone(),
                network_name: order.network_name.clone(),
                url: order.url.clone(),
                attachments: files.named(),
                note: order.note.clone(),
            };
            desk.note_impersonator(&note, by)
        })
        .await
    }

    /// Enters that an impersonator is no more.
    pub async fn clear_impersonator(
        &self,
        id: &ImpersonatorId,
        by: &By,
        key: Option<&str>,
    ) -> Result<Recorded, ActError> {
        let load = async |slice: &mut Slice, at: &mut Writing, _: &LoadedGuideline| {
            slice.load(at, &Part::Impersonator(id.clone())).await
        };
        let once = Once::of(key, "clear_impersonator", &by.person, &(by.on, id), &[])?;
        self.perform(once, Rules::InForce, load, |desk, _| desk.clear_impersonator(id, by)).await
    }

    async fn load_holder(
        &self,
        slice: &mut Slice,
        at: &mut impl Read,
        rules: &LoadedGuideline,
        typed: &Policy,
    ) -> Result<(), ActError> {
        if let Ok(filed) = policy::address_of(typed, &rules.guideline, &self.networks) {
            slice.load_page(at, &filed.address, &self.networks).await?;
        }
        Ok(())
    }
}

fn noted(order: &AccountNoted, account: AccountId) -> NoteAccount {
    NoteAccount {
        account,
        network: order.network.clone(),
        network_name: order.network_name.clone(),
        name: order.name.clone(),
        url: order.url.clone(),
        units: order.units.clone(),
    }
}
