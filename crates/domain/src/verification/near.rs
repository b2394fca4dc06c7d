//! Names that are easily taken for one another, so that a reader is shown the city's own beside what was asked.

use crate::network::{Address, Networks};

use super::index::Record;

/// The most that are named at once.
const MOST: usize = 5;

/// The listed accounts whose names are like one of those asked for, the nearest first.
pub(super) fn near<'r>(asked: &[Address], records: &'r [Record], networks: &Networks) -> Vec<&'r Record> {
    let names: Vec<String> = asked.iter().filter_map(|address| plain(address, networks)).collect();
    let mut found: Vec<(usize, &Record)> = records
        .iter()
        .filter(|record| record.is_listed())
        .filter_map(|record| {
            let own = record.addresses.iter().filter_map(|address| plain(address, networks));
            let nearest = own.filter_map(|own| names.iter().filter_map(move |name| likeness(name, &own)).min()).min();
            nearest.map(|distance| (distance, record))
        })
        .collect();
    found.sort_by_key(|(distance, _)| *distance);
    found.into_iter().take(MOST).map(|(_, record)| record).collect()
}

/// The part of a name that people compare: without its mark and its server; `None` for ids and whole addresses.
fn plain(address: &Address, networks: &Networks) -> Option<String> {
    let network = networks.get(&address.network)?;
    let name = address.name();
    if network.is_stable(name) || network.opaque_reason(name).is_some() || name.contains("://") {
        return None;
    }
    let bare = name.trim_start_matches('@');
    let bare = bare.split('@').next().unwrap_or(bare);
    let bare = bare.rsplit('/').next().unwrap_or(bare);
    Some(bare.to_lowercase())
}

/// How like two names are: 0 for the same, `None` where nobody would mistake them.
fn likeness(one: &str, two: &str) -> Option<usize> {
    if one == two {
        return Some(0);
    }
    let (drawn_one, drawn_two) = (drawn(one), drawn(two));
    if drawn_one == drawn_two {
        return Some(1);
    }
    let shorter = drawn_one.chars().count().min(drawn_two.chars().count());
    let within = shorter >= 5 && (drawn_one.contains(&drawn_two) || drawn_two.contains(&drawn_one));
    let allowed = if shorter >= 8 { 2 } else { usize::from(shorter >= 4) };
    let distance = steps(&drawn_one, &drawn_two);
    if distance <= allowed {
        return Some(1 + distance);
    }
    within.then_some(4)
}

/// A name as a hasty eye sees it: without marks, and with letters that look alike made one.
fn drawn(name: &str) -> String {
    let letters: String = name.chars().filter(|c| !matches!(c, '.' | '_' | '-')).collect();
    let letters = letters.replace("rn", "m").replace("vv", "w");
    letters
        .chars()
        .map(|c| match c {
            '0' => 'o',
            '1' | 'i' => 'l',
            '5' => 's',
            _ => c,
        })
        .collect()
}

/// How many letters have to be put in, left out or changed.
fn steps(one: &str, two: &str) -> usize {
    let two: Vec<char> = two.chars().collect();
    let mut row: Vec<usize> = (0..=two.len()).collect();
    for (at, c) in one.chars().enumerate() {
        let mut corner = at;
        let mut left = at + 1;
        for (place, other) in row.iter_mut().skip(1).zip(&two) {
            let best = (corner + usize::from(c != *other)).min(*place + 1).min(left + 1);
            corner = std::mem::replace(place, best);
            left = best;
        }
        if let Some(first) = row.first_mut() {
            *first = at + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}
