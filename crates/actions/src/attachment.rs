//! Files that acts name: kept before the entry, read only through it, swept when no entry ever names them.

use std::sync::OnceLock;

use domain::attachment::{Attachment, Media, NamedFile};
use domain::entry::{Entry, Private};
use domain::id::{CaseId, PersonId};
use domain::ledger::to_hex;
use domain::refusal::{OrderField, Refusal, RefusalKind};
use domain::register::Part;
use serde::{Deserialize, Serialize};
use store::{Awaited, Files as _, PAGE_MAX, Read, Space, Upload, UploadOwner, Workshop, Writing};

use crate::city::City;
use crate::error::ActError;
use crate::slice::{FILE, Slice};

/// The key under which a kept file waits to be named by one act; nobody can foretell it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachmentKey(pub String);

/// A kept file that an act is to name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attached {
    /// Its key.
    pub key: AttachmentKey,
    /// What people call it.
    pub name: String,
}

/// A file as it is read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachedFile {
    /// What it is.
    pub attachment: Attachment,
    /// What people call it.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// The files that an act names, taken while it loads, for the deciding that follows.
#[derive(Debug, Default)]
pub(crate) struct Taken(OnceLock<Vec<NamedFile>>);

impl Taken {
    /// Keeps them; an act takes its files once.
    pub fn keep(&self, files: Vec<NamedFile>) {
        self.0.get_or_init(|| files);
    }

    /// They, for the order.
    pub fn named(&self) -> Vec<NamedFile> {
        self.0.get().cloned().unwrap_or_default()
    }
}

/// How long (ms) a file waits for an entry to name it; with the time until the next sweep, no more than an hour.
const WAITS: i64 = 50 * 60_000;

/// How many bytes of files may be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// By one person, before any entry names them.
    pub person: u64,
    /// For one case, named and not yet named.
    pub case: u64,
    /// In the municipality, named and not yet named.
    pub town: u64,
}

/// A megabyte, as people count the sizes of files.
pub const MEGABYTE: u64 = 1024 * 1024;

impl Default for Quota {
    fn default() -> Self {
        Self { person: 100 * MEGABYTE, case: 300 * MEGABYTE, town: 20 * 1024 * MEGABYTE }
    }
}

/// Who keeps a file, and for which case.
#[derive(Debug, Clone, Copy)]
pub struct Keeper<'a> {
    /// The person.
    pub person: &'a PersonId,
    /// The case whose entry is to name it, where it is for one.
    pub case: Option<&'a CaseId>,
}

/// What is told to whoever brings a file while the last room is kept for the ledger.
const NO_ROOM: &str = "サーバーの空き容量が少ないため、ファイルは預かれません。添付のいらない操作は、これまでどおり記録できます。\
    次にすること：システムの運用者に「ディスクの空きが少ない」と知らせ、空きができてから、ファイルをもう一度選んでください。";

impl City {
    /// The same municipality, with how much may be kept in it.
    #[must_use]
    pub fn keeping(self, quota: Quota) -> Self {
        Self { quota, ..self }
    }

    /// Keeps a file for an act that will name it: a picture or a PDF, told by its bytes.
    pub async fn keep_attachment(
        &self,
        bytes: &[u8],
        keeper: Keeper<'_>,
    ) -> Result<(AttachmentKey, Attachment), ActError> {
        let attachment = Attachment::of(bytes).map_err(|problem| ActError::Input(problem.to_string()))?;
        if self.space() == Space::Short {
            return Err(ActError::Input(NO_ROOM.to_owned()));
        }
        let named = self.named_in(keeper.case).await?;
        // The bytes are written before the head is held: nothing slow happens under it.
        let mut workshop = self.ledgered.workshop().await?;
        self.has_room(&mut workshop, keeper, named, &attachment, 0).await?;
        workshop.put_blob(&attachment.hash, bytes).await?;
        workshop.commit().await?;
        let mut workshop = self.ledgered.workshop_alone().await?;
        // A sweep, or another file, may have come in between.
        if let Err(refused) = self.has_room(&mut workshop, keeper, named, &attachment, attachment.bytes).await {
            drop_unnamed(&mut workshop, &attachment.hash).await?;
            workshop.commit().await?;
            return Err(refused);
        }
        workshop.put_blob(&attachment.hash, bytes).await?;
        let upload = Upload {
            id: to_hex(&self.machine.random()),
            hash: attachment.hash.clone(),
            media: attachment.media.word().to_owned(),
            bytes: attachment.bytes,
            kept_at: self.machine.now(),
        };
        workshop.put_upload(&upload, keeper.owner()).await?;
        workshop.commit().await?;
        Ok((AttachmentKey(upload.id), attachment))
    }

    /// How many bytes the entries of a case name.
    async fn named_in(&self, case: Option<&CaseId>) -> Result<u64, ActError> {
        let Some(case) = case else { return Ok(0) };
        let mut reading = self.ledgered.reading().await?;
        let mut slice = Slice::default();
        slice.load(&mut reading, &Part::Case(case.clone())).await?;
        let files = slice.register.cases.get(case).into_iter().flat_map(|case| &case.files);
        Ok(files.filter(|file| file.name.is_some()).map(|file| file.attachment.bytes).sum())
    }

    /// Refuses a file for which there is no room, with what fills it; so many of its bytes lie there already.
    async fn has_room(
        &self,
        workshop: &mut Workshop,
        keeper: Keeper<'_>,
        named: u64,
        attachment: &Attachment,
        there: u64,
    ) -> Result<(), ActError> {
        let kept = workshop.uploaded(keeper.owner()).await?;
        let beyond = |kept: u64, most: u64| kept.saturating_add(attachment.bytes) > most;
        let megabytes = |bytes: u64| format!("{}MB", bytes / MEGABYTE);
        let Quota { person, case, town } = self.quota;
        let what = if beyond(kept.by_person, person) {
            format!(
                "添付して、まだ記録に使われていないファイルが、一人が置ける{}を超えます。記録に使うと空きます。使わなかったものは一時間で消えます。少し待つか、ファイルを小さくしてください。",
                megabytes(person)
            )
        } else if keeper.case.is_some() && beyond(kept.about.saturating_add(named), case) {
            format!(
                "この案件の添付が、一つの案件に置ける{}を超えます。ファイルを小さくするか、文書システムに置いて文書番号を書いてください。",
                megabytes(case)
            )
        } else if beyond(kept.in_all.saturating_sub(there), town) {
            format!(
                "団体の添付が、置ける{}を超えます。ファイルを付けずに記録し、システムの運用者に知らせてください（設定の [attachments] で増やせます）。",
                megabytes(town)
            )
        } else {
            return Ok(());
        };
        Err(ActError::Input(what))
    }

    /// A file of a case, through the entry of it that names the file.
    pub async fn attachment(&self, case: &CaseId, hash: &str) -> Result<AttachedFile, ActError> {
        let mut reading = self.ledgered.reading().await?;
        let mut slice = Slice::default();
        slice.load(&mut reading, &Part::Case(case.clone())).await?;
        let case = slice.register.cases.get(case);
        let file = case.and_then(|c| c.files.iter().find(|f| f.attachment.hash == hash && f.name.is_some()));
        let seq = file.ok_or_else(gone)?.seq;
        drop(reading);
        self.attachment_of(seq, hash).await
    }

    /// A file that the entry at this place names.
    pub async fn attachment_of(&self, seq: u64, hash: &str) -> Result<AttachedFile, ActError> {
        let mut reading = self.ledgered.reading().await?;
        let row = reading.entry(seq).await?.ok_or_else(gone)?;
        let entry = Entry::read(&row.entry.bytes)?;
        let private = row.entry.private.as_ref().map(|part| Private::read(&part.bytes)).transpose()?;
        let attachment = entry.fact.attachments().iter().find(|a| a.hash == hash).ok_or_else(gone)?.clone();
        let name = private.and_then(|private| private.files.get(hash).cloned()).ok_or_else(gone)?;
        let mut bytes = Vec::new();
        let mut chunk = 0;
        while let Some(part) = reading.blob_chunk(hash, chunk).await? {
            bytes.extend(part);
            chunk += 1;
        }
        let found = Attachment::of(&bytes);
        if found.as_ref() != Ok(&attachment) {
            return Err(ActError::Inconsistent(format!("記録{seq}番の添付ファイル {hash}")));
        }
        Ok(AttachedFile { attachment, name, bytes })
    }

    /// Drops files that have waited their time and that no entry names; how many. To be called several times an hour.
    pub async fn sweep_attachments(&self) -> Result<u64, ActError> {
        let before = self.machine.now() - WAITS;
        let mut swept = 0;
        loop {
            let mut workshop = self.ledgered.workshop_alone().await?;
            let old = workshop.uploads_before(before, PAGE_MAX).await?;
            if old.is_empty() {
                return Ok(swept);
            }
            for upload in &old {
                workshop.take_upload(&upload.id).await?;
                swept += drop_unnamed(&mut workshop, &upload.hash).await?;
            }
            workshop.commit().await?;
        }
    }

    /// The files that an act names, each taken from those that wait.
    pub(crate) async fn take_files(
        &self,
        slice: &mut Slice,
        at: &mut Writing,
        named: &[Attached],
    ) -> Result<Vec<NamedFile>, ActError> {
        let mut files = Vec::new();
        for Attached { key, name } in named {
            let upload = at.take_upload(&key.0).await?;
            let upload = upload.ok_or_else(|| {
                Refusal::new(
                    RefusalKind::WrongEvidence,
                    format!(
                        "添付したファイル「{name}」が見つかりません。添付してから時間がたった（50分まで）か、すでに使われています。"
                    ),
                    "そのファイルをもう一度選んでください。入力した内容は残っています。",
                )
                .at(OrderField::Files)
            })?;
            slice.load(at, &Part::File(upload.hash.clone())).await?;
            let media = media(&upload)?;
            let attachment = Attachment { hash: upload.hash, media, bytes: upload.bytes };
            files.push(NamedFile { attachment, name: name.clone() });
        }
        Ok(files)
    }

    /// Drops the bytes of files that an erasure took the last name from.
    pub(crate) async fn drop_files(&self, slice: &Slice, at: &mut Writing, erased: &Entry) -> Result<(), ActError> {
        for attachment in erased.fact.attachments() {
            if !slice.register.files.iter().any(|named| named.hash == attachment.hash) {
                at.delete_blob(&attachment.hash).await?;
            }
        }
        Ok(())
    }
}

impl<'a> Keeper<'a> {
    fn owner(self) -> UploadOwner<'a> {
        UploadOwner { person: &self.person.0, about: self.case.map_or("", |case| case.0.as_str()) }
    }
}

/// Drops the bytes of a file that neither an entry names nor anybody is about to name.
async fn drop_unnamed(workshop: &mut Workshop, hash: &str) -> Result<u64, ActError> {
    let named = workshop.by_key(FILE, store::Column::A, hash, None, 1).await?;
    if !named.is_empty() || workshop.awaits(hash).await? == Awaited::Yes {
        return Ok(0);
    }
    workshop.delete_blob(hash).await?;
    Ok(1)
}

fn media(upload: &Upload) -> Result<Media, ActError> {
    let all = [Media::Png, Media::Jpeg, Media::WebP, Media::Pdf];
    let found = all.into_iter().find(|media| media.word() == upload.media);
    found.ok_or_else(|| ActError::Inconsistent(format!("添付ファイル {}", upload.hash)))
}

fn gone() -> ActError {
    ActError::Input("この添付ファイルはありません。廃棄の決定により消去されたか、番号が違います。".to_owned())
}
