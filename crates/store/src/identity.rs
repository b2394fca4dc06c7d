//! Which login belongs to which person at the city's own sign-in.

use std::future::Future;

use crate::dialect::Row;
use crate::error::Result;
use crate::login::Used;
use crate::read::{Read, bounded};
use crate::sql;
use crate::value::values;
use crate::workshop::Desk;

/// A login and the person at a provider that it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityRow {
    /// The provider.
    pub issuer: String,
    /// The person there.
    pub subject: String,
    /// The login here.
    pub login: String,
    /// When they were linked (ms, UTC).
    pub linked_at: i64,
}

/// Reading which login belongs to whom.
pub trait Identities: Read {
    /// The link of a person at a provider.
    fn identity(&mut self, issuer: &str, subject: &str) -> impl Future<Output = Result<Option<IdentityRow>>> + Send {
        async move {
            let at = self.scope();
            let row = at.tx.one(sql::IDENTITY, values![at.municipality, issuer, subject]).await?;
            row.as_ref().map(identity_row).transpose()
        }
    }

    /// The links of a login, in the order of their issuers.
    fn identities(
        &mut self,
        login: &str,
        after: Option<&str>,
        limit: u32,
    ) -> impl Future<Output = Result<Vec<IdentityRow>>> + Send {
        async move {
            let at = self.scope();
            let values = values![at.municipality, login, after.unwrap_or_default(), bounded(limit)];
            let rows = at.tx.all(sql::IDENTITIES, values).await?;
            rows.iter().map(identity_row).collect()
        }
    }
}

impl<T: Read> Identities for T {}

/// What may be done to links, alone or in the transaction of an act.
pub trait IdentityDesk: Desk {
    /// Links; [`Used::Dead`] when the person or the login has a link at that provider already.
    fn link_identity(&mut self, link: &IdentityRow) -> impl Future<Output = Result<Used>> + Send {
        async move {
            let at = self.scope();
            let values = values![at.municipality, &link.issuer, &link.subject, &link.login, link.linked_at];
            Ok(Used::of(at.tx.execute(sql::LINK_IDENTITY, values).await?))
        }
    }

    /// Takes a login's link at a provider away.
    fn unlink_identity(&mut self, login: &str, issuer: &str) -> impl Future<Output = Result<Used>> + Send {
        async move {
            let at = self.scope();
            Ok(Used::of(at.tx.execute(sql::UNLINK_IDENTITY, values![at.municipality, login, issuer]).await?))
        }
    }
}

impl<T: Desk> IdentityDesk for T {}

fn identity_row(row: &Row) -> Result<IdentityRow> {
    Ok(IdentityRow { issuer: row.text(0)?, subject: row.text(1)?, login: row.text(2)?, linked_at: row.int(3)? })
}
