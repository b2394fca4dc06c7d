//! While the disk fills up: files wait outside first, the ledger goes on in the room that was kept back for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use actions::{ActError, City, Space};
use domain::evidence::Evidence;
use domain::id::MunicipalityCode;
use domain::network::Networks;
use store::Room;
use testkit::{Engine, Guide, Town, draft, who};

const MIB: u64 = 1024 * 1024;
const PDF: &[u8] = b"%PDF-1.7 a copy";

/// A disk that says what the test wants it to say.
#[derive(Debug)]
struct Pretended {
    free: AtomicU64,
    kept: AtomicBool,
}

impl Pretended {
    fn has(&self, mib: u64) {
        self.free.store(mib * MIB, Ordering::Relaxed);
    }

    fn keeps_some_back(&self) -> bool {
        self.kept.load(Ordering::Relaxed)
    }
}

impl Room for Pretended {
    fn free(&self) -> Option<u64> {
        Some(self.free.load(Ordering::Relaxed))
    }

    fn keep(&self) {
        self.kept.store(true, Ordering::Relaxed);
    }

    fn give(&self) {
        self.kept.store(false, Ordering::Relaxed);
    }
}

#[tokio::test]
async fn files_wait_outside_before_the_ledger_lacks_room_and_acts_go_on() {
    let town = Town::new(Guide::Notice, Engine::File).await.expect("a file always opens");
    let disk = Arc::new(Pretended { free: AtomicU64::new(u64::MAX), kept: AtomicBool::new(false) });
    let code = MunicipalityCode::from(town.guide.code());
    let networks = Arc::new(Networks::standard().expect("the networks are readable"));
    let store = town.bench.store.clone().with_room(disk.clone());
    let city = City::of(&store, &code, networks, town.machine.clone());
    let case = town.opens("s1-staff").await.case.expect("a case");

    assert_eq!(city.space(), Space::Plenty);
    assert!(disk.keeps_some_back(), "room for the ledger is kept while there is plenty");
    disk.has(255);
    assert_eq!(city.space(), Space::Scarce, "a warning comes first");
    testkit::keep(&city, PDF).await.expect("nothing is refused yet");

    disk.has(63);
    assert_eq!(city.space(), Space::Short);
    let refused = testkit::keep(&city, b"%PDF-1.7 another").await.expect_err("files wait");
    assert!(matches!(refused, ActError::Input(_)), "what was typed stays on the page: {refused:?}");
    insta::assert_snapshot!(refused, @"サーバーの空き容量が少ないため、ファイルは預かれません。添付のいらない操作は、これまでどおり記録できます。次にすること：システムの運用者に「ディスクの空きが少ない」と知らせ、空きができてから、ファイルをもう一度選んでください。");
    assert!(disk.keeps_some_back());

    disk.has(0);
    let order = testkit::on(&case, "draft", Evidence::Policy);
    let order = actions::Stepping { policy: Some(draft(town.guide, "mihon_kanko")), ..order };
    city.step(&order, &who("s1-staff"), None).await.expect("an act still succeeds");
    assert!(!disk.keeps_some_back(), "the act was given the room that was kept for it");

    disk.has(1_000);
    testkit::keep(&city, b"%PDF-1.7 another").await.expect("there is room again");
    assert!(disk.keeps_some_back(), "and some of it is kept back again");
    town.bench.clear().await;
}
