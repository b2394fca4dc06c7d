//! The room on the disk beside the register's file: what is kept back for the ledger, and what has to wait first.

use std::fmt::Debug;

/// Below this many free bytes whoever runs the machine is warned.
const SCARCE: u64 = 256 * MIB;
/// Below this many free bytes nothing is kept that is not the ledger's: files wait outside.
const SHORT: u64 = 64 * MIB;
/// Below this many free bytes the ledger is given what was kept back for it.
const NONE: u64 = 4 * MIB;
const MIB: u64 = 1024 * 1024;

/// The disk under a register's file, as the surroundings of the program know it.
pub trait Room: Debug + Send + Sync {
    /// How many bytes are free; `None` where nobody can say.
    fn free(&self) -> Option<u64>;

    /// Keeps room back for the ledger; where it is kept already nothing happens.
    fn keep(&self);

    /// Gives the ledger what was kept back for it.
    fn give(&self);
}

/// How much room there is to grow into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Space {
    /// Enough for the ledger alone: files are not taken in.
    Short,
    /// Little: a warning is due, and nothing is refused yet.
    Scarce,
    /// Enough, or nobody can say.
    Plenty,
}

impl Space {
    /// How much there is now; what the ledger needs is kept back while there is enough.
    pub(crate) fn of(room: &dyn Room) -> Self {
        let space = match room.free() {
            Some(free) if free < SHORT => Self::Short,
            Some(free) if free < SCARCE => Self::Scarce,
            _ => Self::Plenty,
        };
        if space > Self::Short {
            room.keep();
        }
        space
    }
}

/// Gives the ledger its room before the disk has none: an act that is under way could not wait for it.
pub(crate) fn make_way(room: &dyn Room) {
    if room.free().is_some_and(|free| free < NONE) {
        room.give();
    }
}
