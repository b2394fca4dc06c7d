//! The accounts that a change of the office leaves without a unit, or without a head.

use std::collections::BTreeMap;

use domain::account::Account;
use domain::id::UnitId;
use domain::office::{Left, OfficeChange};

use crate::city::City;
use crate::error::ActError;
use crate::slice::ACCOUNT;
use crate::walk::Walk;

impl City {
    /// What these changes leave accounts without, a sentence for each account; told before they are recorded. What was so
    /// before is not told again.
    pub async fn left_by(&self, changes: &[OfficeChange]) -> Result<Vec<String>, ActError> {
        let Some(last) = changes.iter().filter_map(OfficeChange::takes_away_on).max() else { return Ok(Vec::new()) };
        let day = last.max(self.today());
        let before = self.office().await?;
        // Changes that do not fit the office are refused when they are recorded, with their own words.
        let Ok(after) = before.changed(changes) else { return Ok(Vec::new()) };
        let mut reading = self.ledgered.reading().await?;
        let mut accounts = Walk::<Account>::of(ACCOUNT);
        let mut told = Vec::new();
        // A town has more accounts than sets of units that share them.
        let mut known: BTreeMap<Vec<UnitId>, Option<Left>> = BTreeMap::new();
        let left_now = |units: &[UnitId]| {
            let left = after.left_without(units, day);
            left.filter(|left| before.left_without(units, day).as_ref() != Some(left))
        };
        while let Some(page) = accounts.next(&mut reading).await? {
            for (_, account) in page.iter().filter(|(_, account)| account.is_live()) {
                let left = known.entry(account.units.clone()).or_insert_with(|| left_now(&account.units));
                if let Some(left) = left {
                    let name = account.name.as_deref().unwrap_or("名称未定");
                    told.push(format!("アカウント {}「{name}」：{}", account.id, left.words(&after, day)));
                }
            }
        }
        Ok(told)
    }
}
