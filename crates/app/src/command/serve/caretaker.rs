//! Looking after the place of a municipality's data while it is served.

use std::time::Duration;

use actions::Space;
use tokio::time::{MissedTickBehavior, interval};

use crate::home::Town;
use crate::room;

/// How often somebody looks.
const LOOK: Duration = Duration::from_secs(5);

/// Looks after the room on the disk, which is told when it changes for the worse, whether the data is
/// still where it was opened, and after what an erasure left behind.
pub async fn look_after(town: Town) {
    let mut told = Space::Plenty;
    let (mut complaint, mut gone) = (String::new(), false);
    let mut ticks = interval(LOOK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let space = town.city.space();
        if space < told
            && let Some(words) = room::warning(town.code(), space)
        {
            tracing::error!("{words}");
        }
        told = space;
        if let Err(fault) = town.city.still_there() {
            if !gone {
                tracing::error!(municipality = %town.code(), "{fault}");
            }
            gone = true;
            continue;
        }
        gone = false;
        match town.city.overwrite_erased().await {
            Ok(_) => complaint.clear(),
            Err(fault) if fault.to_string() != complaint => {
                complaint = fault.to_string();
                tracing::error!(municipality = %town.code(), "{complaint}");
            }
            Err(_) => {}
        }
    }
}
