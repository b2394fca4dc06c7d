//! 文字: which letters the words of a person may hold, and how the others are made visible.
//!
//! Letters that change the direction of a text, move a terminal's cursor or are not seen at all let one name pass for
//! another. They are refused where something is typed. What joins the parts of an emoji or chooses the form of a
//! character (ZWJ, variation selectors, 異体字) is part of how people write and stays.

use std::fmt::{self, Write as _};

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::refusal::{Refusal, RefusalKind};

/// How many lines a text may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lines {
    /// A name, a number, an address.
    One,
    /// A text in which line breaks and tabs mean something.
    Several,
}

/// The first letter of a text that may not stand there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    sort: MisfitSort,
    letter: char,
    /// Its place, from 1.
    place: usize,
    /// The text as it can be shown.
    shown: String,
}

/// What a letter does that words do not need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum MisfitSort {
    /// It ends the line of a text that has one.
    Break,
    /// It turns the direction of what follows.
    Direction,
    /// It commands a machine.
    Control,
    /// It is not seen.
    Unseen,
    /// It joins or varies letters, and there is none.
    Blank,
}

impl MisfitSort {
    fn of(letter: char) -> Option<Self> {
        match letter {
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{206f}' => {
                Some(Self::Direction)
            }
            letter if letter.is_control() => Some(Self::Control),
            // Places of the code that never hold a letter.
            letter if u32::from(letter) & 0xfffe == 0xfffe => Some(Self::Control),
            '\u{fdd0}'..='\u{fdef}' | '\u{fff9}'..='\u{fffb}' | '\u{e0001}' | '\u{2028}' | '\u{2029}' => {
                Some(Self::Control)
            }
            '\u{ad}'
            | '\u{34f}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{17b4}'
            | '\u{17b5}'
            | '\u{180e}'
            | '\u{200b}'
            | '\u{2060}'..='\u{2065}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{feff}'
            | '\u{ffa0}' => Some(Self::Unseen),
            _ => None,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Break => "改行かタブ",
            Self::Direction => "文字の並ぶ向きを変える、目に見えない文字",
            Self::Control => "機械への命令に使われる、目に見えない文字",
            Self::Unseen | Self::Blank => "目に見えない文字",
        }
    }
}

impl Misfit {
    /// The first letter of a text that may not stand in it; spaces and line breaks around the text count for nothing.
    pub fn of(text: &str, lines: Lines) -> Option<Self> {
        let inner = text.trim_end_matches(is_break);
        let found =
            inner.char_indices().find_map(|(at, letter)| Some((at, letter, sort_at(inner, at, letter, lines)?)));
        let (at, letter, sort) = found.or_else(|| blank(inner))?;
        let place = inner.get(..at).unwrap_or_default().chars().count() + 1;
        let odd = |text: &str, at: usize, letter: char| {
            sort == MisfitSort::Blank && !letter.is_whitespace() || is_odd(text, at, letter)
        };
        Some(Self { sort, letter, place, shown: shown(inner, odd) })
    }

    /// What to do about it.
    pub fn next(&self) -> &'static str {
        match self.sort {
            MisfitSort::Break => "一行で書いてください。",
            MisfitSort::Blank => "目に見える文字で書いてください。書くことがないときは、空けておいてください。",
            _ => "その文字を消してください。消せないときは、そのことばを手で打ち直してください。",
        }
    }

    /// The refusal of whatever holds the text.
    pub fn refusal(&self) -> Refusal {
        Refusal::new(RefusalKind::Incomplete, self.to_string(), self.next())
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (place, word, code) = (self.place, self.sort.word(), u32::from(self.letter));
        let shown: String = self.shown.chars().take(200).collect();
        if self.sort == MisfitSort::Blank {
            return write!(f, "「{shown}」に、目に見える文字が一つもないため、受けつけられません。");
        }
        write!(f, "「{shown}」の{place}文字目に、{word}（U+{code:04X}）があるため、受けつけられません。")
    }
}

/// The text with every letter that a person would not see, or that moves what is seen, written as its number.
pub fn visible(text: &str) -> String {
    shown(text, |text, at, letter| sort_at(text, at, letter, Lines::Several).is_some())
}

fn shown(text: &str, odd: impl Fn(&str, usize, char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, letter) in text.char_indices() {
        if odd(text, at, letter) {
            // Writing into a String cannot fail.
            let _ = write!(out, "［U+{:04X}］", u32::from(letter));
        } else {
            out.push(letter);
        }
    }
    out
}

fn is_odd(text: &str, at: usize, letter: char) -> bool {
    sort_at(text, at, letter, Lines::One).is_some()
}

/// The first letter of a text that says something to a machine and nothing to a person: joiners, selectors and marks alone.
fn blank(text: &str) -> Option<(usize, char, MisfitSort)> {
    let first = text.char_indices().find(|(_, letter)| !letter.is_whitespace());
    let nothing = text.chars().all(|letter| letter.is_whitespace() || joins(letter) || is_combining_mark(letter));
    first.filter(|_| nothing).map(|(at, letter)| (at, letter, MisfitSort::Blank))
}

/// Whether a letter only joins others or chooses their form.
fn joins(letter: char) -> bool {
    matches!(u32::from(letter), 0x200c | 0x200d | 0x180b..=0x180f | 0xfe00..=0xfe0f | 0xe0020..=0xe01ef)
}

/// Whether a text is a reading: kana of either sort and any width, with spaces and middle dots between them.
pub fn is_kana(text: &str) -> bool {
    let is_letter = |letter: &char| matches!(letter, 'ぁ'..='ゖ' | 'ァ'..='ヺ');
    let mut letters = text.trim().nfkc().peekable();
    letters.peek().is_some_and(is_letter)
        && letters.all(|letter| is_letter(&letter) || matches!(letter, 'ー' | '・' | ' ' | 'ヽ' | 'ヾ' | 'ゝ' | 'ゞ'))
}

/// Whether a text is a name in Latin letters: no letter of another script, and no sign of full width.
pub fn is_latin(text: &str) -> bool {
    let is_letter = |letter: char| letter.is_alphabetic() && matches!(u32::from(letter), 0..=0x24f | 0x1e00..=0x1eff);
    let fits =
        |letter: char| is_letter(letter) || !letter.is_alphabetic() && !matches!(u32::from(letter), 0x3000..=0xffef);
    text.chars().any(|letter| is_letter(letter) || letter.is_ascii_digit()) && text.chars().all(fits)
}

/// What is wrong with a letter at its place in a text.
fn sort_at(text: &str, at: usize, letter: char, lines: Lines) -> Option<MisfitSort> {
    match (letter, lines) {
        ('\r' | '\n' | '\t', Lines::One) => Some(MisfitSort::Break),
        ('\n' | '\t', Lines::Several) => None,
        ('\r', Lines::Several) => {
            // A lone one overwrites its line in a terminal.
            let ends_line = text.get(at + 1..).is_some_and(|rest| rest.starts_with('\n'));
            (!ends_line).then_some(MisfitSort::Control)
        }
        (letter, _) => MisfitSort::of(letter),
    }
}

fn is_break(letter: char) -> bool {
    matches!(letter, '\r' | '\n' | '\t')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_turn_command_or_hide_are_refused_in_every_text() {
        let odd = [
            '\u{202e}',
            '\u{2066}',
            '\u{200f}',
            '\u{61c}',
            '\u{1b}',
            '\u{7}',
            '\u{7f}',
            '\u{9b}',
            '\u{85}',
            '\u{200b}',
            '\u{feff}',
            '\u{ad}',
            '\u{3164}',
            '\u{2800}',
            '\u{34f}',
            '\u{2028}',
            '\u{2029}',
            '\u{ffff}',
            '\u{fdd0}',
            '\u{e0001}',
            '\0',
        ];
        for letter in odd {
            for lines in [Lines::One, Lines::Several] {
                let text = format!("見本{letter}町");
                let misfit = Misfit::of(&text, lines).unwrap_or_else(|| panic!("{letter:?}"));
                let code = format!("U+{:04X}", u32::from(letter));
                assert!(misfit.to_string().contains(&format!("「見本［{code}］町」の3文字目")), "{misfit}");
                assert!(!misfit.to_string().contains(letter), "{letter:?} is told as it is");
            }
        }
    }

    #[test]
    fn what_people_write_stays() {
        for text in [
            "葛\u{e0100}城 渡邉\u{e0101}",
            "👨\u{200d}👩\u{200d}👧 ❤\u{fe0f}",
            "か\u{3099}",
            "می\u{200c}خواهم",
            "\u{e000}外字",
            "🏴\u{e0067}\u{e0062}\u{e007f}",
            "a\u{3000}b",
        ] {
            assert_eq!(Misfit::of(text, Lines::One), None, "{text:?}");
        }
        assert_eq!(Misfit::of("一行目\r\n二行目\n\t三行目", Lines::Several), None);
        assert_eq!(Misfit::of("一行\r\n", Lines::One), None, "the end of a line is no second line");
    }

    #[test]
    fn a_name_has_one_line() {
        for text in ["見本\n町", "見本\t町", "見本\r町"] {
            assert!(Misfit::of(text, Lines::One).is_some(), "{text:?}");
        }
        assert!(Misfit::of("上書き\r下", Lines::Several).is_some());
    }

    // Red while a name of joiners alone was a name.
    #[test]
    fn a_text_without_a_letter_that_is_seen_is_refused_and_an_empty_one_is_empty() {
        for text in ["\u{200d}", "\u{fe0f}", "\u{301}", " \u{200d}\u{3000}\u{e0100}", "\u{e0020}"] {
            for lines in [Lines::One, Lines::Several] {
                let misfit = Misfit::of(text, lines).unwrap_or_else(|| panic!("{text:?}"));
                assert!(misfit.to_string().contains("目に見える文字が一つもない"), "{misfit}");
                assert!(!misfit.to_string().contains(text.trim()), "{text:?} is told as it is");
            }
        }
        for text in ["", " ", "\u{3000}", "\n", "1", "。", "☎", "\u{e000}"] {
            assert_eq!(Misfit::of(text, Lines::Several), None, "{text:?}");
        }
    }

    #[test]
    fn a_reading_is_kana_and_an_english_name_latin() {
        for (text, kana, latin) in [
            ("むなかたし こうほう", true, false),
            ("カンコウ・ｶﾝｺｳー", true, false),
            ("が\u{3099}", false, false),
            ("観光だより", false, false),
            ("", false, false),
            ("Munakata City – Ōshima’s news 2", false, true),
            ("Ｍｕｎａｋａｔａ", false, false),
            ("Мунаката", false, false),
            ("!?", false, false),
        ] {
            assert_eq!((is_kana(text), is_latin(text)), (kana, latin), "{text}");
        }
    }

    #[test]
    fn what_is_shown_in_a_terminal_moves_nothing() {
        assert_eq!(visible("\u{1b}[2K見\u{202e}本\r\n行"), "［U+001B］[2K見［U+202E］本\r\n行");
    }
}
