//! A few small files that acts name now and then.

use domain::attachment::{Attachment, NamedFile};

use super::chance::Chance;

/// The files' bytes: each a page that says which it is.
pub const FILES: [&[u8]; 3] = [b"%PDF-1.7 one", b"%PDF-1.7 two", b"%PDF-1.7 three"];

/// Mostly none; now and then one or two, sometimes the same one twice or one without a name.
pub fn some(chance: &mut Chance) -> Vec<NamedFile> {
    let count = if chance.percent(90) { 0 } else { 1 + chance.below(2) };
    let file = |n: usize| {
        let bytes = chance.pick(&FILES).copied()?;
        let attachment = Attachment::of(bytes).ok()?;
        let name = if chance.percent(5) { String::new() } else { format!("証拠{n}.pdf") };
        Some(NamedFile { attachment, name })
    };
    (0..count).filter_map(file).collect()
}
