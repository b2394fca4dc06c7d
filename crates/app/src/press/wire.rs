//! What goes between the server and the press: parts with their length in front, eight bytes, the lowest first.
//!
//! Both ends are the same program, so there are no versions.

use std::io::{self, Read, Write};

use documents::form::Document;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A document to be printed, with the day that the file states as its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// The document.
    pub document: Document,
    /// The day.
    pub made: Date,
}

/// What came of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The file.
    Sheets(Vec<u8>),
    /// Why there is none, and what to do, in Japanese.
    Problem(String),
}

const SHEETS: u8 = 0;
const PROBLEM: u8 = 1;

/// Longer parts are not of this program.
const LONGEST: u64 = 1 << 30;

/// Hands an order over.
pub fn order(to: &mut impl Write, document: &Document, made: Date) -> io::Result<()> {
    #[derive(Serialize)]
    struct Borrowed<'a> {
        document: &'a Document,
        made: Date,
    }
    put(to, &serde_json::to_vec(&Borrowed { document, made })?)
}

/// The next order; `None` when there will be no more.
pub fn next_order(from: &mut impl Read) -> io::Result<Option<Order>> {
    match take(from)? {
        Some(order) => Ok(Some(serde_json::from_slice(&order)?)),
        None => Ok(None),
    }
}

/// Answers an order.
pub fn answer(to: &mut impl Write, answer: &Answer) -> io::Result<()> {
    let (kind, bytes) = match answer {
        Answer::Sheets(sheets) => (SHEETS, sheets.as_slice()),
        Answer::Problem(words) => (PROBLEM, words.as_bytes()),
    };
    to.write_all(&[kind])?;
    put(to, bytes)
}

/// The answer to the order that was handed over.
pub fn answered(from: &mut impl Read) -> io::Result<Answer> {
    let mut kind = [0];
    from.read_exact(&mut kind)?;
    let bytes = take(from)?.ok_or(io::ErrorKind::UnexpectedEof)?;
    match kind {
        [SHEETS] => Ok(Answer::Sheets(bytes)),
        [PROBLEM] => String::from_utf8(bytes).map(Answer::Problem).map_err(io::Error::other),
        [other] => Err(io::Error::other(format!("an answer of the kind {other}"))),
    }
}

fn put(to: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    to.write_all(&u64::try_from(bytes.len()).map_err(io::Error::other)?.to_le_bytes())?;
    to.write_all(bytes)?;
    to.flush()
}

/// A part; `None` if nothing follows.
fn take(from: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut head = Vec::new();
    from.by_ref().take(8).read_to_end(&mut head)?;
    if head.is_empty() {
        return Ok(None);
    }
    let length = u64::from_le_bytes(head.try_into().map_err(|_| io::ErrorKind::UnexpectedEof)?);
    if length > LONGEST {
        return Err(io::Error::other(format!("a part of {length} bytes")));
    }
    let mut bytes = Vec::new();
    from.by_ref().take(length).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).ok() != Some(length) {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(bytes))
}

#[cfg(test)]
mod tests {
    use documents::form::Block;
    use jiff::civil::date;

    use super::*;

    #[test]
    fn orders_and_answers_come_over_as_they_were() {
        let document = Document::new("届", vec![Block::Paragraph("𠮷野 髙﨑 渡邉\u{E0101}".into())]);
        let made = date(2026, 4, 1);
        let mut wire = Vec::new();
        order(&mut wire, &document, made).expect("written");
        order(&mut wire, &document, made).expect("written");
        let mut from = wire.as_slice();
        for _ in 0..2 {
            let came = next_order(&mut from).expect("read").expect("an order");
            assert_eq!(came, Order { document: document.clone(), made });
        }
        assert_eq!(next_order(&mut from).expect("read"), None);

        for sent in
            [Answer::Sheets(vec![0, 255, b'\n']), Answer::Sheets(Vec::new()), Answer::Problem("字がない".into())]
        {
            let mut wire = Vec::new();
            answer(&mut wire, &sent).expect("written");
            assert_eq!(answered(&mut wire.as_slice()).expect("read"), sent);
        }
    }

    #[test]
    fn what_breaks_off_or_is_something_else_is_an_error() {
        let mut whole = Vec::new();
        answer(&mut whole, &Answer::Sheets(b"sheets".to_vec())).expect("written");
        for end in 0..whole.len() {
            assert!(answered(&mut whole.get(..end).expect("a part")).is_err(), "{end} bytes");
        }
        for strange in ["\u{2}\0\0\0\0\0\0\0\0", "HTTP/1.1 400 Bad Request"] {
            assert!(answered(&mut strange.as_bytes()).is_err(), "{strange:?}");
        }
        assert!(next_order(&mut &b"\x02\0\0\0\0\0\0\0{]"[..]).is_err());
        assert!(next_order(&mut &b"\x02\0\0"[..]).is_err());
    }
}
