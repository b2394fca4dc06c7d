//! Hex and base64, strict both ways: one value has one spelling, so that a text can be compared as a text.

use thiserror::Error;

/// Says why a hexadecimal or base64 text cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum EncodingError {
    /// A character that the alphabet does not have.
    #[error("使えない文字が含まれています。16進は小文字の0-9とa-f、base64は標準の文字だけを使ってください。")]
    Character,
    /// The text is too short, too long, or ends in the middle of a byte.
    #[error("長さが正しくありません。途中で切れていないか、余分な文字がないかを確かめてください。")]
    Length,
}

/// Writes bytes as lower-case hexadecimal.
pub fn to_hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        for nibble in [byte >> 4, byte & 15] {
            text.push(char::from(if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 }));
        }
    }
    text
}

/// Reads lower-case hexadecimal; capitals are refused because a hash has one spelling only.
pub fn from_hex(text: &str) -> Result<Vec<u8>, EncodingError> {
    let nibble = |c: u8| match c {
        b'0'..=b'9' => Ok(c - b'0'),
        b'a'..=b'f' => Ok(c - b'a' + 10),
        _ => Err(EncodingError::Character),
    };
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return Err(EncodingError::Length);
    }
    pairs.iter().map(|&[high, low]| Ok(nibble(high)? << 4 | nibble(low)?)).collect()
}

/// Reads a 32-byte value (hash, salt, key) from hexadecimal.
pub fn hash_from_hex(text: &str) -> Result<[u8; 32], EncodingError> {
    from_hex(text)?.try_into().map_err(|_| EncodingError::Length)
}

/// Writes bytes in the standard base64 alphabet with padding, as C2SP notes want it.
pub(super) fn to_base64(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits = group.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for place in 0..4 {
            text.push(if place <= group.len() { symbol((bits >> (18 - 6 * place)) & 63) } else { '=' });
        }
    }
    text
}

fn symbol(six_bits: u32) -> char {
    let six_bits = u8::try_from(six_bits & 63).unwrap_or(0);
    char::from(match six_bits {
        0..=25 => b'A' + six_bits,
        26..=51 => b'a' + six_bits - 26,
        52..=61 => b'0' + six_bits - 52,
        62 => b'+',
        _ => b'/',
    })
}

/// Reads standard base64 with padding; unused bits must be zero, so no second spelling of a signature passes.
pub(super) fn from_base64(text: &str) -> Result<Vec<u8>, EncodingError> {
    let body = text.strip_suffix("==").or_else(|| text.strip_suffix('=')).unwrap_or(text);
    if !text.len().is_multiple_of(4) || body.len() % 4 == 1 {
        return Err(EncodingError::Length);
    }
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut held, mut count) = (0_u32, 0_u32);
    for c in body.bytes() {
        held = (held << 6 | value(c)?) & 0xFFFF;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(held >> count & 255).unwrap_or(0));
        }
    }
    if held & ((1 << count) - 1) == 0 { Ok(bytes) } else { Err(EncodingError::Character) }
}

fn value(c: u8) -> Result<u32, EncodingError> {
    Ok(u32::from(match c {
        b'A'..=b'Z' => c - b'A',
        b'a'..=b'z' => c - b'a' + 26,
        b'0'..=b'9' => c - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return Err(EncodingError::Character),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_speaks_the_examples_of_rfc_4648() {
        for (plain, coded) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(to_base64(plain.as_bytes()), coded);
            assert_eq!(from_base64(coded), Ok(plain.as_bytes().to_vec()));
        }
        assert_eq!(to_base64(&[0xFB, 0xFF, 0xBF]), "+/+/");
        assert_eq!(from_base64("+/+/"), Ok(vec![0xFB, 0xFF, 0xBF]));
    }

    #[test]
    fn every_byte_comes_back_from_both_spellings() {
        for length in 0..=70_u8 {
            let bytes: Vec<u8> = (0..length).map(|i| i.wrapping_mul(37).wrapping_add(length)).collect();
            assert_eq!(from_base64(&to_base64(&bytes)), Ok(bytes.clone()));
            assert_eq!(from_hex(&to_hex(&bytes)), Ok(bytes));
        }
    }

    #[test]
    fn a_second_spelling_of_the_same_bytes_is_refused() {
        for text in ["Zh==", "Zm9=", "Zg", "Zg=", "Zg===", "====", "A===", "Zm9v\n", "Zg==Zg==", "Zm 9"] {
            assert!(from_base64(text).is_err(), "{text:?}");
        }
        assert_eq!(from_hex("AB"), Err(EncodingError::Character));
        assert_eq!(from_hex("abc"), Err(EncodingError::Length));
        assert_eq!(from_hex("あ"), Err(EncodingError::Length));
        assert_eq!(hash_from_hex("ab"), Err(EncodingError::Length));
    }
}
