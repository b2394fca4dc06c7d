//! Carried lists: only the municipality's own, never an older one, never one that holds for longer than it may.

use crate::town::{BUILT, VALID, mihon, tonari};
use domain::ledger::ListKey;
use public::{Bundle, Demand, Fault as Public, ListSeed, Signed};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use web::{Fault, Heights, Shelf, Source};

const OURS: ListSeed = ListSeed([7; 32]);
const THEIRS: ListSeed = ListSeed([6; 32]);
const DAY: i64 = 86_400_000;

fn signed(bundle: Bundle, seed: ListSeed) -> Bundle {
    Bundle { seed: Some(seed), ..bundle }
}

/// A folder that a list is carried into, watched over by 見本町's key.
struct Carried {
    folder: tempfile::TempDir,
}

impl Carried {
    fn of(bundle: &Bundle) -> Self {
        let carried = Self { folder: tempfile::tempdir().unwrap() };
        carried.carry(bundle);
        carried
    }

    fn carry(&self, bundle: &Bundle) {
        public::export(&self.dir(), bundle).unwrap();
    }

    fn dir(&self) -> PathBuf {
        self.folder.path().join("list")
    }

    fn heights(&self) -> Result<Arc<Heights>, Fault> {
        Heights::kept_in(self.folder.path().join("served.json")).map(Arc::new)
    }

    fn open(&self) -> Result<Shelf, Fault> {
        let demand = Demand { signed: Signed::By(vec![ListKey::of("999999", &OURS.0)]), longest: Some(4 * DAY) };
        Shelf::open(vec![Source::carried(self.dir()).demanding(demand).above(self.heights()?)])
    }
}

/// Writes a file anew, and its hash where the description names it: what anybody can do who can write there.
fn forge(dir: &Path, name: &str, from: &str, to: &str) {
    let file = dir.join(name);
    let text = fs::read_to_string(&file).unwrap();
    let (before, after) = (public::FileHash::of(text.as_bytes()), text.replace(from, to));
    assert_ne!(text, after, "{name} says {from}");
    fs::write(&file, &after).unwrap();
    let description = dir.join("bundle.json");
    let named = fs::read_to_string(&description).unwrap();
    fs::write(&description, named.replace(&before.to_string(), &public::FileHash::of(after.as_bytes()).to_string()))
        .unwrap();
}

fn why(opened: Result<Shelf, Fault>) -> Public {
    match opened {
        Err(Fault::Bundle { source, .. }) => source,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it is served"),
    }
}

#[test]
fn a_list_that_its_town_has_signed_is_served_and_any_other_is_not() {
    let carried = Carried::of(&signed(mihon(), OURS));
    let shelf = carried.open().unwrap();
    assert_eq!(shelf.stated("999999").unwrap().ledger_size, 42);

    forge(&carried.dir(), "verification.json", "mihon_town", "mihon_t0wn");
    assert!(matches!(why(carried.open()), Public::Forged(_)), "one account renamed, the hashes computed anew");
    assert_eq!(shelf.refresh(), 0, "and not over the true one either");

    carried.carry(&signed(mihon(), OURS));
    forge(&carried.dir(), "bundle.json", &VALID.to_string(), &(VALID + 3650 * DAY).to_string());
    assert!(matches!(why(carried.open()), Public::Forged(_)), "valid until 2036");

    carried.carry(&signed(mihon(), THEIRS));
    assert!(matches!(why(carried.open()), Public::Forged(_)), "signed by a stranger");
    carried.carry(&mihon());
    let refused = why(carried.open());
    assert!(matches!(refused, Public::Unsigned), "signed by nobody");
    assert!(refused.to_string().contains("shirube export"), "{refused}");
    carried.carry(&signed(tonari(), OURS));
    assert!(matches!(why(carried.open()), Public::NoKey(code) if code == "888888"), "another town's list");
}

#[test]
fn a_signature_is_not_carried_from_one_list_to_another() {
    let carried = Carried::of(&signed(mihon(), OURS));
    let signature = fs::read(carried.dir().join("bundle.sig")).unwrap();
    let mut other = mihon();
    other.built_at += 1;
    carried.carry(&other);
    assert!(!carried.dir().join("bundle.sig").exists(), "an unsigned list leaves no former signature");
    fs::write(carried.dir().join("bundle.sig"), signature).unwrap();
    assert!(matches!(why(carried.open()), Public::Forged(_)));
}

#[test]
fn a_list_of_a_smaller_ledger_takes_no_newer_ones_place_nor_after_a_restart() {
    let newer = Bundle { ledger_size: 50, ..signed(mihon(), OURS) };
    let carried = Carried::of(&newer);
    let shelf = carried.open().unwrap();
    carried.carry(&signed(mihon(), OURS));
    assert_eq!(shelf.refresh(), 0);
    assert_eq!(shelf.stated("999999").unwrap().ledger_size, 50);
    drop(shelf);
    let Err(refused) = carried.open() else { panic!("it is served after a restart") };
    assert!(matches!(refused, Fault::Older { size: 42, before: 50, .. }), "{refused}");
    assert!(refused.to_string().contains("served.json"), "{refused}");

    carried.carry(&Bundle { built_at: BUILT + 1, ..newer });
    assert!(carried.open().is_ok(), "the same size, made later");
    fs::write(carried.folder.path().join("served.json"), "{").unwrap();
    assert!(matches!(carried.open(), Err(Fault::Heights { .. })), "what is not known is not guessed");
}

#[test]
fn a_list_that_holds_for_longer_than_it_may_is_refused() {
    let carried = Carried::of(&Bundle { valid_until: BUILT + 4 * DAY, ..signed(mihon(), OURS) });
    assert!(carried.open().is_ok());
    carried.carry(&Bundle { valid_until: BUILT + 4 * DAY + 1, ..signed(mihon(), OURS) });
    assert!(matches!(why(carried.open()), Public::TooLong { holds: 96, most: 96 }));
}

#[test]
fn a_list_from_a_clock_far_ahead_answers_nothing_yet() {
    let carried = Carried::of(&signed(mihon(), OURS));
    let loaded = public::read(&carried.dir()).unwrap();
    for (now, standing) in [(BUILT - DAY, public::Standing::Expired), (BUILT - 60_000, public::Standing::Current)] {
        assert_eq!(loaded.standing_at(now), standing, "{now}");
    }
}
