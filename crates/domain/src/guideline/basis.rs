//! Where a leaf of the guideline comes from: what an act or a refusal rests on.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};

use super::clause::ClauseId;

/// Where a leaf comes from: a clause of the guideline, or the city's own practice.
///
/// Written as `clause = "M6(3)①"` or as `practice = "reason"`; exactly one of the two.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// The guideline's own clause.
    Clause(ClauseId),
    /// 市の運用: not in the guideline's text; why the city does so.
    Practice(String),
}

impl Basis {
    /// The clause, where the guideline's text is the source.
    pub fn clause(&self) -> Option<&ClauseId> {
        match self {
            Self::Clause(id) => Some(id),
            Self::Practice(_) => None,
        }
    }

    /// 市の運用 of which nothing more is said.
    pub fn plain_practice() -> Self {
        Self::Practice(String::new())
    }

    /// What a refusal, an entry or a page shows: the clause's id, or 市の運用 with why.
    pub fn shown(&self) -> String {
        match self {
            Self::Clause(id) => id.0.clone(),
            Self::Practice(why) if why.is_empty() => PRACTICE.to_owned(),
            Self::Practice(why) => format!("{PRACTICE}（{why}）"),
        }
    }

    /// The basis that was kept as it is shown.
    pub fn of_shown(shown: &str) -> Self {
        let Some(why) = shown.strip_prefix(PRACTICE) else { return Self::Clause(ClauseId(shown.to_owned())) };
        let inner = why.strip_prefix('（').and_then(|why| why.strip_suffix('）'));
        Self::Practice(inner.unwrap_or(why).to_owned())
    }

    /// The basis as officers say it.
    pub fn said(&self) -> String {
        match self {
            Self::Clause(id) => id.said(),
            Self::Practice(_) => self.shown(),
        }
    }
}

const PRACTICE: &str = "市の運用";

/// Writes a basis as it is shown; programs that read our answers know it so.
pub(crate) fn shown<S: Serializer>(basis: &Basis, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&basis.shown())
}

/// The same where there may be none.
#[expect(clippy::ref_option, reason = "serde hands over the field as it is")]
pub(crate) fn shown_if_any<S: Serializer>(basis: &Option<Basis>, serializer: S) -> Result<S::Ok, S::Error> {
    basis.as_ref().map(Basis::shown).serialize(serializer)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_basis_is_read_back_as_it_was_shown(why in "[（）a-z市の運用]{0,12}") {
            let practice = Basis::Practice(why);
            prop_assert_eq!(Basis::of_shown(&practice.shown()), practice);
        }
    }

    #[test]
    fn a_clause_is_read_back_as_it_was_shown() {
        let clause = Basis::Clause(ClauseId("T3(4)①".to_owned()));
        assert_eq!(Basis::of_shown(&clause.shown()), clause);
        assert_eq!(Basis::of_shown("市の運用"), Basis::plain_practice());
    }
}
