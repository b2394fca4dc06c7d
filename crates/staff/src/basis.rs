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

    /// A basis that was kept as it is shown: a clause's id, or 市の運用 with why.
    pub fn basis_shown(&self, loaded: &LoadedGuideline, shown: &str) -> Basis {
        let practice = shown.strip_prefix("市の運用").map(|why| why.trim_matches(['（', '）']).to_owned());
        let basis =
            practice.map_or_else(|| guideline::Basis::Clause(ClauseId(shown.to_owned())), guideline::Basis::Practice);
        self.basis_in(loaded, &basis)
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

/// The chip of a basis that is only known as it was shown, as in a refusal.
pub(crate) fn cited(visit: &Visit, loaded: &LoadedGuideline, shown: &str) -> Basis {
    let id = ClauseId(shown.to_owned());
    let basis = match clause(loaded, &id) {
        Some(_) => guideline::Basis::Clause(id),
        None => guideline::Basis::Practice(shown.to_owned()),
    };
    visit.basis_in(loaded, &basis)
}
