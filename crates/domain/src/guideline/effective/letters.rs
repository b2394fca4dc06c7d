//! Whether every word of the files can be seen as it was written: what people type elsewhere is asked the same.

use super::super::decode::Places;
use super::super::problem::said;
use super::super::report::{Report, repeated};
use crate::letters::{Lines, Misfit, is_latin};

/// The texts that are names and have one line.
const NAMES: [&str; 8] =
    ["guideline.", "municipality.", "words.", "listing.title", "listing.unit_en", "rank[", "office[", "role["];

/// Checks every text of the guideline and of its clauses.
pub(super) fn check(report: &mut Report<'_>) {
    let loaded = report.loaded;
    let why = |text: &str, lines: Lines| {
        Misfit::of(text, lines)
            .map(|misfit| said(misfit.to_string()).expected("目に見える文字だけで書きます。").next(misfit.next()))
    };
    for (path, text) in loaded.places.texts() {
        let name = NAMES.iter().any(|begin| path.starts_with(begin));
        if let Some(words) = why(&text, if name { Lines::One } else { Lines::Several }) {
            report.at(&path, words);
        }
    }
    for (path, text) in loaded.clause_places.iter().flat_map(Places::texts) {
        if let Some(words) = why(&text, Lines::Several) {
            report.at_clause(&path, words);
        }
    }
    let g = report.guideline();
    let units = g.listing.units_en.iter().enumerate();
    let units = units.map(|(i, unit)| (format!("listing.unit_en[{i}].name_en"), unit.name_en.as_str()));
    let town = g.municipality.name_en.as_deref().map(|name| ("municipality.name_en".to_owned(), name));
    for (path, _) in town.into_iter().chain(units).filter(|(_, name)| !is_latin(name)) {
        let words = said("英語の名（name_en）に、英字で書けない文字があります。")
            .expected("英字で、\"Mihon City\" のように書きます。")
            .next("英字で書くか、この行を消してください。");
        report.at(&path, words);
    }
    for (second, name) in repeated(g.listing.units_en.iter().map(|unit| unit.name.as_str())) {
        report.twice(&format!("listing.unit_en[{second}].name"), "組織", name);
    }
}
