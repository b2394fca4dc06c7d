//! What a city settles where its guideline's text is silent: figures and rulings, right and wrong.

use domain::act::{MakeRuling, SetPractice};
use domain::evidence::Meeting;
use domain::guideline::{ClauseId, Guideline};
use domain::id::RulingId;
use domain::practice::{PracticeLeaf, open_leaves};
use domain::register::Register;
use domain::ruling::About;
use jiff::civil::Date;

use super::Act;
use super::chance::Chance;

/// A figure is set: mostly one that is open, sometimes one of a clause or of no guideline.
pub fn set(chance: &mut Chance, guideline: &Guideline) -> Act {
    let open = open_leaves(guideline);
    let leaf = chance.pick(&open).map(|open| open.leaf.clone()).filter(|_| !chance.percent(15));
    let nowhere = || PracticeLeaf::Within { procedure: "opening".to_owned(), step: "file".to_owned() };
    let value = u32::try_from(chance.below(9)).unwrap_or(1);
    let reason = if chance.percent(8) { " ".to_owned() } else { "窓口の込み具合による".to_owned() };
    Act::SetPractice(SetPractice { leaf: leaf.unwrap_or_else(nowhere), value, reason })
}

/// A ruling on anything.
pub fn rule(chance: &mut Chance, guideline: &Guideline, register: &Register, on: Date) -> Act {
    let accounts: Vec<_> = register.accounts.keys().collect();
    let about = chance.pick(&accounts).map(|id| About::Account((*id).clone())).filter(|_| chance.percent(50));
    let clause = guideline.residual.as_ref().and_then(|r| r.basis.clause().cloned());
    let unknown = ClauseId("第999条".to_owned());
    Act::Rule(MakeRuling {
        ruling: RulingId(format!("ruling-{}", chance.below(1000))),
        title: if chance.percent(5) { String::new() } else { "終了日の定めのないものの扱い".to_owned() },
        words: "年度の終わりに続けるかどうかを決める。".to_owned(),
        clause: if chance.percent(8) { Some(unknown) } else { clause },
        about,
        document_number: chance.percent(50).then(|| "総第20号".to_owned()),
        meeting: chance
            .percent(80)
            .then(|| Meeting { held_on: on, present: u32::try_from(chance.below(9)).unwrap_or(0) }),
    })
}
