//! The views: one generic shape for every noun; what it holds is the kernel's to decide.

use std::future::Future;

use crate::dialect::Row;
use crate::error::{Result, StoreError};
use crate::ledger::{int, size};
use crate::read::Read;
use crate::sql;
use crate::value::values;

/// One record of a view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewRow {
    /// The noun's id.
    pub id: String,
    /// What is known of it, as JSON.
    pub body: String,
    /// The position of the last entry that changed it: what a person saw, and what is compared.
    pub version: u64,
    /// The first column that can be asked for.
    pub a: Option<String>,
    /// The second column that can be asked for.
    pub b: Option<String>,
    /// The third column that can be asked for.
    pub c: Option<String>,
    /// What pages are ordered by.
    pub sort: String,
}

/// Which of the three columns is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// [`ViewRow::a`].
    A,
    /// [`ViewRow::b`].
    B,
    /// [`ViewRow::c`].
    C,
}

impl Column {
    pub(crate) const fn statement(self) -> &'static str {
        match self {
            Self::A => sql::RECORDS_BY_A,
            Self::B => sql::RECORDS_BY_B,
            Self::C => sql::RECORDS_BY_C,
        }
    }
}

/// Whether an account still lives at an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It does, and no other may.
    Live,
    /// It did.
    Past,
}

impl Standing {
    const fn flag(self) -> i64 {
        match self {
            Self::Live => 1,
            Self::Past => 0,
        }
    }
}

/// An account at an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressRow {
    /// The account's id.
    pub account: String,
    /// Now, or in the past.
    pub standing: Standing,
}

/// A control number (管理№) that is taken for ever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenNumber {
    /// The case that took it.
    pub case_id: String,
    /// The entry in which it was given.
    pub seq: u64,
}

/// What the fold of the ledger may do to the views, in an act as in a rebuild.
pub trait Apply: Read {
    /// Writes a record, new or changed.
    fn put(&mut self, noun: &str, row: &ViewRow) -> impl Future<Output = Result<()>> + Send {
        async move {
            let at = self.scope();
            let values = values![
                at.municipality,
                noun,
                &row.id,
                &row.body,
                int(row.version)?,
                row.a.as_deref(),
                row.b.as_deref(),
                row.c.as_deref(),
                &row.sort,
            ];
            at.tx.execute(at.which.sql(sql::PUT_RECORD), values).await?;
            Ok(())
        }
    }

    /// Takes a record out of the view; the ledger keeps what it was.
    fn delete(&mut self, noun: &str, id: &str) -> impl Future<Output = Result<()>> + Send {
        async move {
            let at = self.scope();
            let values = values![at.municipality, noun, id];
            at.tx.execute(at.which.sql(sql::DELETE_RECORD), values).await?;
            Ok(())
        }
    }

    /// Says that an account lives or lived at an address. A second live account there is a [`StoreError::Duplicate`].
    fn put_address(
        &mut self,
        address: &str,
        account: &str,
        standing: Standing,
    ) -> impl Future<Output = Result<()>> + Send {
        async move {
            let at = self.scope();
            let values = values![at.municipality, address, account, standing.flag()];
            at.tx.execute(at.which.sql(sql::PUT_ADDRESS), values).await?;
            Ok(())
        }
    }

    /// Takes a control number for a case, for ever. A number that is taken is a [`StoreError::Duplicate`].
    fn take_number(&mut self, number: &str, case_id: &str, seq: u64) -> impl Future<Output = Result<()>> + Send {
        async move {
            let at = self.scope();
            let values = values![at.municipality, number, case_id, int(seq)?];
            at.tx.execute(at.which.sql(sql::TAKE_NUMBER), values).await?;
            Ok(())
        }
    }
}

pub(crate) fn view_row(row: &Row) -> Result<ViewRow> {
    Ok(ViewRow {
        id: row.text(0)?,
        body: row.text(1)?,
        version: size(row.int(2)?, "view_record", "version")?,
        a: row.opt_text(3)?,
        b: row.opt_text(4)?,
        c: row.opt_text(5)?,
        sort: row.text(6)?,
    })
}

pub(crate) fn address_row(row: &Row) -> Result<AddressRow> {
    let account = row.text(0)?;
    let standing = match row.int(1)? {
        1 => Standing::Live,
        0 => Standing::Past,
        _ => {
            return Err(StoreError::Inconsistent {
                table: "view_address".to_owned(),
                column: "live".to_owned(),
                id: account,
            });
        }
    };
    Ok(AddressRow { account, standing })
}

pub(crate) fn number_row(row: &Row) -> Result<TakenNumber> {
    Ok(TakenNumber { case_id: row.text(0)?, seq: size(row.int(1)?, "view_number", "seq")? })
}
