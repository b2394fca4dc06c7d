//! The cities that take part: each guideline of the repository, and a later version of it.

use std::path::Path;
use std::sync::LazyLock;

use domain::guideline::{Clauses, Guideline};
use domain::id::{GuidelineHash, MunicipalityCode};
use domain::network::Networks;

/// One version of a city's rules.
#[derive(Debug, Clone)]
pub struct Rules {
    /// The rules.
    pub guideline: Guideline,
    /// Their words.
    pub clauses: Clauses,
    /// Their hash; here a name that is unique among the cities.
    pub hash: GuidelineHash,
}

/// A city with the versions of its guideline, in the order in which they may be adopted.
#[derive(Debug, Clone)]
pub struct City {
    /// Its code.
    pub code: MunicipalityCode,
    /// Its rules.
    pub versions: Vec<Rules>,
}

/// Every city, read once.
pub static CITIES: LazyLock<Vec<City>> = LazyLock::new(|| ["tottori", "munakata", "example"].map(read).to_vec());

/// The networks that the program knows.
pub static NETWORKS: LazyLock<Networks> = LazyLock::new(|| Networks::standard().expect("the built-in networks load"));

impl City {
    /// The rules with this hash.
    pub fn rules(&self, hash: &GuidelineHash) -> Option<&Rules> {
        self.versions.iter().find(|r| r.hash == *hash)
    }
}

fn read(folder: &str) -> City {
    let at = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../guidelines").join(folder);
    let text =
        |name: &str| std::fs::read_to_string(at.join(name)).expect("the guideline's files are in the repository");
    let guideline: Guideline = toml::from_str(&text("guideline.toml")).expect("the guideline is read");
    let clauses: Clauses = toml::from_str(&text("clauses.toml")).expect("the clauses are read");
    let mut later = guideline.clone();
    "改正版".clone_into(&mut later.guideline.version);
    // A changed pattern could meet a number that the former pattern made: the one change that endangers a promise.
    if let Some(numbering) = &mut later.numbering {
        "000{serial:1}".clone_into(&mut numbering.pattern);
    }
    let version = |guideline: Guideline, n: u8| {
        let hash = GuidelineHash(format!("{}-{n}", guideline.municipality.code));
        Rules { guideline, clauses: clauses.clone(), hash }
    };
    City {
        code: MunicipalityCode(guideline.municipality.code.clone()),
        versions: vec![version(guideline, 1), version(later, 2)],
    }
}
