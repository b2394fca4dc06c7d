//! The proof that facts make.

use serde_json::{Map, Value, json};

use super::{Evidence, EvidenceKind, Key, KeyName, KeyProblem};
use crate::parsing;

impl EvidenceKind {
    /// A proof of this kind, made of facts as typed; a name that it does not know is passed over. `label` is what people call
    /// the step, `needs` says without which facts it is none.
    pub fn compose(
        self,
        label: &str,
        pairs: &[(String, String)],
        needs: impl Fn(&Key) -> bool,
    ) -> Result<Evidence, KeyProblem> {
        let mut facts = Facts::default();
        for key in self.keys() {
            if let Some((_, typed)) = pairs.iter().find(|(name, _)| name == key.name.word()) {
                facts.0.insert(key.name.word().to_owned(), key.read(typed)?);
            }
        }
        let missing: Vec<&Key> = self.keys().iter().filter(|key| needs(key) && !facts.has(key.name)).collect();
        if !missing.is_empty() {
            let labels: Vec<&str> = missing.iter().map(|key| key.label).collect();
            let what = format!("「{label}」の記録に、次のものがありません：{}", labels.join("、"));
            return Err(KeyProblem { keys: missing.iter().map(|key| key.name).collect(), what });
        }
        serde_json::from_value(shaped(self, facts)?).map_err(|error| KeyProblem {
            keys: Vec::new(),
            what: format!("「{label}」の記録を読めません。{}", parsing::told(&error.to_string(), "")),
        })
    }
}

/// The facts of a proof on their way to its stored shape.
#[derive(Default)]
struct Facts(Map<String, Value>);

impl Facts {
    fn has(&self, name: KeyName) -> bool {
        self.0.contains_key(name.word())
    }

    /// Puts two facts into one part of the proof; one of them alone says nothing.
    fn pair(&mut self, kind: EvidenceKind, part: &str, names: [KeyName; 2]) -> Result<(), KeyProblem> {
        let [first, second] = names.map(|name| self.0.remove(name.word()).map(|value| (name.word().to_owned(), value)));
        match (first, second) {
            (None, None) => Ok(()),
            (Some(first), Some(second)) => {
                self.0.insert(part.to_owned(), Value::Object([first, second].into_iter().collect()));
                Ok(())
            }
            _ => Err(KeyProblem { keys: names.to_vec(), what: both_needed(kind, names) }),
        }
    }
}

/// Puts the facts into the shape of the stored proof.
fn shaped(kind: EvidenceKind, mut facts: Facts) -> Result<Value, KeyProblem> {
    match kind {
        EvidenceKind::Decision => facts.pair(kind, "meeting", [KeyName::HeldOn, KeyName::Present])?,
        EvidenceKind::Filing => facts.pair(kind, "paper", [KeyName::ReceivedOn, KeyName::DocumentNumber])?,
        EvidenceKind::Listing => {
            let place = match (facts.has(KeyName::Url), facts.has(KeyName::SeenOn)) {
                (false, false) => "here",
                (true, true) => "elsewhere",
                _ => {
                    return Err(KeyProblem {
                        keys: vec![KeyName::Url, KeyName::SeenOn],
                        what: "ほかのページに掲載したときは、そのURLと確かめた日を二つそろえて書いてください。"
                            .to_owned(),
                    });
                }
            };
            facts.0.insert("place".to_owned(), json!(place));
        }
        EvidenceKind::Plain
        | EvidenceKind::Policy
        | EvidenceKind::Acquisition
        | EvidenceKind::Receipt
        | EvidenceKind::Profile
        | EvidenceKind::Place
        | EvidenceKind::Badge
        | EvidenceKind::Terminal
        | EvidenceKind::Security
        | EvidenceKind::Designation
        | EvidenceKind::Clauses
        | EvidenceKind::Stop
        | EvidenceKind::Record => {}
    }
    facts.0.insert("evidence".to_owned(), json!(kind.word()));
    Ok(Value::Object(facts.0))
}

fn both_needed(kind: EvidenceKind, names: [KeyName; 2]) -> String {
    let label = |name: KeyName| kind.keys().iter().find(|key| key.name == name).map_or("", |key| key.label);
    let [one, other] = names;
    format!("「{}」と「{}」は、二つそろえて書いてください。", label(one), label(other))
}
