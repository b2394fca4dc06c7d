//! Files that an act names: how many, and under which names.

use crate::attachment::{Attachment, MAX_FILES, MAX_NAME, NamedFile};
use crate::entry::Private;
use crate::letters::{Lines, Misfit};
use crate::refusal::{OrderField, Refusal, RefusalKind};

/// The facts of these files; their names go into the private part. The same file twice is one.
pub(super) fn named(files: &[NamedFile], private: &mut Private) -> Result<Vec<Attachment>, Refusal> {
    let mut facts: Vec<Attachment> = Vec::new();
    for file in files {
        let name = file.name.trim();
        if let Some(misfit) = Misfit::of(name, Lines::One) {
            return Err(Refusal::from(misfit).at(OrderField::Files));
        }
        let unfit = name.is_empty() || name.chars().count() > MAX_NAME;
        if unfit {
            return Err(Refusal::new(
                RefusalKind::WrongEvidence,
                format!("添付するファイルの名前「{}」は使えません。", name.chars().take(20).collect::<String>()),
                format!("1文字から{MAX_NAME}文字までの名前を付けてください。"),
            )
            .at(OrderField::Files));
        }
        if facts.contains(&file.attachment) {
            continue;
        }
        private.files.insert(file.attachment.hash.clone(), name.to_owned());
        facts.push(file.attachment.clone());
    }
    if facts.len() > MAX_FILES {
        return Err(Refusal::new(
            RefusalKind::WrongEvidence,
            format!("添付するファイルが{}個あります（一度に{MAX_FILES}個まで）。", facts.len()),
            "いくつかを一つのPDFにまとめてください。",
        )
        .at(OrderField::Files));
    }
    Ok(facts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attachment::Media;

    // Red while only controls were refused in the name of a file.
    #[test]
    fn a_name_that_turns_or_hides_its_letters_is_refused_and_said() {
        let file = |name: &str| NamedFile {
            attachment: Attachment { hash: "00".to_owned(), media: Media::Png, bytes: 1 },
            name: name.to_owned(),
        };
        for (name, word) in
            [("写し\u{202e}gnp.png", "U+202E"), ("\u{1b}.png", "U+001B"), ("\u{200d}", "目に見える文字")]
        {
            let refused = named(&[file(name)], &mut Private::default()).map_err(|refusal| refusal.text());
            assert!(refused.is_err_and(|words| words.contains(word)), "{name:?}");
        }
        assert!(named(&[file("画面の写し 1.png")], &mut Private::default()).is_ok());
    }
}
