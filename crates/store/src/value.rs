//! The four sorts of values that cross the border to SQL.

/// One parameter of a statement; a null says its type, because one engine asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A text, without U+0000.
    Text(String),
    /// A whole number, an instant (ms, UTC) or a 0/1.
    Int(i64),
    /// Bytes, kept verbatim.
    Bytes(Vec<u8>),
    /// No text.
    NoText,
    /// No number.
    NoInt,
    /// No bytes.
    NoBytes,
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<Option<&str>> for Value {
    fn from(text: Option<&str>) -> Self {
        text.map_or(Self::NoText, Self::from)
    }
}

impl From<i64> for Value {
    fn from(int: i64) -> Self {
        Self::Int(int)
    }
}

impl From<Option<i64>> for Value {
    fn from(int: Option<i64>) -> Self {
        int.map_or(Self::NoInt, Self::Int)
    }
}

impl From<Option<&[u8]>> for Value {
    fn from(bytes: Option<&[u8]>) -> Self {
        bytes.map_or(Self::NoBytes, Self::from)
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Self::Bytes(bytes.to_vec())
    }
}

/// Writes the values of a statement without naming their conversion each time.
macro_rules! values {
    ($($value:expr),* $(,)?) => { &[$($crate::value::Value::from($value)),*] };
}
pub(crate) use values;
