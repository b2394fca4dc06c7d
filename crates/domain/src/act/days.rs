//! Days that an act states besides its own: none lies before there could be such an account, or such a filing.

use jiff::civil::Date;

use super::Desk;
use crate::account::Standing;
use crate::calendar::{NETWORKS_BEGAN, wareki};
use crate::case::Case;
use crate::guideline::{Purpose, Step};
use crate::policy::ItemProblem;
use crate::refusal::{Refusal, RefusalKind};

/// A day that an act states, by the key of its evidence and by what people call it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stated {
    key: &'static str,
    label: &'static str,
}

/// The day on which a filing came on paper.
pub(super) const RECEIVED: Stated = Stated { key: "received_on", label: "紙の届出を受け取った日" };
/// The last day of use.
pub(super) const LAST: Stated = Stated { key: "last_day", label: "利用の最後の日" };
/// The day on which a page was seen.
pub(super) const SEEN: Stated = Stated { key: "seen_on", label: "ページを確かめた日" };

impl Desk<'_> {
    /// Refuses a stated day that nobody can mean: before there were such networks, or before an account that is known was in
    /// use. The day on which a guideline came into force is no bound: papers may be older than its last revision.
    pub(super) fn can_be_meant(&self, step: &Step, case: &Case, stated: Stated, day: Date) -> Result<(), Refusal> {
        let in_use = self.in_use_since(case).filter(|_| stated.key != SEEN.key);
        let bounds = [
            (Some(NETWORKS_BEGAN), "ソーシャルメディアが使われるようになる前の日です"),
            (in_use, "このアカウントの利用が始まる前の日です"),
        ];
        let latest =
            bounds.into_iter().filter_map(|(bound, why)| Some((bound?, why))).filter(|(bound, _)| day < *bound);
        let Some((bound, why)) = latest.max_by_key(|(bound, _)| *bound) else { return Ok(()) };
        let problem = ItemProblem {
            item: stated.key.to_owned(),
            label: stated.label.to_owned(),
            what: format!("{}（{}）は、{why}。", stated.label, wareki(day)),
            basis: "市の運用".to_owned(),
            next: format!("年を確かめ、{}以後の日を入れてください。", wareki(bound)),
        };
        Err(Refusal::new(
            RefusalKind::WrongDate,
            format!("「{}」に書かれた日付に、直すところがあります。", step.label),
            "日付を直して、もう一度記録してください。",
        )
        .under(&step.basis)
        .with_items(vec![problem]))
    }

    /// The day from which the account of a case has been in use, as its policy or else the list says; none for one that is
    /// only to get there.
    fn in_use_since(&self, case: &Case) -> Option<Date> {
        let spans = self.register.listings.values().filter(|span| span.account == case.account);
        let began = spans.map(|span| {
            let planned = span.read().and_then(|record| record.started_on);
            planned.map_or(span.on, |planned| planned.min(span.on))
        });
        let now = self.register.accounts.get(&case.account).and_then(|account| match &account.standing {
            Standing::Listed(listed) => Some(listed.since),
            _ => None,
        });
        began.chain(now).min().filter(|_| case.purpose != Purpose::Opening)
    }
}
