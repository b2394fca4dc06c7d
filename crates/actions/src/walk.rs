//! Reading all records of a noun, a page at a time.

use std::marker::PhantomData;

use serde::de::DeserializeOwned;
use store::{PAGE_MAX, Read, ViewRow};

use crate::error::ActError;
use crate::slice::read;

/// A walk through every record of a noun in the order of its pages, so that a long list never stands in memory whole.
pub(crate) struct Walk<T> {
    noun: &'static str,
    /// Behind which record the next page begins; nothing before the first page.
    behind: Option<(String, String)>,
    record: PhantomData<T>,
}

impl<T: DeserializeOwned> Walk<T> {
    /// A walk from the first record on.
    pub(crate) fn of(noun: &'static str) -> Self {
        Self { noun, behind: None, record: PhantomData }
    }

    /// The next page's records with their ids; `None` behind the last one. All pages are read in the same view of the data.
    pub(crate) async fn next(&mut self, at: &mut impl Read) -> Result<Option<Vec<(String, T)>>, ActError> {
        let Some(rows) = self.next_each(at).await? else { return Ok(None) };
        rows.into_iter().map(|(row, record)| Ok((row.id, record?))).collect::<Result<_, _>>().map(Some)
    }

    /// The next page's rows, each with its record or why that cannot be read; `None` behind the last one.
    pub(crate) async fn next_each(&mut self, at: &mut impl Read) -> Result<Option<Vec<Each<T>>>, ActError> {
        let behind = self.behind.as_ref().map(|(sort, id)| (sort.as_str(), id.as_str()));
        let rows = at.page(self.noun, behind, PAGE_MAX).await?;
        let Some(last) = rows.last() else { return Ok(None) };
        self.behind = Some((last.sort.clone(), last.id.clone()));
        let each = |row: ViewRow| {
            let record = read(self.noun, &row);
            (row, record)
        };
        Ok(Some(rows.into_iter().map(each).collect()))
    }
}

/// A row with its record, or why that cannot be read.
pub(crate) type Each<T> = (ViewRow, Result<T, ActError>);

/// Every record of a noun with its id, where there are not many of them.
pub(crate) async fn every<T: DeserializeOwned>(
    at: &mut impl Read,
    noun: &'static str,
) -> Result<Vec<(String, T)>, ActError> {
    let (mut walk, mut found) = (Walk::of(noun), Vec::new());
    while let Some(page) = walk.next(at).await? {
        found.extend(page);
    }
    Ok(found)
}
