//! Where time and chance come from.

use std::sync::Mutex;

/// The machine's clock and its source of chance.
pub trait Machine: Send + Sync {
    /// Now, in milliseconds UTC.
    fn now(&self) -> i64;

    /// 32 bytes that nobody can foretell.
    fn random(&self) -> [u8; 32];
}

/// A machine whose time stands still until it is moved and whose chance is counted: for tests, and for samples that
/// are the same every time.
#[derive(Debug)]
pub struct FixedMachine {
    state: Mutex<(i64, u64)>,
}

impl FixedMachine {
    /// A machine that shows this instant (ms, UTC).
    pub fn at(now: i64) -> Self {
        Self { state: Mutex::new((now, 0)) }
    }

    /// Moves its clock on.
    pub fn advance(&self, ms: i64) {
        if let Ok(mut state) = self.state.lock() {
            state.0 += ms;
        }
    }
}

impl Machine for FixedMachine {
    fn now(&self) -> i64 {
        self.state.lock().map_or(0, |state| state.0)
    }

    fn random(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        if let Ok(mut state) = self.state.lock() {
            state.1 += 1;
            let (head, _) = bytes.split_at_mut(8);
            head.copy_from_slice(&state.1.to_be_bytes());
        }
        bytes
    }
}
