//! An honest ledger, and the many ways of somebody who wants it to say something else.

use std::fmt::Write as _;

use domain::ledger::{
    Checkpoint, DumpHeader, Frontier, Head, PrivatePart, Report, StoredEntry, dump_line, public_key, to_hex, verify,
};

pub const MUNICIPALITY: &str = "000000";
const SEED: [u8; 32] = [42; 32];
const BEGIN: i64 = 1_780_000_000_000;

/// Chance from a seed (xorshift64*), so that every run makes the same tamperings.
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).unwrap()
    }

    fn coin(&mut self) -> bool {
        self.next() >> 40 & 1 == 1
    }

    fn salt(&mut self) -> [u8; 32] {
        std::array::from_fn(|_| self.next().to_be_bytes()[0])
    }
}

pub fn public_key_hex() -> String {
    to_hex(&public_key(&SEED))
}

/// A ledger as it lies in a database: entries and the head.
#[derive(Debug, Clone, PartialEq)]
pub struct Ledger {
    pub entries: Vec<StoredEntry>,
    pub head: Head,
}

impl Ledger {
    /// Five parts were erased by three decisions, the last of which named ranges.
    pub fn honest(size: u64) -> Self {
        let mut ledger = Self::before_erasure(size);
        for (leaf, _) in ERASED {
            ledger.entries[leaf].private = None;
        }
        ledger
    }

    /// The same ledger, but nobody has yet carried out what entries 20, 40 and 41 decide.
    pub fn before_erasure(size: u64) -> Self {
        let mut ledger = Self { entries: Vec::new(), head: Head::from(&Frontier::new()) };
        let mut chance = Chance::new(0xA11CE);
        for seq in 0..size {
            let private = (seq % 3 != 2 && seq != 20 && seq != 40 && seq != 41).then(|| PrivatePart {
                salt: chance.salt(),
                bytes: format!("{{\"氏名\":\"𠮷野 {seq}郎\",\"自由記述\":\"髙い\\n所\"}}").into_bytes(),
            });
            let (kind, facts) = match seq {
                20 => ("erased", erasure(3, "消去決定第1号")),
                40 => ("erased", erasure(7, "消去決定第2号")),
                41 => ("erased", format!("{{\"ranges\":{RANGES},\"decision\":\"消去決定第3号\"}}")),
                _ => ("decided", format!("{{\"position\":\"広報課長\",\"step\":{seq}}}")),
            };
            ledger.push(kind, &facts, private, chance.salt());
        }
        ledger
    }

    fn push(&mut self, kind: &str, facts: &str, private: Option<PrivatePart>, salt: [u8; 32]) {
        let seq = self.entries.len() as u64;
        // Two entries of one instant are honest, so every other one shares its neighbour's.
        let recorded_at = BEGIN + i64::try_from(seq / 2).unwrap() * 1000;
        let bytes = entry_json(kind, seq, recorded_at, private.as_ref(), facts);
        self.entries.push(StoredEntry::seal(seq, recorded_at, salt, bytes, private));
        self.mend_head();
    }

    pub fn push_erasure(&mut self, leaf: u64, decision: &str) {
        self.push("erased", &erasure(leaf, decision), None, [1; 32]);
    }

    pub fn push_ranges(&mut self, ranges: &str) {
        self.push("erased", &format!("{{\"ranges\":{ranges},\"decision\":\"消去決定第9号\"}}"), None, [1; 32]);
    }

    /// The ledger as it was with its first entries; erasures had not happened yet.
    pub fn first(&self, size: usize) -> Self {
        let mut ledger = self.clone();
        ledger.entries.truncate(size);
        for seq in 0..size {
            let erased_later = ERASED.iter().any(|(leaf, by)| *leaf == seq && *by >= size);
            if erased_later {
                ledger.entries[seq].private = erased_part(seq);
            }
        }
        ledger.mend_head();
        ledger
    }

    /// Changes what an entry says and computes everything behind it anew.
    pub fn rewrite(&mut self, seq: usize, position: &str) {
        let entry = &self.entries[seq];
        let facts = format!("{{\"position\":\"{position}\"}}");
        let bytes = entry_json("decided", entry.seq, entry.recorded_at, entry.private.as_ref(), &facts);
        self.entries[seq] = StoredEntry::seal(entry.seq, entry.recorded_at, entry.salt, bytes, entry.private.clone());
        self.mend_head();
    }

    /// Gives every entry the number of its place and seals it anew, as a forger with the program's source would.
    fn renumber(&mut self) {
        for (seq, entry) in (0_u64..).zip(&mut self.entries) {
            let text = String::from_utf8(entry.bytes.clone()).unwrap();
            let text = text.replace(&format!("\"seq\":{},", entry.seq), &format!("\"seq\":{seq},"));
            *entry = StoredEntry::seal(seq, entry.recorded_at, entry.salt, text.into_bytes(), entry.private.clone());
        }
        self.mend_head();
    }

    pub fn frontier(&self) -> Frontier {
        let mut frontier = Frontier::new();
        for entry in &self.entries {
            frontier.append(&entry.commitment);
        }
        frontier
    }

    fn mend_head(&mut self) {
        self.head = Head::from(&self.frontier());
    }

    pub fn checkpoint(&self) -> Checkpoint {
        Checkpoint::open(&self.signed(), &public_key(&SEED)).unwrap()
    }

    pub fn signed(&self) -> String {
        Checkpoint::of(MUNICIPALITY, &self.frontier()).unwrap().sign(&SEED)
    }

    pub fn verify(&self, checkpoints: &[Checkpoint]) -> Report {
        verify(MUNICIPALITY, self.entries.iter().cloned(), Some(&self.head), checkpoints)
    }

    pub fn dump(&self) -> String {
        let header = DumpHeader { municipality: MUNICIPALITY.to_owned(), head: self.head.clone() };
        let mut text = header.line() + "\n";
        for entry in &self.entries {
            writeln!(text, "{}", dump_line(entry)).unwrap();
        }
        text
    }
}

/// The parts that are erased, each with the entry that says so. Entry 32 stands in a range and has none.
pub const ERASED: [(usize, usize); 5] = [(3, 20), (7, 40), (30, 41), (31, 41), (34, 41)];
const RANGES: &str = "[{\"from\":30,\"to\":32},{\"from\":34,\"to\":34}]";

/// A part that was erased, as an old backup still has it.
pub fn erased_part(leaf: usize) -> Option<PrivatePart> {
    Ledger::before_erasure(60).entries.swap_remove(leaf).private
}

fn erasure(leaf: u64, decision: &str) -> String {
    format!("{{\"leaf\":{leaf},\"decision\":\"{decision}\"}}")
}

fn entry_json(kind: &str, seq: u64, recorded_at: i64, private: Option<&PrivatePart>, facts: &str) -> Vec<u8> {
    let private = private.map_or("null".to_owned(), |part| format!("\"{}\"", part.digest()));
    format!(
        "{{\"kind\":\"{kind}\",\"version\":1,\"municipality\":\"{MUNICIPALITY}\",\"seq\":{seq},\"id\":\"e{seq}\",\
         \"recorded_at\":{recorded_at},\"private\":{private},\"facts\":{facts}}}"
    )
    .into_bytes()
}

#[derive(Debug, Clone, Copy)]
pub enum Tampering {
    FlipBytes,
    FlipSalt,
    FlipPrivateBytes,
    FlipPrivateSalt,
    FlipCommitment,
    ChangeTime,
    ChangeHead,
    Delete,
    Reorder,
    Truncate,
    RehashWhole,
    OldCopy,
    Duplicate,
    Insert,
    DropPrivate,
    RestorePrivate,
    AddPrivate,
}

use Tampering::{
    AddPrivate, ChangeHead, ChangeTime, Delete, DropPrivate, Duplicate, FlipBytes, FlipCommitment, FlipPrivateBytes,
    FlipPrivateSalt, FlipSalt, Insert, OldCopy, RehashWhole, Reorder, RestorePrivate, Truncate,
};

pub const TAMPERINGS: [Tampering; 17] = [
    FlipBytes,
    FlipSalt,
    FlipPrivateBytes,
    FlipPrivateSalt,
    FlipCommitment,
    ChangeTime,
    ChangeHead,
    Delete,
    Reorder,
    Truncate,
    RehashWhole,
    OldCopy,
    Duplicate,
    Insert,
    DropPrivate,
    RestorePrivate,
    AddPrivate,
];

/// Changes the ledger once; about half of the time the forger also mends everything that the database can show.
pub fn tamper(honest: &Ledger, kind: Tampering, chance: &mut Chance) -> Ledger {
    let mut ledger = honest.clone();
    let size = ledger.entries.len();
    let at = chance.below(size);
    match kind {
        FlipBytes => flip(&mut ledger.entries[at].bytes, chance),
        FlipSalt => flip(&mut ledger.entries[at].salt, chance),
        FlipCommitment => flip(&mut ledger.entries[at].commitment.0, chance),
        FlipPrivateBytes => flip(&mut some_private(&mut ledger, chance).bytes, chance),
        FlipPrivateSalt => flip(&mut some_private(&mut ledger, chance).salt, chance),
        ChangeTime => ledger.entries[at].recorded_at += if chance.coin() { 1 } else { -3_600_000 },
        ChangeHead => {
            if chance.coin() {
                ledger.head.size += 1 + chance.next() % 9;
            } else {
                ledger.head.frontier = honest.first(at).head.frontier;
            }
        }
        Delete => drop(ledger.entries.remove(at)),
        Reorder => {
            let other = (at + 1 + chance.below(size - 1)) % size;
            ledger.entries.swap(at, other);
            if chance.coin() {
                // The rows keep their numbers and only what they hold changes places.
                for seq in [at, other] {
                    ledger.entries[seq].seq = seq as u64;
                }
            }
        }
        Truncate => ledger.entries.truncate(at),
        RehashWhole => ledger.rewrite(at, "市長"),
        OldCopy => ledger = honest.first(at),
        Duplicate => {
            let copy = ledger.entries[at].clone();
            ledger.entries.insert(chance.below(size + 1), copy);
        }
        Insert => {
            let (seq, recorded_at) = (at as u64, ledger.entries[at].recorded_at);
            let bytes = entry_json("decided", seq, recorded_at, None, "{\"position\":\"だれか\"}");
            ledger.entries.insert(at, StoredEntry::seal(seq, recorded_at, chance.salt(), bytes, None));
        }
        DropPrivate => {
            let seq = seq_of_some_private(&ledger, chance);
            ledger.entries[seq].private = None;
        }
        RestorePrivate => {
            let (leaf, _) = ERASED[chance.below(ERASED.len())];
            ledger.entries[leaf].private = erased_part(leaf);
        }
        AddPrivate => {
            let seq = 2 + 3 * chance.below(19);
            ledger.entries[seq].private = Some(PrivatePart { salt: chance.salt(), bytes: b"{}".to_vec() });
        }
    }
    if matches!(kind, Delete | Reorder | Truncate | Duplicate | Insert) && chance.coin() {
        ledger.renumber();
    } else if !matches!(kind, ChangeHead) && chance.coin() {
        ledger.mend_head();
    }
    assert_ne!(ledger, *honest, "{kind:?} must change something");
    ledger
}

fn flip(bytes: &mut [u8], chance: &mut Chance) {
    let at = chance.below(bytes.len());
    bytes[at] ^= 1 << chance.below(8);
}

fn seq_of_some_private(ledger: &Ledger, chance: &mut Chance) -> usize {
    let with: Vec<usize> = (0..ledger.entries.len()).filter(|seq| ledger.entries[*seq].private.is_some()).collect();
    with[chance.below(with.len())]
}

fn some_private<'a>(ledger: &'a mut Ledger, chance: &mut Chance) -> &'a mut PrivatePart {
    let seq = seq_of_some_private(ledger, chance);
    ledger.entries[seq].private.as_mut().unwrap()
}
