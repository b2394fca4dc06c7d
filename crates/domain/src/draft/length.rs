//! Fields of a sheet that are longer than anybody means to write.

use super::{Part, Sheet, SheetProblem, field, fields_of, parts};
use crate::guideline::Guideline;
use crate::length::{LINE, MOST, TEXT, beyond};
use crate::refusal::{At, ItemProblem};

/// The fields of one line.
const LINES: &[&str] = &[
    field::NETWORK,
    field::NETWORK_NAME,
    field::ACCOUNT_NAME,
    field::ACCOUNT_NAME_KANA,
    field::ACCOUNT_NAME_EN,
    field::FROM,
    field::UNTIL,
    field::HOURS,
    field::FROM_DAY,
    field::TO_DAY,
    field::FROM_TIME,
    field::TO_TIME,
    field::REPLY,
];

impl Sheet {
    /// Every field of a part that is too long to be kept, at its place.
    pub fn too_long_in(&self, part: Part, guideline: &Guideline) -> Vec<SheetProblem> {
        let item = |name: &str| part.items(guideline).find(|item| fields_of(item).iter().any(|field| field == name));
        let text = |name: &str| {
            let texts = guideline.attachments.iter().filter(|_| part == Part::Texts);
            texts.into_iter().find(|text| name.strip_prefix(&field::depart(&text.id)).is_some_and(is_end))
        };
        let too_long = |name: String| {
            let most = most(&name);
            let letters = beyond(self.text(&name), most)?;
            let (id, label, basis) = match (item(&name), text(&name)) {
                (Some(item), _) => (&item.id, &item.label, &item.basis),
                (None, Some(text)) => (&text.id, &text.title, &text.basis),
                (None, None) => return None,
            };
            let problem = ItemProblem {
                at: At::Item(id.clone()),
                label: label.clone(),
                what: format!("「{label}」の欄に{letters}字あります。この欄に書けるのは{most}字までです。"),
                basis: basis.clone(),
                next: "短くしてください。まだ保存していません。".to_owned(),
            };
            Some(SheetProblem { part, field: name, problem })
        };
        part.fields(guideline).into_iter().filter_map(too_long).collect()
    }

    /// The same for the whole sheet.
    pub fn too_long(&self, guideline: &Guideline) -> Vec<SheetProblem> {
        parts(guideline).into_iter().flat_map(|part| self.too_long_in(part, guideline)).collect()
    }
}

/// What follows a standard text's own name in the names of its fields.
fn is_end(end: &str) -> bool {
    ["", "-because", "-text"].contains(&end)
}

fn most(name: &str) -> usize {
    if LINES.contains(&name) {
        LINE
    } else if name.ends_with("-text") {
        MOST
    } else if name == field::URL {
        // Addresses carry what they were shared with.
        2 * LINE
    } else {
        TEXT
    }
}
