//! A machine whose time goes on and whose chance is the system's.

use std::time::Instant;

use actions::Machine;

use crate::town::MORNING;

/// The town's first morning, running on from when this was made; for work in which several processes take part.
#[derive(Debug)]
pub struct RunningMachine {
    began: Instant,
}

impl RunningMachine {
    /// The town's morning begins now.
    #[expect(clippy::new_without_default, reason = "it begins at an instant: a default would hide that")]
    pub fn new() -> Self {
        Self { began: Instant::now() }
    }
}

impl Machine for RunningMachine {
    fn now(&self) -> i64 {
        MORNING + i64::try_from(self.began.elapsed().as_millis()).unwrap_or(i64::MAX - MORNING)
    }

    fn random(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).expect("the system has chance");
        bytes
    }
}
