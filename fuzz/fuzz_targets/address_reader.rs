//! Whatever the bytes, the reader of addresses answers, and vouches for nobody but whom the text names.
#![no_main]

use domain::network::{Chosen, NetworkId, Networks, Reading, for_filing, read, refanged};
use domain::verification::{Index, Verdict, verify};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static NETWORKS: LazyLock<Networks> = LazyLock::new(|| Networks::standard().expect("the built-in networks load"));

/// Whether an address stands in a text, as it is or as it was written so that nobody opens it.
fn stands_in(text: &str, taken: &str) -> bool {
    text.contains(taken) || refanged(text).is_some_and(|plain| plain.contains(taken))
}

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Reading::Within { taken, .. } = read(text, &NETWORKS) {
        assert!(stands_in(text, &taken), "{taken:?} does not stand in {text:?}");
    }
    let answer = verify(text, &Index::default(), &NETWORKS);
    assert!(!matches!(answer.verdict, Verdict::Official(_)), "nobody is on an empty list: {text:?}");
    assert!(!answer.reason.is_empty() && !answer.advice.is_empty());
    for network in ["x", "line", "youtube", "mastodon"] {
        let _ = for_filing(text, Chosen::Known(&NetworkId::new(network)), &["city.example"], &NETWORKS);
    }
    let _ = for_filing(text, Chosen::Other { name: "blog" }, &[], &NETWORKS);
});
