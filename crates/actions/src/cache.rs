//! What every page needs and seldom changes, read once and kept until the register says that it changed.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use domain::id::{PersonId, PositionId, UnitId};
use domain::office::Office;
use domain::register::Adopted;
use domain::search::fold;
use jiff::civil::Date;
use store::Read;

use crate::common::Common;
use crate::error::ActError;
use crate::slice::{ERASURES, GUIDELINES, OFFICE, ONLY, get};

/// The office and the adopted guidelines, as they were last read.
#[derive(Default)]
pub(crate) struct Caches {
    office: Mutex<Option<Kept<Office>>>,
    adopted: Mutex<Option<Kept<Vec<Adopted>>>>,
    office_words: Mutex<Option<WordsOf>>,
}

/// An office on a day, and the words that it is searched by.
type WordsOf = (Arc<Office>, Date, Arc<OfficeWords>);

/// What the units, positions and people of a day are found by, folded once: a large office has thousands of them.
pub(crate) struct OfficeWords {
    pub units: Vec<(UnitId, String)>,
    pub positions: Vec<(PositionId, String)>,
    pub people: Vec<(PersonId, String)>,
    /// The people once more, with their posts and units of the day.
    pub staff: Vec<(PersonId, String)>,
}

/// Something with the state of the register that it was read in.
struct Kept<T> {
    stamp: Stamp,
    what: Arc<T>,
}

/// The entry that last changed a record, and the last erasure: an erasure takes words away and leaves versions alone.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Stamp {
    version: Option<u64>,
    erasure: Option<u64>,
}

impl Caches {
    /// The office and the guidelines: one small question, and no reading of what is known already.
    pub(crate) async fn common(&self, at: &mut impl Read) -> Result<Common, ActError> {
        let [office, adopted, erasure] = at.versions([OFFICE, GUIDELINES, ERASURES], ONLY).await?;
        let office = kept(&self.office, at, OFFICE, Stamp { version: office, erasure }).await?;
        let adopted = kept(&self.adopted, at, GUIDELINES, Stamp { version: adopted, erasure }).await?;
        Ok(Common { office, adopted })
    }

    /// What the office of a day is searched by.
    pub(crate) fn office_words(&self, office: &Arc<Office>, day: Date) -> Arc<OfficeWords> {
        let kept = |known: &mut Option<WordsOf>| match known {
            Some((of, on, words)) if Arc::ptr_eq(of, office) && *on == day => words.clone(),
            known => {
                let words = Arc::new(OfficeWords::of(office, day));
                *known = Some((office.clone(), day, words.clone()));
                words
            }
        };
        match self.office_words.lock() {
            Ok(mut known) => kept(&mut known),
            Err(_) => Arc::new(OfficeWords::of(office, day)),
        }
    }
}

impl OfficeWords {
    fn of(office: &Office, day: Date) -> Self {
        let units = office.units.values().filter(|unit| unit.exists_on(day));
        let people = office.people.values().map(|person| {
            let (name, kana) = (person.name.as_deref().unwrap_or_default(), person.kana.as_deref().unwrap_or_default());
            (person.id.clone(), fold(&format!("{} {name} {kana}", person.id)))
        });
        let people: Vec<(PersonId, String)> = people.collect();
        let mut posts: BTreeMap<PersonId, String> = BTreeMap::new();
        for post in office.posts_on(day) {
            let words = posts.entry(post.person).or_default();
            *words = format!("{words} {} {}", fold(&post.title), fold(&office.unit_name(&post.unit, day)));
        }
        let staff = people.iter().map(|(id, words)| {
            (id.clone(), format!("{words}{}", posts.get(id).map(String::as_str).unwrap_or_default()))
        });
        Self {
            units: units
                .map(|unit| {
                    (unit.id.clone(), fold(&format!("{} {} {}", unit.id, unit.name_on(day), unit.kana_on(day))))
                })
                .collect(),
            positions: office.positions.values().map(|post| (post.id.clone(), fold(&post.title))).collect(),
            staff: staff.collect(),
            people,
        }
    }
}

async fn kept<T: serde::de::DeserializeOwned + Default>(
    known: &Mutex<Option<Kept<T>>>,
    at: &mut impl Read,
    noun: &str,
    stamp: Stamp,
) -> Result<Arc<T>, ActError> {
    let found = known.lock().ok().and_then(|known| known.as_ref().filter(|k| k.stamp == stamp).map(|k| k.what.clone()));
    if let Some(what) = found {
        return Ok(what);
    }
    let what: Arc<T> = Arc::new(get(at, noun, ONLY).await?.unwrap_or_default());
    if let Ok(mut known) = known.lock() {
        *known = Some(Kept { stamp, what: what.clone() });
    }
    Ok(what)
}
