//! 文字: which letters the words of a person may hold, and how the others are made visible.
//!
//! Letters that change the direction of a text, move a terminal's cursor or are not seen at all let one name pass for
//! another. They are refused where something is typed. What joins the parts of an emoji or chooses the form of a
//! character (ZWJ, variation selectors, 異体字) is part of how people write and stays where it does so; behind a letter
//! that it cannot change it is only unseen. Marks over a letter stay too, as many as a script puts there.

use std::fmt::{self, Write as _};

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

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
    /// It is one mark too many over one letter.
    Heaped,
}

/// The most marks that a script puts over one letter.
const MARKS: usize = 4;

impl MisfitSort {
    fn of(letter: char) -> Option<Self> {
        match letter {
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{206f}' => {
                Some(Self::Direction)
            }
            letter if letter.is_control() => Some(Self::Control),
            // Places of the code that never hold a letter.
            letter if u32::from(letter) & 0xfffe == 0xfffe => Some(Self::Control),
            '\u{fdd0}'..='\u{fdef}' | '\u{fff0}'..='\u{fffb}' | '\u{e0001}' | '\u{2028}' | '\u{2029}' => {
                Some(Self::Control)
            }
            // Signs of shorthand and of music that only say how others are drawn, and tags that no letter has.
            '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d159}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{16fe4}'
            | '\u{e0000}'..='\u{e001f}'
            | '\u{e0080}'..='\u{e00ff}'
            | '\u{e01f0}'..='\u{e0fff}'
            | '\u{ad}'
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
            Self::Heaped => "一つの文字に重ねすぎた記号",
        }
    }
}

impl Misfit {
    /// The first letter of a text that may not stand in it; spaces and line breaks around the text count for nothing.
    pub fn of(text: &str, lines: Lines) -> Option<Self> {
        let inner = text.trim_end_matches(is_break);
        let found =
            inner.char_indices().find_map(|(at, letter)| Some((at, letter, sort_at(inner, at, letter, lines)?)));
        let (at, letter, sort) = blank(inner).or(found)?;
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
        (letter, _) => MisfitSort::of(letter).or_else(|| idle(text, at, letter)),
    }
}

/// What is wrong with a letter that only joins, varies or marks the one before it, where it does nothing of the kind.
fn idle(text: &str, at: usize, letter: char) -> Option<MisfitSort> {
    let lead = text.get(..at).unwrap_or_default();
    let behind = || text.get(at + letter.len_utf8()..).and_then(|rest| rest.chars().next());
    let before = lead.chars().next_back();
    let works = match u32::from(letter) {
        // Between the parts of an emoji, and within scripts whose letters hang together.
        0x200c | 0x200d => {
            let drawn = lead.chars().rev().find(|c| !joins(*c) && !is_combining_mark(*c));
            let twice = before.is_some_and(|c| matches!(c, '\u{200c}' | '\u{200d}'));
            let joined = match drawn {
                Some(c) if is_pictured(c) => behind().is_some_and(is_pictured),
                Some(c) => hangs_together(c) && behind().is_none_or(|c| hangs_together(c) || !c.is_alphanumeric()),
                None => false,
            };
            !twice && joined
        }
        0x180b..=0x180f => before.is_some_and(|c| matches!(u32::from(c), 0x1800..=0x18af)),
        0xfe00..=0xfe0d => before.is_some_and(|c| is_ideograph(c) || is_pictured(c) || hangs_together(c)),
        // A figure has a form of its own only in a key: 1️⃣.
        0xfe0e | 0xfe0f => before.is_some_and(|c| match c {
            '0'..='9' | '#' | '*' => behind() == Some('\u{20e3}'),
            _ => is_pictured(c),
        }),
        0xe0100..=0xe01ef => before.is_some_and(is_ideograph),
        // A flag of a region: 🏴, its letters and their end.
        0xe0020..=0xe007f => {
            let tag = |c: char| matches!(u32::from(c), 0xe0020..=0xe007e);
            let flag = lead.chars().rev().take(LONGEST_TAG).find(|c| !tag(*c)) == Some('\u{1f3f4}');
            let rest = text.get(at..).unwrap_or_default();
            flag && rest.chars().take(LONGEST_TAG).find(|c| !tag(*c)) == Some('\u{e007f}')
        }
        _ => true,
    };
    if !works {
        return Some(MisfitSort::Unseen);
    }
    // Tibetan writes letters below one another, as marks.
    let is_mark = |c: &char| is_combining_mark(*c) && !joins(*c) && !matches!(u32::from(*c), 0xf00..=0xfff);
    let heaped = is_mark(&letter) && lead.chars().rev().take(MARKS).filter(is_mark).count() == MARKS;
    heaped.then_some(MisfitSort::Heaped)
}

/// The most signs of a flag's tag, with its end.
const LONGEST_TAG: usize = 8;

/// Whether a letter is drawn as a picture: an emoji or another sign, and the few letters that emoji are made of.
fn is_pictured(c: char) -> bool {
    let is_sign = matches!(u32::from(c),
        0xa9 | 0xae | 0x203c | 0x2049 | 0x2100..=0x2bff | 0x3030 | 0x303d | 0x3297 | 0x3299 | 0x1f000..=0x1faff);
    is_sign && (!c.is_alphabetic() || matches!(u32::from(c), 0x2139 | 0x24c2 | 0x1f130..=0x1f189))
}

/// Whether the letters of this one's script hang together, so that a joiner between them is seen.
fn hangs_together(c: char) -> bool {
    matches!(u32::from(c), 0x600..=0x109f | 0x1780..=0x18af | 0xa840..=0xa87f | 0xaa60..=0xaa7f | 0xfb50..=0xfdff | 0xfe70..=0xfefc)
}

/// Whether a character has forms by which people write their names.
fn is_ideograph(c: char) -> bool {
    matches!(u32::from(c), 0x2e80..=0x2fdf | 0x3005..=0x3007 | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xf900..=0xfaff | 0x20000..=0x3fffd)
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
            '\u{1d173}',
            '\u{1d17a}',
            '\u{1bca0}',
            '\u{e0000}',
            '\u{e01f0}',
            '\u{e0041}',
            '\u{fff0}',
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
            "1\u{fe0f}\u{20e3} ©\u{fe0f} ㊗\u{fe0f} ☎\u{fe0e} ❤\u{fe0f}\u{200d}🔥",
            "🏳\u{fe0f}\u{200d}🌈 👩🏽\u{200d}🚒 🧔\u{200d}♂\u{fe0f}",
            "क\u{94d}\u{200d}ष ශ\u{dca}\u{200d}ර",
            "比\u{fe00} 辻\u{e0101}さん",
            "กี่ Việt e\u{302}\u{301} שָׁלוֹם بُّ",
            "བསྒྲུབས",
        ] {
            assert_eq!(Misfit::of(text, Lines::One), None, "{text:?}");
        }
        assert_eq!(Misfit::of("一行目\r\n二行目\n\t三行目", Lines::Several), None);
        assert_eq!(Misfit::of("一行\r\n", Lines::One), None, "the end of a line is no second line");
    }

    // Red while a joiner, a selector and any number of marks were part of how people write wherever they stood.
    #[test]
    fn what_changes_no_letter_is_refused_as_unseen_and_marks_are_not_heaped() {
        for (text, letter) in [
            ("mihon\u{200d}city", '\u{200d}'),
            ("mihon\u{200c}city", '\u{200c}'),
            ("mihon\u{fe0f}city", '\u{fe0f}'),
            ("みほん\u{fe00}市", '\u{fe00}'),
            ("みほん\u{e0100}市", '\u{e0100}'),
            ("見本\u{200d}市", '\u{200d}'),
            ("михон\u{200d}", '\u{200d}'),
            ("1\u{fe0f}号", '\u{fe0f}'),
            ("市\u{e0100}\u{e0101}", '\u{e0101}'),
            ("👨\u{200d}\u{200d}👩", '\u{200d}'),
            ("👨\u{200d}a", '\u{200d}'),
            ("a\u{e0067}\u{e007f}", '\u{e0067}'),
            ("🏴\u{e0067}\u{e0062}", '\u{e0067}'),
            ("a\u{180b}", '\u{180b}'),
        ] {
            let misfit = Misfit::of(text, Lines::One).unwrap_or_else(|| panic!("{text:?}"));
            let code = format!("目に見えない文字（U+{:04X}）", u32::from(letter));
            assert!(misfit.to_string().contains(&code), "{text:?}: {misfit}");
        }
        let heap = format!("市{}", "\u{301}".repeat(40));
        let misfit = Misfit::of(&heap, Lines::Several).expect("too many").to_string();
        assert!(misfit.contains("6文字目に、一つの文字に重ねすぎた記号（U+0301）"), "{misfit}");
        assert_eq!(Misfit::of(&format!("市{}", "\u{301}".repeat(4)), Lines::One), None);
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
