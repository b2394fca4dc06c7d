//! Copying whole tables from one database to another, whatever the engines.

use crate::dialect::{Row, Tx};
use crate::error::Result;
use crate::tables::{Kind, Table};
use crate::value::Value;

/// Which rows of each table are copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rows<'a> {
    /// All of them.
    Whole,
    /// One municipality's.
    Of(&'a str),
}

/// Copies the rows of a table, a page at a time.
pub(crate) async fn copy_table(from: &mut Tx, to: &mut Tx, table: &Table, rows: Rows<'_>) -> Result<()> {
    let insert = insert(table);
    let mut after: Vec<Value> = Vec::new();
    loop {
        let mut last = Vec::new();
        for row in page(from, table, rows, &after, table.page).await? {
            last = row_values(&row, table)?;
            to.execute(insert.clone(), &last).await?;
        }
        if last.is_empty() {
            return Ok(());
        }
        last.truncate(table.key);
        after = last;
    }
}

/// Whether a table has none of these rows.
pub(crate) async fn is_empty(tx: &mut Tx, table: &Table, rows: Rows<'_>) -> Result<bool> {
    Ok(page(tx, table, rows, &[], 1).await?.is_empty())
}

/// The names come from [`crate::TABLES`] alone: no text from outside reaches these statements.
async fn page(tx: &mut Tx, table: &Table, rows: Rows<'_>, after: &[Value], limit: i64) -> Result<Vec<Row>> {
    let names: Vec<&str> = table.columns.iter().map(|(name, _)| *name).collect();
    let key = names.iter().take(table.key).copied().collect::<Vec<_>>();
    let key = key.join(", ");
    let mut values = Vec::new();
    let mut conditions = Vec::new();
    if let Rows::Of(municipality) = rows {
        values.push(Value::from(municipality));
        conditions.push("municipality = $1".to_owned());
    }
    if !after.is_empty() {
        let first = values.len() + 1;
        values.extend_from_slice(after);
        conditions.push(format!("({key}) > ({})", parameters(first, values.len())));
    }
    let which = if conditions.is_empty() { String::new() } else { format!(" WHERE {}", conditions.join(" AND ")) };
    values.push(Value::Int(limit));
    let (columns, name, last) = (names.join(", "), table.name, values.len());
    tx.all(format!("SELECT {columns} FROM {name}{which} ORDER BY {key} LIMIT ${last}"), &values).await
}

fn insert(table: &Table) -> String {
    let names: Vec<&str> = table.columns.iter().map(|(name, _)| *name).collect();
    format!("INSERT INTO {} ({}) VALUES ({})", table.name, names.join(", "), parameters(1, names.len()))
}

fn parameters(first: usize, last: usize) -> String {
    let all: Vec<String> = (first..=last).map(|number| format!("${number}")).collect();
    all.join(", ")
}

fn row_values(row: &Row, table: &Table) -> Result<Vec<Value>> {
    let cell = |(index, (_, kind)): (usize, &(&str, Kind))| {
        Ok(match kind {
            Kind::Text => row.opt_text(index)?.map_or(Value::NoText, Value::Text),
            Kind::Int => row.opt_int(index)?.map_or(Value::NoInt, Value::Int),
            Kind::Bytes => row.opt_bytes(index)?.map_or(Value::NoBytes, Value::Bytes),
        })
    };
    table.columns.iter().enumerate().map(cell).collect()
}
