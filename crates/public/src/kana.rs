//! 五十音: the order of readings, the row that a reading belongs to, and folding for the search.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// The rows of the 五十音, by their first letters.
pub(crate) const ROWS: [(&str, &str); 11] = [
    ("あ", "あいうえお"),
    ("か", "かきくけこ"),
    ("さ", "さしすせそ"),
    ("た", "たちつてと"),
    ("な", "なにぬねの"),
    ("は", "はひふへほ"),
    ("ま", "まみむめも"),
    ("や", "やゆよ"),
    ("ら", "らりるれろ"),
    ("わ", "わゐゑをん"),
    ("その他", ""),
];

/// The place of a reading's row among [`ROWS`]; the last one takes what is no kana.
pub(crate) fn row(reading: &str) -> usize {
    let first = plain(reading).chars().next();
    ROWS.iter().position(|(_, letters)| first.is_some_and(|letter| letters.contains(letter))).unwrap_or(ROWS.len() - 1)
}

/// The key by which readings are ordered: first without voicing and size, then as folded.
pub(crate) fn key(reading: &str) -> (String, String) {
    (plain(reading), fold(reading))
}

/// The text with width, letter case and the two kana made one, for comparing only; nothing shown is folded.
pub(crate) fn fold(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).map(hiragana).collect()
}

/// The folded reading without voicing marks and small letters.
fn plain(reading: &str) -> String {
    fold(reading).nfd().filter(|letter| !is_combining_mark(*letter)).map(large).collect()
}

/// Katakana as hiragana; other letters as they are.
fn hiragana(letter: char) -> char {
    match letter {
        'ァ'..='ヶ' | 'ヽ' | 'ヾ' => char::from_u32(u32::from(letter) - 0x60).unwrap_or(letter),
        other => other,
    }
}

/// A small kana as its large one.
fn large(letter: char) -> char {
    match letter {
        'ぁ' => 'あ',
        'ぃ' => 'い',
        'ぅ' => 'う',
        'ぇ' => 'え',
        'ぉ' => 'お',
        'っ' => 'つ',
        'ゃ' => 'や',
        'ゅ' => 'ゆ',
        'ょ' => 'よ',
        'ゎ' => 'わ',
        'ゕ' => 'か',
        'ゖ' => 'け',
        other => other,
    }
}
