//! Reads a whole ledger once, in order, and says everything about it that an honest ledger cannot have.
//!
//! Memory stays small: the frontier, the checkpoints, and for the private parts one bit an entry and what was erased.

use std::collections::{BTreeMap, BTreeSet};

use super::checkpoint::Checkpoint;
use super::commitment::{Envelope, Erasure, StoredEntry};
use super::finding::{Erased, Finding, Report, Unexcluded};
use super::merkle::Frontier;
use super::note::origin;

/// The ledger's head as stored; taken as text, because a damaged head is a finding and not an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// How many entries the head counts.
    pub size: u64,
    /// The frontier's text ([`Frontier::to_text`]).
    pub frontier: String,
}

impl From<&Frontier> for Head {
    fn from(frontier: &Frontier) -> Self {
        Self { size: frontier.size(), frontier: frontier.to_text() }
    }
}

/// Verifies a municipality's ledger against its head and against checkpoints that were kept outside the database.
pub fn verify(
    municipality: &str,
    entries: impl IntoIterator<Item = StoredEntry>,
    head: Option<&Head>,
    checkpoints: &[Checkpoint],
) -> Report {
    let mut verifier = Verifier::new(municipality, checkpoints);
    for entry in entries {
        verifier.push(&entry);
    }
    verifier.finish(head)
}

/// Verifies entry by entry, for a caller who reads pages from a database.
pub struct Verifier {
    municipality: String,
    expected_seq: u64,
    last_recorded_at: Option<i64>,
    frontier: Frontier,
    /// The newest first, so that the next one to meet is popped.
    waiting: Vec<Checkpoint>,
    covered: Option<u64>,
    private: PrivateParts,
    found: Found,
}

impl Verifier {
    /// Begins with an empty ledger of this municipality; the checkpoints' signatures were verified when they were opened.
    pub fn new(municipality: &str, checkpoints: &[Checkpoint]) -> Self {
        let own = origin(municipality);
        let mut found = Found::default();
        let (mut waiting, foreign): (Vec<_>, Vec<_>) =
            checkpoints.iter().cloned().partition(|checkpoint| checkpoint.origin() == own);
        for checkpoint in foreign {
            found.add(Finding::CheckpointForeign { origin: checkpoint.origin().to_owned() });
        }
        waiting.sort_by_key(|checkpoint| std::cmp::Reverse(checkpoint.size()));
        let mut verifier = Self {
            municipality: municipality.to_owned(),
            expected_seq: 0,
            last_recorded_at: None,
            frontier: Frontier::new(),
            waiting,
            covered: None,
            private: PrivateParts::default(),
            found,
        };
        verifier.meet_checkpoints();
        verifier
    }

    /// Takes the next entry in the order of the ledger.
    pub fn push(&mut self, entry: &StoredEntry) {
        self.check_place(entry);
        self.check_time(entry);
        let intact = entry.is_intact();
        if !intact {
            self.found.add(Finding::Changed { seq: entry.seq });
        }
        match Envelope::read(&entry.bytes) {
            None => self.found.add(Finding::Unreadable { seq: entry.seq }),
            Some(envelope) => {
                self.check_statements(entry, &envelope);
                self.private.check(entry, envelope.private.as_deref(), &mut self.found);
                // Bytes that were changed decide nothing: a forged erasure must not excuse a missing part.
                if intact && envelope.kind == Erasure::KIND {
                    self.private.erase(entry, &mut self.found);
                }
            }
        }
        // The commitment as stored: then one changed entry is one finding, and the root still speaks for all others.
        self.frontier.append(&entry.commitment);
        self.meet_checkpoints();
    }

    fn check_place(&mut self, entry: &StoredEntry) {
        let (expected, found) = (self.expected_seq, entry.seq);
        if found > expected {
            self.found.add(Finding::Missing { from: expected, to: found - 1 });
        } else if found < expected {
            self.found.add(Finding::OutOfOrder { expected, found });
        }
        self.expected_seq = found.saturating_add(1).max(expected);
    }

    fn check_time(&mut self, entry: &StoredEntry) {
        let at = entry.recorded_at;
        if let Some(before) = self.last_recorded_at.replace(at)
            && at < before
        {
            self.found.add(Finding::TimeRunsBack { seq: entry.seq, before, at });
        }
    }

    fn check_statements(&mut self, entry: &StoredEntry, envelope: &Envelope<'_>) {
        let seq = entry.seq;
        if envelope.seq != seq {
            self.found.add(Finding::SeqDiffers { seq, stated: envelope.seq });
        }
        if envelope.recorded_at != entry.recorded_at {
            self.found.add(Finding::TimeDiffers { seq, column: entry.recorded_at, stated: envelope.recorded_at });
        }
        if envelope.municipality != self.municipality {
            self.found.add(Finding::MunicipalityDiffers { seq, stated: envelope.municipality.to_string() });
        }
    }

    fn meet_checkpoints(&mut self) {
        let size = self.frontier.size();
        while let Some(checkpoint) = self.waiting.pop_if(|checkpoint| checkpoint.size() == size) {
            if checkpoint.root() == self.frontier.root() {
                self.covered = Some(size);
            } else {
                self.found.add(Finding::HistoryChanged { checkpoint: size });
            }
        }
    }

    /// Ends the reading: what is still missing is missing now, and the head and larger checkpoints are held against it.
    pub fn finish(mut self, head: Option<&Head>) -> Report {
        let size = self.frontier.size();
        for seq in std::mem::take(&mut self.private.missing) {
            self.found.add(Finding::PrivateMissing { seq });
        }
        if let Some(head) = head {
            if head.size != size {
                self.found.add(Finding::HeadSize { head: head.size, read: size });
            }
            if head.frontier != self.frontier.to_text() {
                self.found.add(Finding::HeadRoot { read: size });
            }
        }
        for checkpoint in self.waiting.iter().rev() {
            self.found.add(Finding::Shortened { checkpoint: checkpoint.size(), read: size });
        }
        let could_not_exclude = match self.covered {
            None => vec![Unexcluded::Truncation, Unexcluded::Rehash, Unexcluded::OldCopy],
            Some(size) => vec![Unexcluded::AfterCheckpoint { size }],
        };
        Report {
            size,
            root: self.frontier.root(),
            findings: self.found.list,
            left_off: self.found.left_off,
            could_not_exclude,
            erased: self.private.erased,
        }
    }
}

/// Collects findings without letting a ruined ledger fill the memory.
#[derive(Default)]
struct Found {
    list: Vec<Finding>,
    left_off: u64,
}

impl Found {
    fn add(&mut self, finding: Finding) {
        if self.list.len() < Report::MOST_FINDINGS {
            self.list.push(finding);
        } else {
            self.left_off += 1;
        }
    }
}

/// Remembers which private parts are there, gone, or erased by a decision.
#[derive(Default)]
struct PrivateParts {
    /// One bit an entry, in blocks of 64 by number: a number that somebody made up costs no memory.
    present: BTreeMap<u64, u64>,
    missing: BTreeSet<u64>,
    erased_leaves: BTreeSet<u64>,
    erased: Vec<Erased>,
}

impl PrivateParts {
    fn check(&mut self, entry: &StoredEntry, stated: Option<&str>, found: &mut Found) {
        let seq = entry.seq;
        match (stated, &entry.private) {
            (None, None) => {}
            (None, Some(_)) => found.add(Finding::PrivateUnexpected { seq }),
            (Some(_), None) => {
                self.missing.insert(seq);
            }
            (Some(digest), Some(part)) => {
                *self.present.entry(seq / 64).or_default() |= 1 << (seq % 64);
                if part.digest() != digest {
                    found.add(Finding::PrivateChanged { seq });
                }
            }
        }
    }

    fn erase(&mut self, entry: &StoredEntry, found: &mut Found) {
        let by = entry.seq;
        let Some(Erasure { leaves, decision }) = Erasure::read(&entry.bytes) else {
            found.add(Finding::Unreadable { seq: by });
            return;
        };
        let (first, last) = (leaves.first(), leaves.last());
        if last >= by {
            found.add(Finding::ErasureMisnamed { seq: by, leaf: last });
            return;
        }
        let mut any = false;
        for leaf in leaves.iter() {
            if self.missing.remove(&leaf) {
                self.erased_leaves.insert(leaf);
                self.erased.push(Erased { leaf, by, decision: decision.clone() });
                any = true;
            } else if self.is_present(leaf) {
                found.add(Finding::PrivateKept { leaf, by });
                any = true;
            }
            // A second erasure of the same part is lawful: a restored backup repeats the erasures it had missed.
            any |= self.erased_leaves.contains(&leaf);
        }
        if !any {
            found.add(Finding::ErasureMisnamed { seq: by, leaf: first });
        }
    }

    fn is_present(&self, leaf: u64) -> bool {
        self.present.get(&(leaf / 64)).is_some_and(|bits| bits >> (leaf % 64) & 1 == 1)
    }
}
