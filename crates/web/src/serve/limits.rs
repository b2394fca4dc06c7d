//! What connections may cost.

use std::time::Duration;

/// What the connections of one server may cost.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How many connections are open at the same time.
    pub connections: usize,
    /// How many of them may be of one address.
    pub of_one: usize,
    /// How long a connection may say nothing at all.
    pub silence: Duration,
    /// How long a request's head may take to arrive, or a kept connection may be idle.
    pub head: Duration,
    /// How long a request's body may be waited for beside the time that its bytes need at [`Limits::SLOWEST`].
    pub body: Duration,
    /// How long a connection may live; a reader that takes its bytes too slowly is let go.
    pub life: Duration,
    /// How long the requests in work have to finish at the end.
    pub farewell: Duration,
}

impl Limits {
    /// Bytes a second: a body that comes more slowly is not waited for.
    pub const SLOWEST: u64 = 4 * 1024;
    /// No server needs more connections at once.
    const MOST: usize = 1024;
    /// Fewer would serve nobody.
    const FEWEST: usize = 16;

    /// The usual limits with no more connections than there are files for them.
    pub fn within(files: usize) -> Self {
        let connections = files.clamp(Self::FEWEST, Self::MOST);
        // An office or a telephone network may sit behind one address, and the rest still finds three quarters free.
        Self { connections, of_one: connections / 4, ..Self::default() }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: Self::MOST,
            of_one: Self::MOST / 4,
            silence: Duration::from_secs(5),
            head: Duration::from_secs(10),
            body: Duration::from_secs(10),
            life: Duration::from_mins(2),
            farewell: Duration::from_secs(5),
        }
    }
}
