//! Promise 8: whatever a refusal or an entry rests on is in that city's own guideline, or is called 市の運用.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use domain::entry::{Entry, Fact};
use domain::guideline::{Basis, ClauseId};
use domain::id::GuidelineHash;
use domain::refusal::{Refusal, RefusalKind};
use serde_json::Value;

use super::{Breach, breach};
use crate::generator::Deed;
use crate::generator::cities::{CITIES, City};

/// What the program itself sets where no guideline speaks, and calls 市の運用.
const DEFAULTS: &[&str] = &["市の運用（取下げ）", "市の運用（担当者と責任者は別の職員とする）"];

/// Everything that a guideline's leaves rest on, by version.
#[derive(Debug)]
pub struct Bases(BTreeMap<GuidelineHash, BTreeSet<String>>);

/// The bases of every city, in the order of the cities; walked once.
static ALL: LazyLock<Vec<Bases>> = LazyLock::new(|| CITIES.iter().map(Bases::read).collect());

impl Bases {
    /// The bases of every version of a city's guideline.
    pub fn of(city: &City) -> &'static Self {
        let at = CITIES.iter().position(|c| c.code == city.code).unwrap_or(0);
        &ALL[at]
    }

    fn read(city: &City) -> Self {
        let of_one = |rules: &crate::generator::cities::Rules| {
            let mut found = BTreeSet::new();
            collect(&serde_json::to_value(&rules.guideline).unwrap_or_default(), &mut found);
            (rules.hash.clone(), found)
        };
        Self(city.versions.iter().map(of_one).collect())
    }

    /// What is wrong with an entry's clause, guideline or municipality.
    pub fn of_entry(&self, city: &City, entry: &Entry, deed: &Deed) -> Vec<Breach> {
        let mut found = Vec::new();
        if entry.municipality != city.code {
            found.push(breach(8, format!("an entry of {} in {}", entry.municipality, city.code)));
        }
        let judged = matches!(
            entry.fact,
            Fact::CaseOpened { .. }
                | Fact::StepDone { .. }
                | Fact::StepReturned { .. }
                | Fact::CaseWithdrawn { .. }
                | Fact::PracticeSet { .. }
                | Fact::RulingMade { .. }
        );
        if judged && entry.guideline.as_ref() != Some(&deed.rules) {
            found.push(breach(8, format!("{:?} was applied, not {}", entry.guideline, deed.rules)));
        }
        if judged && entry.basis.is_none() {
            found.push(breach(8, format!("an entry of {} rests on nothing", entry.fact.kind())));
        }
        found.extend(entry.basis.iter().filter_map(|basis| self.objection(&deed.rules, basis)));
        found
    }

    /// What is wrong with a refusal: a foreign clause, or words that do not help.
    pub fn of_refusal(&self, rules: &GuidelineHash, refusal: &Refusal) -> Vec<Breach> {
        let bases = refusal.basis.iter().chain(refusal.items.iter().map(|i| &i.basis)).map(Basis::shown);
        let mut found: Vec<Breach> = bases.filter_map(|basis| self.objection(rules, &basis)).collect();
        if refusal.kind == RefusalKind::OutOfOrder && refusal.basis.is_none() {
            found.push(breach(2, "a wrong order is refused without a clause"));
        }
        if refusal.what.is_empty() || refusal.next.is_empty() {
            found.push(breach(2, format!("a refusal that does not help: {}", refusal.text())));
        }
        found
    }

    fn objection(&self, rules: &GuidelineHash, basis: &str) -> Option<Breach> {
        let known = self.0.get(rules).is_some_and(|own| own.contains(basis)) || DEFAULTS.contains(&basis);
        (!known).then(|| breach(8, format!("{basis} is not in {rules}")))
    }
}

/// Walks the guideline's own data for what its leaves rest on.
fn collect(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                match (key.as_str(), value) {
                    ("clause", Value::String(id)) => {
                        found.insert(Basis::Clause(ClauseId(id.clone())).shown());
                    }
                    // A setting is a practice by itself, and says why.
                    ("practice" | "why", Value::String(why)) => {
                        found.insert(Basis::Practice(why.clone()).shown());
                    }
                    _ => collect(value, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        _ => {}
    }
}
