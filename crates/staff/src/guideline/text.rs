//! The clauses in the order of the text, each with how strongly it speaks and what carries it.

use actions::LoadedGuideline;
use domain::guideline::{Clause, Run, Strength, leaves, runs};

use super::carrier::{self, Carriers};
use super::words;
use crate::basis::anchor;
use crate::parts::Link;
use crate::visit::Visit;

/// The level of the first headings inside the text; above them stand the page's own.
pub(super) const TOP: u8 = 3;

/// One clause of the page.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// Its place in the page.
    pub id: String,
    /// How it is cited.
    pub number: String,
    /// The level of the heading; 0 for a clause that is none.
    pub level: u8,
    /// How deep it stands under other clauses.
    pub depth: u8,
    /// Its own words.
    pub words: String,
    /// How strongly it speaks; empty where it demands nothing.
    pub strength: &'static str,
    /// What the program does with it.
    pub carried: &'static str,
    /// What carries it.
    pub by: Vec<Link>,
    /// Why it is only shown.
    pub because: Option<String>,
    /// The corrected reading of a slip.
    pub reading: Option<String>,
    /// A note for the officer.
    pub note: Option<String>,
}

impl Row {
    /// A link to it, for the table of contents.
    pub(super) fn link(&self) -> Link {
        Link { href: format!("#{}", self.id), words: self.words.clone() }
    }
}

/// Every clause.
pub(super) fn rows(visit: &Visit, loaded: &LoadedGuideline) -> Vec<Row> {
    let Some(clauses) = &loaded.clauses else { return Vec::new() };
    let clauses = &clauses.clauses;
    let carriers = Carriers::of(visit, &loaded.guideline);
    let bases: Vec<&str> = clauses.iter().map(|clause| base(&clause.id.0)).collect();
    let leaves = leaves(&loaded.guideline);
    clauses.iter().map(|clause| row(clause, &bases, &carriers, runs(clause, &leaves))).collect()
}

fn row(clause: &Clause, bases: &[&str], carriers: &Carriers, run: Run) -> Row {
    let own = base(&clause.id.0);
    let mut above: Vec<&str> = bases.iter().copied().filter(|other| is_under(own, other)).collect();
    above.dedup();
    let depth = u8::try_from(above.len()).unwrap_or(u8::MAX).min(3);
    let heading = own != clause.id.0 || (clause.strength == Strength::None && leads(own, bases));
    let printed = clause.printed();
    Row {
        id: anchor(&clause.id),
        number: clause.id.said(),
        level: if heading { TOP + depth } else { 0 },
        depth,
        words: if heading { printed.trim().to_owned() } else { printed },
        strength: match clause.strength {
            Strength::None => "",
            strength => crate::words::strength(strength),
        },
        carried: match run {
            Run::Today => words::carried(clause.carried),
            Run::Later => words::LATER,
        },
        by: carrier::links(&clause.by, carriers),
        because: clause.shown_because.clone(),
        reading: clause.reading.clone(),
        note: clause.note.clone(),
    }
}

/// The number of a heading is that of what stands under it (docs/guideline-ja.md).
fn base(id: &str) -> &str {
    id.strip_suffix(".見出し").unwrap_or(id)
}

/// Whether a number stands alone and has numbers under it: a heading without words of its own below.
fn leads(own: &str, bases: &[&str]) -> bool {
    bases.iter().filter(|other| **other == own).count() == 1 && bases.iter().any(|other| is_under(other, own))
}

/// Whether a number stands under another: `T3(4)①` under `T3(4)`, but not `T10` under `T1`.
fn is_under(number: &str, above: &str) -> bool {
    let next = number.strip_prefix(above).and_then(|rest| rest.chars().next());
    next.is_some_and(|c| matches!(c, '(' | '（' | '.' | '第' | '①'..='⑳'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_stands_under_what_it_begins_with_and_under_nothing_else() {
        assert!(is_under("T3(4)①", "T3(4)") && is_under("T3(4)①", "T3") && is_under("第1条第2項", "第1条"));
        assert!(!is_under("T10", "T1") && !is_under("T3", "T3") && !is_under("別記様式", "別記"));
    }
}
