//! Files that an act names: how many, and under which names.

use crate::attachment::{Attachment, MAX_FILES, MAX_NAME, NamedFile};
use crate::entry::Private;
use crate::refusal::{Refusal, RefusalKind};

/// The facts of these files; their names go into the private part. The same file twice is one.
pub(super) fn named(files: &[NamedFile], private: &mut Private) -> Result<Vec<Attachment>, Refusal> {
    let mut facts: Vec<Attachment> = Vec::new();
    for file in files {
        let name = file.name.trim();
        let unfit = name.is_empty() || name.chars().count() > MAX_NAME || name.chars().any(char::is_control);
        if unfit {
            return Err(Refusal::new(
                RefusalKind::WrongEvidence,
                format!("添付するファイルの名前「{}」は使えません。", name.chars().take(20).collect::<String>()),
                format!("1文字から{MAX_NAME}文字までの名前を付けてください。改行などの制御文字は使えません。"),
            ));
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
        ));
    }
    Ok(facts)
}
