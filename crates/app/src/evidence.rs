//! What proves a step, typed as `項目=値` or as JSON.

use domain::evidence::{Evidence, Key, Sort};
use domain::guideline::Step;
use domain::{parsing, step_kind};
use serde_json::{Value, json};

use crate::input::{self, Mistake};

/// The proof of a step from what was typed.
pub fn read(step: &Step, pairs: &[(String, String)]) -> Result<Evidence, Mistake> {
    let keys = step.kind.evidence().keys();
    for (at, (name, _)) in pairs.iter().enumerate() {
        if keys.iter().all(|key| key.name.word() != name) {
            return Err(Mistake::new(format!(
                "「{}」の記録に「{name}」という項目はありません。\n{}",
                step.label,
                told(step)
            )));
        }
        if pairs.iter().take(at).any(|(former, _)| former == name) {
            return Err(Mistake::new(format!("項目「{name}」が二度書かれています。一つにしてください。")));
        }
    }
    step_kind::compose(step, pairs).map_err(|problem| {
        let names: Vec<&str> = problem.keys.iter().map(|name| name.word()).collect();
        let names = names.join("、");
        Mistake::new(format!("{}（{names}）\n{}", problem.what, told(step)))
    })
}

/// The proof of a step from JSON; its tag may be left out.
pub fn read_json(step: &Step, text: &str) -> Result<Evidence, Mistake> {
    let mut value: Value = serde_json::from_str(text)
        .map_err(|error| Mistake::new(format!("{}\n{}", parsing::json("記録の JSON", &error), told(step))))?;
    for key in step.kind.evidence().keys() {
        if let (Sort::Day, Some(typed)) = (key.sort, value.get(key.name.word()).and_then(Value::as_str)) {
            let day = input::day(typed).map_err(|mistake| Mistake::new(format!("「{}」：{mistake}", key.label)))?;
            value[key.name.word()] = json!(day);
        }
    }
    if let Some(object) = value.as_object_mut() {
        object.entry("evidence").or_insert_with(|| json!(step.kind.evidence().word()));
    }
    of_value(step, value)
}

/// Whether a step's record holds nothing that could be typed.
pub fn is_plain(step: &Step) -> bool {
    step.kind.evidence().keys().is_empty()
}

/// What a step's record may hold, as a person is told.
pub fn told(step: &Step) -> String {
    let keys = step.kind.evidence().keys();
    if keys.is_empty() {
        return "この手順に --evidence は要りません。".to_owned();
    }
    let lines: Vec<String> = keys
        .iter()
        .map(|key| {
            let need = if step.needs(key) { "必要" } else { "あれば" };
            format!("・{}（{need}）　例：--evidence {}={}", key.label, key.name, key.example)
        })
        .collect();
    format!("この手順に書ける項目：\n{}", lines.join("\n"))
}

/// The arguments that a step cannot be done without, as an example.
pub fn example(step: &Step) -> String {
    let needed = step.kind.evidence().keys().iter().filter(|key| step.needs(key));
    let arguments: Vec<String> = needed.map(|key: &Key| format!(" -e {}={}", key.name, key.example)).collect();
    arguments.concat()
}

/// The arguments that a step may be done without, each with what it says.
pub fn further(step: &Step) -> Vec<String> {
    let further = step.kind.evidence().keys().iter().filter(|key| !step.needs(key));
    further.map(|key| format!("{}={}（{}）", key.name, key.example, key.label)).collect()
}

fn of_value(step: &Step, value: Value) -> Result<Evidence, Mistake> {
    serde_json::from_value(value).map_err(|error| {
        let problem = parsing::told(&error.to_string(), "");
        Mistake::new(format!("「{}」の記録を読めません。{problem}\n{}", step.label, told(step)))
    })
}

#[cfg(test)]
mod tests {
    use domain::guideline::{Basis, ClauseId, StepKind, Strength};

    use super::*;

    fn step(kind: StepKind) -> Step {
        Step {
            id: "s".to_owned(),
            label: "この手順".to_owned(),
            kind,
            by: Vec::new(),
            strength: Strength::Must,
            after: Vec::new(),
            when: Vec::new(),
            returns_to: None,
            second_person: None,
            within: None,
            form: None,
            basis: Basis::Clause(ClauseId("A1".to_owned())),
        }
    }

    fn typed(kind: StepKind, pairs: &[&str]) -> Result<Evidence, String> {
        let pairs: Result<Vec<_>, _> = pairs.iter().map(|text| input::pair(text)).collect();
        pairs.and_then(|pairs| read(&step(kind), &pairs)).map_err(|mistake| mistake.to_string())
    }

    #[test]
    fn the_examples_that_people_are_shown_make_a_proof_of_the_right_kind() {
        let kinds = [
            StepKind::Decide,
            StepKind::Acquire,
            StepKind::File,
            StepKind::List,
            StepKind::ShowProfile,
            StepKind::ShowPolicy,
            StepKind::ObtainBadge,
            StepKind::ConfirmTerminal,
            StepKind::ConfirmSecurity,
            StepKind::Designate,
            StepKind::Acknowledge,
            StepKind::Stop,
            StepKind::Report,
            StepKind::Receive,
            StepKind::Share,
        ];
        for kind in kinds {
            let keys = kind.evidence().keys();
            for all in [false, true] {
                let pairs: Vec<String> = keys
                    .iter()
                    .filter(|key| all || step(kind).needs(key))
                    .map(|key| format!("{}={}", key.name, key.example))
                    .collect();
                let pairs: Vec<&str> = pairs.iter().map(String::as_str).collect();
                let made = typed(kind, &pairs).map(|evidence| evidence.kind());
                assert_eq!(made, Ok(kind.evidence()), "{kind:?} {pairs:?}");
            }
        }
    }

    #[test]
    fn words_are_taken_in_japanese_and_days_in_wareki() {
        let stop = typed(StepKind::Stop, &["last_day=令和8年3月31日"]);
        assert_eq!(stop, Ok(Evidence::Stop { last_day: jiff::civil::date(2026, 3, 31) }));
        let badge = typed(StepKind::ObtainBadge, &["status=申請中"]);
        assert_eq!(badge, Ok(Evidence::Badge { status: domain::evidence::Badge::Applied }));
    }

    #[test]
    fn a_missing_key_and_an_unknown_one_are_told_with_every_key_of_the_step() {
        let missing = typed(StepKind::Acquire, &[]);
        assert!(missing.is_err_and(|words| words.contains("がありません") && words.contains("--evidence url=")));
        let unknown = typed(StepKind::Acquire, &["ulr=https://x.com/a"]);
        assert!(unknown.is_err_and(|words| words.contains("「ulr」という項目はありません") && words.contains("url=")));
    }

    #[test]
    fn half_of_a_paper_filing_is_not_taken() {
        assert!(
            typed(StepKind::File, &["received_on=令和8年4月1日"]).is_err_and(|words| words.contains("二つそろえて"))
        );
    }
}
