//! Finding records by terms: pieces of their words, and the keys that lists are filtered by.
//!
//! A term is any text; what it means is the kernel's to decide. A record is found when it has every term asked for.

use std::future::Future;

use crate::error::Result;
use crate::many::{filled, insert, insert_text, parameters};
use crate::read::{Read, bounded};
use crate::value::{Value, values};
use crate::views::{Apply, ViewRow, view_row};

/// The most terms that one question looks at; whoever has more looks at the records found.
pub const TERMS_MAX: usize = 12;
/// How far the records with a term are counted, to begin with the rarest.
const COUNTED: i64 = 2000;

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermQuery<'a> {
    /// The noun.
    pub noun: &'a str,
    /// A record has all of these; at least one is given.
    pub terms: &'a [String],
    /// And one of these, where some are given: what the person may see.
    pub one_of: Option<&'a [String]>,
}

/// Asking by terms.
pub trait Terms: Read {
    /// The records with these terms, the newest (by `sort` and id) first; `after` is the last row of the page before.
    fn matching(
        &mut self,
        query: &TermQuery<'_>,
        after: Option<(&str, &str)>,
        limit: u32,
    ) -> impl Future<Output = Result<Vec<ViewRow>>> + Send {
        async move {
            let mut terms: Vec<&String> = query.terms.iter().take(TERMS_MAX).collect();
            if terms.is_empty() {
                return Ok(Vec::new());
            }
            let scope = query.one_of.map(filled).transpose()?;
            let from = rarest(self, query.noun, &terms, scope.as_deref()).await?;
            let at = self.scope();
            let (sort, id) = after.unwrap_or((LAST, LAST));
            let mut values = values![at.municipality, query.noun, sort, id, bounded(limit)].to_vec();
            let (first, others, scoped) = match from {
                Rarest::Term(place) => (vec![Value::from(terms.remove(place))], terms, scope),
                Rarest::Scope => (scope.unwrap_or_default(), terms, None),
            };
            let text = at.which.built(matching_text(first.len(), others.len(), scoped.as_ref().map(Vec::len)));
            values.extend(first);
            values.extend(others.into_iter().map(Value::from));
            values.extend(scoped.into_iter().flatten());
            let rows = at.tx.all(text, &values).await?;
            rows.iter().map(view_row).collect()
        }
    }
}

impl<T: Read> Terms for T {}

/// Writing terms.
pub trait PutTerms: Apply {
    /// Adds terms of a record.
    fn put_terms(
        &mut self,
        noun: &str,
        sort: &str,
        id: &str,
        terms: &[String],
    ) -> impl Future<Output = Result<()>> + Send {
        async move {
            let mut at = self.scope();
            let municipality = at.municipality;
            let rows: Vec<Vec<Value>> =
                terms.iter().map(|term| values![municipality, noun, term, sort, id].to_vec()).collect();
            insert(&mut at, INTO, &rows).await
        }
    }

    /// Takes terms of a record away.
    fn drop_terms(
        &mut self,
        noun: &str,
        sort: &str,
        id: &str,
        terms: &[String],
    ) -> impl Future<Output = Result<()>> + Send {
        async move {
            for some in terms.chunks(64) {
                let at = self.scope();
                let list = filled(some)?;
                let mut values = values![at.municipality, noun, sort, id].to_vec();
                let text = at.which.built(drop_text(list.len()));
                values.extend(list);
                at.tx.execute(text, &values).await?;
            }
            Ok(())
        }
    }
}

impl<T: Apply> PutTerms for T {}

const INTO: &str = "view_term (municipality, noun, term, sort, id)";
/// Behind every place and id.
const LAST: &str = "\u{10ffff}";

/// The statements of this room, so that a test can have each engine parse each one.
pub(crate) const STATEMENTS: [fn() -> String; 5] = [
    || matching_text(1, 3, Some(64)),
    || matching_text(64, 3, None),
    || rarest_text(3, Some(64)),
    || drop_text(64),
    || insert_text(INTO, 8, 5),
];

/// From where the fewest records have to be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rarest {
    /// From those with one of the terms, by its place.
    Term(usize),
    /// From those that the person may see.
    Scope,
}

/// What the fewest records have: one of the terms, or what the person may see.
async fn rarest(
    at: &mut (impl Read + ?Sized),
    noun: &str,
    terms: &[&String],
    scope: Option<&[Value]>,
) -> Result<Rarest> {
    if terms.len() == 1 && scope.is_none() {
        return Ok(Rarest::Term(0));
    }
    let at = at.scope();
    let mut values = values![at.municipality, noun, COUNTED].to_vec();
    values.extend(terms.iter().map(|term| Value::from(*term)));
    let text = at.which.built(rarest_text(terms.len(), scope.map(<[Value]>::len)));
    values.extend(scope.into_iter().flatten().cloned());
    let mut fewest = (i64::MAX, 0);
    for row in at.tx.all(text, &values).await? {
        let place = usize::try_from(row.int(0)?).unwrap_or_default();
        fewest = fewest.min((row.int(1)?, place));
    }
    Ok(if fewest.1 < terms.len() { Rarest::Term(fewest.1) } else { Rarest::Scope })
}

/// Counts the records with each term and, behind them, those with one of a list of terms.
fn rarest_text(terms: usize, scope: Option<usize>) -> String {
    let one = |place: usize, condition: String| {
        format!(
            "SELECT CAST({place} AS BIGINT), COUNT(*) FROM (SELECT 1 AS found FROM view_term \
             WHERE municipality = $1 AND noun = $2 AND term {condition} LIMIT $3) t{place}"
        )
    };
    let mut all: Vec<String> = (0..terms).map(|place| one(place, format!("= ${}", place + 4))).collect();
    all.extend(scope.map(|count| one(terms, format!("IN ({})", parameters(terms + 4, count)))));
    all.join(" UNION ALL ")
}

/// The records with one of the first terms, all of the others, and one of a scope's.
fn matching_text(first: usize, others: usize, scope: Option<usize>) -> String {
    let has = |condition: &str| {
        format!(
            " AND EXISTS (SELECT 1 FROM view_term e WHERE e.municipality = d.municipality AND e.noun = d.noun \
             AND e.term {condition} AND e.sort = d.sort AND e.id = d.id)"
        )
    };
    let others_have: String = (0..others).map(|other| has(&format!("= ${}", first + other + 6))).collect();
    let scoped = scope.map(|count| has(&format!("IN ({})", parameters(first + others + 6, count)))).unwrap_or_default();
    // With one term the index gives the order, and a page is read off its end; with several a record may come twice.
    let (distinct, condition) = match first {
        1 => ("", "= $6".to_owned()),
        several => ("DISTINCT ", format!("IN ({})", parameters(6, several))),
    };
    format!(
        "SELECT r.id, r.body, r.version, r.a, r.b, r.c, r.sort FROM (SELECT {distinct}d.sort AS sort, d.id AS id \
         FROM view_term d WHERE d.municipality = $1 AND d.noun = $2 AND d.term {condition} \
         AND (d.sort, d.id) < ($3, $4){others_have}{scoped} ORDER BY d.sort DESC, d.id DESC LIMIT $5) p \
         JOIN view_record r ON r.municipality = $1 AND r.noun = $2 AND r.id = p.id ORDER BY p.sort DESC, p.id DESC"
    )
}

fn drop_text(terms: usize) -> String {
    format!(
        "DELETE FROM view_term WHERE municipality = $1 AND noun = $2 AND sort = $3 AND id = $4 AND term IN ({})",
        parameters(5, terms)
    )
}
