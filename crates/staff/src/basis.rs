//! What a page rests on, with the clause's own words at hand.

use actions::LoadedGuideline;
use domain::guideline::{self, ClauseId};

use crate::parts::Basis;
use crate::visit::Visit;

impl Visit {
    /// A basis of the guideline in force, as a chip that opens the clause's words.
    pub fn basis(&self, basis: &guideline::Basis) -> Basis {
        of(self.guideline(), &self.path("guideline"), basis)
    }

    /// A basis of the guideline that a case began with.
    pub fn basis_in(&self, loaded: &LoadedGuideline, basis: &guideline::Basis) -> Basis {
        of(loaded, &self.path("guideline"), basis)
    }
}

/// The place of a clause on the guideline's page.
pub(crate) fn anchor(clause: &ClauseId) -> String {
    clause.0.clone()
}

fn of(loaded: &LoadedGuideline, page: &str, basis: &guideline::Basis) -> Basis {
    match basis {
        guideline::Basis::Practice(why) => Basis::Practice { words: why.clone() },
        guideline::Basis::Clause(id) => {
            let clauses = loaded.clauses.iter().flat_map(|clauses| &clauses.clauses);
            let words = clauses.into_iter().find(|clause| clause.id == *id).map(guideline::Clause::printed);
            Basis::Clause {
                number: id.said(),
                words: words.unwrap_or_default(),
                href: format!("{page}#{}", anchor(id)),
            }
        }
    }
}

/// A clause of a guideline, with its words.
pub(crate) fn clause<'l>(loaded: &'l LoadedGuideline, id: &ClauseId) -> Option<&'l guideline::Clause> {
    loaded.clauses.iter().flat_map(|clauses| &clauses.clauses).find(|clause| clause.id == *id)
}
