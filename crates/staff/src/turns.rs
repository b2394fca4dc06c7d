//! Turns: of each name only so many at the same time; whoever comes beyond that waits behind their own.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// So many turns of each name.
#[derive(Debug)]
pub(crate) struct Turns {
    each: usize,
    own: Mutex<HashMap<String, Weak<Semaphore>>>,
}

impl Turns {
    /// So many of each.
    pub fn of_each(each: usize) -> Self {
        Self { each, own: Mutex::default() }
    }

    /// A turn of this name, when it has come.
    pub async fn turn(&self, who: &str) -> Option<OwnedSemaphorePermit> {
        self.of(who).acquire_owned().await.ok()
    }

    fn of(&self, who: &str) -> Arc<Semaphore> {
        let mut own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(turns) = own.get(who).and_then(Weak::upgrade) {
            return turns;
        }
        // Whoever has no turn and waits for none is forgotten.
        own.retain(|_, turns| turns.strong_count() > 0);
        let turns = Arc::new(Semaphore::new(self.each));
        own.insert(who.to_owned(), Arc::downgrade(&turns));
        turns
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_name_waits_behind_its_own_and_no_other() {
        let turns = Turns::of_each(2);
        let theirs = [turns.turn("a").await, turns.turn("a").await];
        let third = tokio::time::timeout(std::time::Duration::from_millis(20), turns.turn("a")).await;
        assert!(third.is_err(), "it waits");
        assert!(turns.turn("b").await.is_some());
        drop(theirs);
        assert!(turns.turn("a").await.is_some());
        assert_eq!(turns.own.lock().expect("whole").len(), 1, "who is gone is forgotten when the next name comes");
    }
}
