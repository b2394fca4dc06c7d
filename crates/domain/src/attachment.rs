//! 添付: a file that an act names, told by its bytes alone.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::ledger::to_hex;

/// The largest file that is kept, in bytes.
pub const MAX_BYTES: usize = 20 * 1024 * 1024;

/// The largest picture that is kept, in pixels: a small file can unfold into one that no machine can show.
pub const MAX_PIXELS: u64 = 50_000_000;

/// How many files one act may name.
pub const MAX_FILES: usize = 10;

/// How long a file's name may be, in characters.
pub const MAX_NAME: usize = 120;

/// What is known for ever of a file that an act names; its name lies in the private part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// SHA-256 of the bytes, in hex.
    pub hash: String,
    /// What the bytes are.
    pub media: Media,
    /// How many bytes.
    pub bytes: u64,
}

/// What sort of file is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Media {
    /// PNG.
    #[serde(rename = "image/png")]
    Png,
    /// JPEG.
    #[serde(rename = "image/jpeg")]
    Jpeg,
    /// WebP.
    #[serde(rename = "image/webp")]
    WebP,
    /// PDF.
    #[serde(rename = "application/pdf")]
    Pdf,
}

/// A file as an act names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedFile {
    /// What it is.
    pub attachment: Attachment,
    /// What people call it.
    pub name: String,
}

/// Why a file is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AttachmentProblem {
    /// There is nothing in it.
    #[error("ファイルが空です。\n次にすること：ファイルを開いて中身を確かめ、もう一度選んでください。")]
    Empty,
    /// It is larger than what is kept.
    #[error(
        "ファイルが大きすぎます（20MBまで）。\n次にすること：画像を小さくするか、PDFを分けてから、もう一度選んでください。"
    )]
    TooLarge,
    /// It is none of the sorts that are kept.
    #[error(
        "この種類のファイルは添付できません。添付できるのは、画像（PNG、JPEG、WebP）とPDFです。\n次にすること：画面の写しは画像で、文書はPDFにしてから、もう一度選んでください。"
    )]
    Unknown,
    /// The picture's size cannot be read.
    #[error(
        "画像が壊れているため、読めません。\n次にすること：画像を開いて確かめ、保存し直してから、もう一度選んでください。"
    )]
    Broken,
    /// The picture has more pixels than what is kept.
    #[error("画像の縦横が大きすぎます（5000万画素まで）。\n次にすること：画像を縮小してから、もう一度選んでください。")]
    TooManyPixels,
}

impl Media {
    /// The media type as it is sent.
    pub fn word(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::WebP => "image/webp",
            Self::Pdf => "application/pdf",
        }
    }

    /// What people call it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Png => "画像（PNG）",
            Self::Jpeg => "画像（JPEG）",
            Self::WebP => "画像（WebP）",
            Self::Pdf => "PDF",
        }
    }
}

impl Attachment {
    /// Reads what the bytes are; whatever their name or sender says of them counts for nothing.
    pub fn of(bytes: &[u8]) -> Result<Self, AttachmentProblem> {
        if bytes.is_empty() {
            return Err(AttachmentProblem::Empty);
        }
        if bytes.len() > MAX_BYTES {
            return Err(AttachmentProblem::TooLarge);
        }
        let (media, pixels) = if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            (Media::Png, Some(png(bytes)))
        } else if bytes.starts_with(b"\xff\xd8\xff") {
            (Media::Jpeg, Some(jpeg(bytes)))
        } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
            (Media::WebP, Some(webp(bytes)))
        } else if bytes.starts_with(b"%PDF-") {
            (Media::Pdf, None)
        } else {
            return Err(AttachmentProblem::Unknown);
        };
        match pixels {
            Some(Some((width, height))) if u64::from(width) * u64::from(height) > MAX_PIXELS => {
                return Err(AttachmentProblem::TooManyPixels);
            }
            Some(None | Some((0, _) | (_, 0))) => return Err(AttachmentProblem::Broken),
            None | Some(Some(_)) => {}
        }
        let bytes_long = u64::try_from(bytes.len()).map_err(|_| AttachmentProblem::TooLarge)?;
        Ok(Self { hash: to_hex(&Sha256::digest(bytes)), media, bytes: bytes_long })
    }

    /// How large it is, for people.
    pub fn size(&self) -> String {
        match self.bytes {
            small @ 0..1024 => format!("{small}バイト"),
            middle @ 1024..1_048_576 => format!("{}KB", middle.div_ceil(1024)),
            large => format!("{}.{}MB", large / 1_048_576, large % 1_048_576 * 10 / 1_048_576),
        }
    }
}

fn png(bytes: &[u8]) -> Option<(u32, u32)> {
    (bytes.get(12..16)? == b"IHDR").then_some(())?;
    Some((u32::from_be_bytes(piece(bytes, 16)?), u32::from_be_bytes(piece(bytes, 20)?)))
}

/// The size stands in the frame's header; what comes before are segments with their lengths.
fn jpeg(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut at = 2;
    loop {
        let [0xff, marker] = piece(bytes, at)? else { return None };
        match marker {
            // Any number of 0xff may fill up before a marker.
            0xff => at += 1,
            0x01 | 0xd0..=0xd7 => at += 2,
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                let height = u16::from_be_bytes(piece(bytes, at + 5)?);
                let width = u16::from_be_bytes(piece(bytes, at + 7)?);
                return Some((width.into(), height.into()));
            }
            // The picture's data began, or ended, before its size was told.
            0xd9 | 0xda => return None,
            _ => {
                let length = usize::from(u16::from_be_bytes(piece(bytes, at + 2)?));
                at += 2 + length.max(2);
            }
        }
    }
}

fn webp(bytes: &[u8]) -> Option<(u32, u32)> {
    match bytes.get(12..16)? {
        b"VP8X" => {
            let [w0, w1, w2, h0, h1, h2] = piece(bytes, 24)?;
            Some((u32::from_le_bytes([w0, w1, w2, 0]) + 1, u32::from_le_bytes([h0, h1, h2, 0]) + 1))
        }
        b"VP8L" => {
            let [0x2f] = piece(bytes, 20)? else { return None };
            let bits = u32::from_le_bytes(piece(bytes, 21)?);
            Some(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))
        }
        b"VP8 " => {
            let [0x9d, 0x01, 0x2a] = piece(bytes, 23)? else { return None };
            let width = u16::from_le_bytes(piece(bytes, 26)?) & 0x3fff;
            let height = u16::from_le_bytes(piece(bytes, 28)?) & 0x3fff;
            Some((width.into(), height.into()))
        }
        _ => None,
    }
}

fn piece<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at.checked_add(N)?)?.try_into().ok()
}

#[cfg(test)]
mod tests;
