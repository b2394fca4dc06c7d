//! Statements whose length depends on how much is asked for; only a few lengths exist, so that engines can keep them.

use crate::error::{Result, StoreError};
use crate::read::Scope;
use crate::value::Value;

/// The lengths of a list in a statement: a list is filled up to the next one.
const LISTS: [usize; 4] = [64, 512, 4096, 30_000];
/// How many rows one statement inserts.
const ROWS: [usize; 7] = [64, 16, 8, 4, 3, 2, 1];

/// `$first, $first+1, …`, so many.
pub(crate) fn parameters(first: usize, count: usize) -> String {
    let all: Vec<String> = (first..first + count).map(|number| format!("${number}")).collect();
    all.join(", ")
}

/// The values of a list, filled up with its last one to one of the few lengths.
pub(crate) fn filled(texts: &[String]) -> Result<Vec<Value>> {
    let Some(filler) = texts.last() else { return Ok(vec![Value::NoText; LISTS[0]]) };
    let length = LISTS.into_iter().find(|length| texts.len() <= *length);
    let length = length.ok_or(StoreError::TooLarge { what: "検索の条件", most: 30_000 })?;
    let mut values: Vec<Value> = texts.iter().map(Value::from).collect();
    values.resize(length, Value::from(filler));
    Ok(values)
}

/// Inserts rows, as many at once as one of the few lengths allows; a row that is there already stays.
pub(crate) async fn insert(at: &mut Scope<'_>, into: &'static str, rows: &[Vec<Value>]) -> Result<()> {
    let mut rest = rows;
    while let Some(first) = rest.first() {
        let count = ROWS.into_iter().find(|count| *count <= rest.len()).unwrap_or(1);
        let (now, later) = rest.split_at(count.min(rest.len()));
        let values: Vec<Value> = now.iter().flatten().cloned().collect();
        let text = at.which.built(insert_text(into, count, first.len()));
        at.tx.execute(text, &values).await?;
        rest = later;
    }
    Ok(())
}

pub(crate) fn insert_text(into: &str, rows: usize, columns: usize) -> String {
    let tuples: Vec<String> = (0..rows).map(|row| format!("({})", parameters(row * columns + 1, columns))).collect();
    format!("INSERT INTO {into} VALUES {} ON CONFLICT DO NOTHING", tuples.join(", "))
}
