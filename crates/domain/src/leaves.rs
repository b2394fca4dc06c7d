//! Which entries an erasure takes the private parts from.

use serde::{Deserialize, Serialize};

/// The most entries that one erasure names: all of them go in one transaction.
pub const MOST_LEAVES: u64 = 10_000;

/// The entries whose private parts one decision erases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Leaves {
    /// One, by its sequence number.
    Leaf(u64),
    /// Every one of these ranges that has a private part; each is in order and begins behind the one before.
    Ranges(Vec<LeafRange>),
}

/// Neighbouring entries, by their sequence numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeafRange {
    /// The first.
    pub from: u64,
    /// The last.
    pub to: u64,
}

impl From<u64> for Leaves {
    fn from(leaf: u64) -> Self {
        Self::Leaf(leaf)
    }
}

impl Leaves {
    /// Their sequence numbers in order.
    pub fn iter(&self) -> impl Iterator<Item = u64> {
        let (one, ranges) = match self {
            Self::Leaf(leaf) => (Some(*leaf), &[][..]),
            Self::Ranges(ranges) => (None, ranges.as_slice()),
        };
        one.into_iter().chain(ranges.iter().flat_map(|range| range.from..=range.to))
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        match self {
            Self::Leaf(_) => 1,
            Self::Ranges(ranges) => {
                let each = ranges.iter().map(|range| range.to.saturating_sub(range.from).saturating_add(1));
                each.fold(0, u64::saturating_add)
            }
        }
    }

    /// The first of them.
    pub fn first(&self) -> u64 {
        match self {
            Self::Leaf(leaf) => *leaf,
            Self::Ranges(ranges) => ranges.first().map_or(0, |range| range.from),
        }
    }

    /// The last of them.
    pub fn last(&self) -> u64 {
        match self {
            Self::Leaf(leaf) => *leaf,
            Self::Ranges(ranges) => ranges.last().map_or(0, |range| range.to),
        }
    }

    /// Whether each range is one, and begins behind the one before.
    pub fn is_in_order(&self) -> bool {
        let Self::Ranges(ranges) = self else { return true };
        let rising = ranges.iter().zip(ranges.iter().skip(1)).all(|(one, next)| one.to < next.from);
        !ranges.is_empty() && rising && ranges.iter().all(|range| range.from <= range.to)
    }

    /// These entries, written as few numbers as they need; `None` where there are none.
    pub fn of(mut leaves: Vec<u64>) -> Option<Self> {
        leaves.sort_unstable();
        leaves.dedup();
        if let [leaf] = leaves.as_slice() {
            return Some(Self::Leaf(*leaf));
        }
        let mut ranges: Vec<LeafRange> = Vec::new();
        for leaf in leaves {
            match ranges.last_mut().filter(|range| range.to.checked_add(1) == Some(leaf)) {
                Some(range) => range.to = leaf,
                None => ranges.push(LeafRange { from: leaf, to: leaf }),
            }
        }
        (!ranges.is_empty()).then_some(Self::Ranges(ranges))
    }

    /// The entries as people are told of them: 12番, or 12番から15番までと20番.
    pub fn said(&self) -> String {
        match self {
            Self::Leaf(leaf) => format!("{leaf}番"),
            Self::Ranges(ranges) => {
                let each = ranges.iter().map(|LeafRange { from, to }| {
                    if from == to { format!("{from}番") } else { format!("{from}番から{to}番まで") }
                });
                each.collect::<Vec<_>>().join("、")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn entries_are_named_whole_in_order_and_as_short_as_they_can_be(leaves in proptest::collection::vec(0_u64..40, 1..30)) {
            let named = Leaves::of(leaves.clone()).expect("some");
            let mut wanted = leaves;
            wanted.sort_unstable();
            wanted.dedup();
            prop_assert_eq!(named.count(), wanted.len() as u64);
            prop_assert_eq!(named.iter().collect::<Vec<_>>(), wanted);
            prop_assert!(named.is_in_order());
            if let Leaves::Ranges(ranges) = &named {
                prop_assert!(ranges.iter().zip(ranges.iter().skip(1)).all(|(one, next)| one.to + 1 < next.from));
            }
        }
    }

    #[test]
    fn ranges_that_overlap_or_run_back_are_no_list() {
        for ranges in [&[(3, 2)][..], &[(1, 4), (4, 5)], &[(7, 9), (1, 2)], &[]] {
            let ranges = ranges.iter().map(|(from, to)| LeafRange { from: *from, to: *to }).collect();
            assert!(!Leaves::Ranges(ranges).is_in_order());
        }
    }
}
