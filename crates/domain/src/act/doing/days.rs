//! Days that an act states besides its own: none lies before there could be such an account, or such a filing.

use jiff::civil::Date;

use super::Doing;
use crate::calendar::{NETWORKS_BEGAN, wareki};
use crate::evidence::KeyName;
use crate::guideline::{Basis, Purpose};
use crate::refusal::{At, ItemProblem, Refusal, RefusalKind};

impl Doing<'_> {
    /// Refuses a stated day (`label` is what people call it) that nobody can mean: before there were such networks, or before an account that is known was in
    /// use. The day on which a guideline came into force is no bound: papers may be older than its last revision.
    pub fn can_be_meant(&self, name: KeyName, label: &str, day: Date) -> Result<(), Refusal> {
        let in_use = self.in_use_since().filter(|_| name != KeyName::SeenOn);
        let bounds = [
            (Some(NETWORKS_BEGAN), "ソーシャルメディアが使われるようになる前の日です"),
            (in_use, "このアカウントの利用が始まる前の日です"),
        ];
        let latest =
            bounds.into_iter().filter_map(|(bound, why)| Some((bound?, why))).filter(|(bound, _)| day < *bound);
        let Some((bound, why)) = latest.max_by_key(|(bound, _)| *bound) else { return Ok(()) };
        let problem = ItemProblem {
            at: At::Key(name),
            label: label.to_owned(),
            what: format!("{label}（{}）は、{why}。", wareki(day)),
            basis: Basis::plain_practice(),
            next: format!("年を確かめ、{}以後の日を入れてください。", wareki(bound)),
        };
        Err(Refusal::new(
            RefusalKind::WrongDate,
            format!("「{}」に書かれた日付に、直すところがあります。", self.step.label),
            "日付を直して、もう一度記録してください。",
        )
        .under(&self.step.basis)
        .with_items(vec![problem]))
    }

    /// The day from which the account of a case has been in use, as its policy or else the list says; none for one that is
    /// only to get there.
    fn in_use_since(&self) -> Option<Date> {
        let spans = self.desk.register.listings.values().filter(|span| Some(&span.account) == self.case.account());
        let began = spans.map(|span| {
            let planned = span.read().and_then(|record| record.started_on);
            planned.map_or(span.on, |planned| planned.min(span.on))
        });
        let now = self.account().and_then(|account| account.standing.listed()).map(|listed| listed.since);
        began.chain(now).min().filter(|_| self.case.purpose != Purpose::Opening)
    }
}
