//! The export of a ledger as JSON lines, for people who want to verify it with a program that is not ours.
//!
//! It holds the private parts, so it is as confidential as the database.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::commitment::{Commitment, PrivatePart, StoredEntry};
use super::encoding::{from_hex, hash_from_hex, to_hex};
use super::verify::Head;

/// Says why a dump cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DumpError {
    /// The first line is not a dump's.
    #[error("台帳の書き出しではありません。1行目に書き出しの見出しがありません。ファイルを確かめてください。")]
    NoHeader,
    /// The format is newer than this program.
    #[error("台帳の書き出しの形式{format}は、このプログラムでは読めません。新しい版のプログラムで読んでください。")]
    Format {
        /// The format that the dump states.
        format: u64,
    },
    /// A line is not an entry.
    #[error("台帳の書き出しの{line}行目を読めません。途中で切れていないかを確かめ、書き出しをやり直してください。")]
    Line {
        /// The line, from 1.
        line: usize,
    },
}

/// The first line of a dump: whose ledger it is, and its head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DumpHeader {
    /// The municipality's code.
    pub municipality: String,
    /// The head at the time of the export.
    pub head: Head,
}

#[derive(Serialize, Deserialize)]
struct HeaderLine {
    ledger: String,
    format: u64,
    municipality: String,
    size: u64,
    frontier: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EntryLine {
    seq: u64,
    recorded_at: i64,
    salt: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes_hex: Option<String>,
    commitment: String,
    private: Option<PrivateLine>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PrivateLine {
    salt: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes_hex: Option<String>,
}

const LEDGER: &str = "shirube";
const FORMAT: u64 = 1;

impl DumpHeader {
    /// The header's line, without the line end.
    pub fn line(&self) -> String {
        json(&HeaderLine {
            ledger: LEDGER.to_owned(),
            format: FORMAT,
            municipality: self.municipality.clone(),
            size: self.head.size,
            frontier: self.head.frontier.clone(),
        })
    }
}

/// One entry's line, without the line end.
pub fn dump_line(entry: &StoredEntry) -> String {
    let (bytes, bytes_hex) = write_bytes(&entry.bytes);
    json(&EntryLine {
        seq: entry.seq,
        recorded_at: entry.recorded_at,
        salt: to_hex(&entry.salt),
        bytes,
        bytes_hex,
        commitment: entry.commitment.to_hex(),
        private: entry.private.as_ref().map(|part| {
            let (bytes, bytes_hex) = write_bytes(&part.bytes);
            PrivateLine { salt: to_hex(&part.salt), bytes, bytes_hex }
        }),
    })
}

/// Text where it is text, hexadecimal otherwise: a damaged database may hold anything, and the export shows it exactly.
fn write_bytes(bytes: &[u8]) -> (Option<String>, Option<String>) {
    match std::str::from_utf8(bytes) {
        Ok(text) => (Some(text.to_owned()), None),
        Err(_) => (None, Some(to_hex(bytes))),
    }
}

/// These structs hold only texts and integers, which serialise always.
fn json(line: &impl Serialize) -> String {
    serde_json::to_string(line).unwrap_or_default()
}

/// Reads a dump line by line: the header at once, the entries as they are asked for.
pub fn read_dump<Line: AsRef<str>>(
    lines: impl IntoIterator<Item = Line>,
) -> Result<(DumpHeader, impl Iterator<Item = Result<StoredEntry, DumpError>>), DumpError> {
    let mut lines = lines.into_iter();
    let first = lines.next().ok_or(DumpError::NoHeader)?;
    let header: HeaderLine = serde_json::from_str(first.as_ref()).map_err(|_| DumpError::NoHeader)?;
    if header.ledger != LEDGER {
        return Err(DumpError::NoHeader);
    }
    if header.format != FORMAT {
        return Err(DumpError::Format { format: header.format });
    }
    let entries =
        lines.enumerate().map(|(index, line)| read_line(line.as_ref()).ok_or(DumpError::Line { line: index + 2 }));
    let head = Head { size: header.size, frontier: header.frontier };
    Ok((DumpHeader { municipality: header.municipality, head }, entries))
}

/// One entry's line, read back; `None` when it is none.
pub(super) fn read_line(line: &str) -> Option<StoredEntry> {
    let line: EntryLine = serde_json::from_str(line).ok()?;
    let private = match line.private {
        None => None,
        Some(part) => {
            Some(PrivatePart { salt: hash_from_hex(&part.salt).ok()?, bytes: read_bytes(part.bytes, part.bytes_hex)? })
        }
    };
    Some(StoredEntry {
        seq: line.seq,
        recorded_at: line.recorded_at,
        salt: hash_from_hex(&line.salt).ok()?,
        bytes: read_bytes(line.bytes, line.bytes_hex)?,
        commitment: Commitment(hash_from_hex(&line.commitment).ok()?),
        private,
    })
}

fn read_bytes(text: Option<String>, hex: Option<String>) -> Option<Vec<u8>> {
    match (text, hex) {
        (Some(text), None) => Some(text.into_bytes()),
        (None, Some(hex)) => from_hex(&hex).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header() -> DumpHeader {
        DumpHeader { municipality: "000000".to_owned(), head: Head { size: 1, frontier: "ab".to_owned() } }
    }

    #[test]
    fn names_and_damaged_bytes_come_back_exactly() {
        for bytes in ["{\"名\":\"𠮷野 髙﨑\u{e0100}\\n\"}".as_bytes().to_vec(), vec![0, 0xFF, 0x80, b'\n'], vec![]]
        {
            let part = PrivatePart { salt: [3; 32], bytes: bytes.clone() };
            for private in [None, Some(part)] {
                let entry = StoredEntry::seal(7, -1, [4; 32], bytes.clone(), private);
                let line = dump_line(&entry);
                assert!(!line.contains('\n'));
                let (read, entries) = read_dump([header().line(), line]).expect("our own header");
                assert_eq!(read, header());
                assert_eq!(entries.collect::<Vec<_>>(), [Ok(entry)]);
            }
        }
    }

    #[test]
    fn a_damaged_dump_names_the_line() {
        assert_eq!(read_dump(Vec::<String>::new()).err(), Some(DumpError::NoHeader));
        assert_eq!(read_dump(["{}"]).err(), Some(DumpError::NoHeader));
        let newer = header().line().replace("\"format\":1", "\"format\":2");
        assert_eq!(read_dump([newer]).err(), Some(DumpError::Format { format: 2 }));
        let line = dump_line(&StoredEntry::seal(0, 0, [0; 32], b"{}".to_vec(), None));
        let first = header().line();
        for (end, _) in line.char_indices() {
            let (_, mut entries) = read_dump([first.as_str(), &line[..end]]).expect("our own header");
            assert_eq!(entries.next(), Some(Err(DumpError::Line { line: 2 })));
        }
    }
}
