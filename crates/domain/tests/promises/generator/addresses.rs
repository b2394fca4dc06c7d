//! A small pool of accounts, each under several spellings, so that filings often meet.

use super::chance::Chance;
use domain::guideline::{Guideline, Others};

/// One account on a network, with ways of writing its address.
#[derive(Debug)]
pub struct Known {
    /// The network's id.
    pub network: &'static str,
    /// その他: its name.
    pub network_name: Option<&'static str>,
    /// Which account it is, by this table and not by the program.
    pub identity: &'static str,
    /// Its address in several spellings, the one that is printed first.
    pub spellings: &'static [&'static str],
}

/// The pool.
pub const POOL: &[Known] = &[
    Known {
        network: "x",
        network_name: None,
        identity: "x/mihon_city",
        spellings: &[
            "https://x.com/mihon_city",
            "https://twitter.com/mihon_city",
            "https://mobile.twitter.com/Mihon_City?s=20",
            "https://www.x.com/MIHON_CITY/",
            "https://x.com/@mihon_city",
        ],
    },
    Known {
        network: "x",
        network_name: None,
        identity: "x/mihon_kanko",
        spellings: &["https://x.com/mihon_kanko", "https://twitter.com/Mihon_Kanko", "https://x.com/mihon_kanko/media"],
    },
    Known {
        network: "x",
        network_name: None,
        identity: "x#1001",
        spellings: &["https://x.com/i/user/1001", "https://twitter.com/i/user/1001"],
    },
    Known {
        network: "instagram",
        network_name: None,
        identity: "instagram/mihon.city",
        spellings: &[
            "https://www.instagram.com/mihon.city/",
            "https://instagram.com/Mihon.City",
            "https://instagram.com/_u/mihon.city",
        ],
    },
    Known {
        network: "youtube",
        network_name: None,
        identity: "youtube/@mihoncity",
        spellings: &["https://www.youtube.com/@mihoncity", "https://m.youtube.com/@MihonCity"],
    },
    Known {
        network: "youtube",
        network_name: None,
        identity: "youtube#UCabcdefghijklmnopqrstuv",
        spellings: &[
            "https://www.youtube.com/channel/UCabcdefghijklmnopqrstuv",
            "https://youtube.com/channel/UCabcdefghijklmnopqrstuv",
        ],
    },
    Known {
        network: "line",
        network_name: None,
        identity: "line/@mihon",
        spellings: &["https://line.me/R/ti/p/@mihon", "https://page.line.me/Mihon", "https://line.me/ti/p/@mihon"],
    },
    Known {
        network: "other",
        network_name: Some("みほん掲示板"),
        identity: "other/keijiban",
        spellings: &["https://keijiban.mihon.example/city"],
    },
];

/// Texts that are no account's address.
pub const WRONG: &[&str] =
    &["", "未定", "https://x.com/mihon_city/status/1", "https://bit.ly/mihon", "https://x.com/i/lists", "市のページ"];

/// Which account of the pool a text means; the text itself where the pool does not know it.
pub fn identity(url: &str) -> &str {
    // A list shows a name as it was filed, in capitals or not.
    let is_spelt = |known: &&Known| known.spellings.iter().any(|spelling| spelling.eq_ignore_ascii_case(url));
    POOL.iter().find(is_spelt).map_or(url, |known| known.identity)
}

/// Which account of the pool a stable id means.
pub fn stable_identity(network: &str, id: &str) -> String {
    format!("{network}#{}", id.trim())
}

/// An account of the pool that the guideline covers; now and then one that it does not.
pub fn known(chance: &mut Chance, guideline: &Guideline) -> &'static Known {
    let scope = &guideline.networks;
    let strict = scope.others == Others::Refused && !chance.percent(4);
    let fits = |k: &&&Known| !strict || scope.named.iter().any(|n| n.network == k.network);
    let fitting: Vec<&&'static Known> = REFS.iter().filter(fits).collect();
    chance.pick(&fitting).map_or(&POOL[0], |k| **k)
}

static REFS: std::sync::LazyLock<Vec<&'static Known>> = std::sync::LazyLock::new(|| POOL.iter().collect());

/// One spelling of an account.
pub fn spelling(chance: &mut Chance, known: &Known) -> String {
    chance.pick(known.spellings).copied().unwrap_or_default().to_owned()
}

/// What somebody may type as the network's stable id for an account.
pub fn stable_id(chance: &mut Chance, network: &str) -> Option<String> {
    let ids: &[&str] = match network {
        "x" => &["1001", "1002", " 1002 ", "1003"],
        "youtube" => &["UCabcdefghijklmnopqrstuv", "UCABCDEFGHIJKLMNOPQRSTUV"],
        _ => return chance.percent(3).then(|| "1001".to_owned()),
    };
    match chance.below(10) {
        0..=4 => chance.pick(ids).map(|id| (*id).to_owned()),
        5 => Some("分からない".to_owned()),
        _ => None,
    }
}
