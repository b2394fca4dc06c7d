//! The machine's own clock and chance: the one place of this program that reads either.

use std::time::{SystemTime, UNIX_EPOCH};

use actions::Machine;

/// The clock and the source of chance of the computer that this runs on.
#[derive(Debug)]
pub struct SystemMachine(());

impl SystemMachine {
    /// The machine, once its source of chance has shown that it works.
    pub fn new() -> anyhow::Result<Self> {
        random()?;
        Ok(Self(()))
    }
}

impl Machine for SystemMachine {
    fn now(&self) -> i64 {
        now()
    }

    fn random(&self) -> [u8; 32] {
        // The source was tried when the machine was made; should it fail later, an entry must not be written with a
        // salt that can be foretold, so the draw is repeated until it succeeds.
        loop {
            match random() {
                Ok(bytes) => return bytes,
                Err(error) => {
                    tracing::error!(%error, "乱数を得られません。少し待って、もう一度試します。");
                    std::thread::sleep(std::time::Duration::from_millis(100));
                }
            }
        }
    }
}

/// Now, in milliseconds UTC.
pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// 32 bytes of the system's chance.
pub fn random() -> anyhow::Result<[u8; 32]> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("乱数を得られません（{error}）。"))?;
    Ok(bytes)
}
