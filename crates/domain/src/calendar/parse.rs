//! Reading dates as people type them, and saying what is wrong with one that does not exist.

use jiff::civil::Date;
use thiserror::Error;

use super::wareki::wareki;
use super::{Era, kanji_figures};

/// Why a typed date cannot be taken; each sentence says what is wrong and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DateProblem {
    /// Nothing was typed.
    #[error("日付が書かれていません。令和8年4月1日 または 2026-04-01 のように書いてください。")]
    Empty,
    /// The text has not the shape of a date.
    #[error("「{typed}」は日付として読めません。令和8年4月1日 または 2026-04-01 のように書いてください。")]
    Unreadable {
        /// The text as typed, shortened.
        typed: String,
    },
    /// A year of less than four figures without an era could be either calendar's.
    #[error(
        "「{typed}」の年は、和暦か西暦か分かりません。令和8年4月1日（R8.4.1）または 2026-04-01 のように書いてください。"
    )]
    YearOfWhichCalendar {
        /// The text as typed, shortened.
        typed: String,
    },
    /// A time of day stands where only a day is asked for.
    #[error("「{typed}」には時刻があります。ここには日付だけを、令和8年4月1日 のように書いてください。")]
    TimeGiven {
        /// The text as typed, shortened.
        typed: String,
    },
    /// An hour that no day has.
    #[error(
        "{hour}時という時刻はありません。時刻は0時から24時までで書きます。ここには日付だけを、令和8年4月1日 のように書いてください。"
    )]
    NoSuchHour {
        /// The hour as typed.
        hour: String,
    },
    /// Something follows the date.
    #[error("日付のあとに「{rest}」があります。日付だけを、令和8年4月1日 のように書いてください。")]
    TrailingText {
        /// What follows, shortened.
        rest: String,
    },
    /// Another day of the week stands behind the date.
    #[error("{date}は{right}曜日です。「{typed}曜日」とあります。日か曜日のどちらが違うかを確かめてください。", date = wareki(*date))]
    OtherWeekday {
        /// The day that was written.
        date: Date,
        /// The sign of its day of the week.
        right: char,
        /// The sign that was typed.
        typed: char,
    },
    /// Months run from 1 to 12.
    #[error("{month}月はありません。月は1から12までで書いてください。")]
    NoSuchMonth {
        /// The month as typed.
        month: i16,
    },
    /// The month has no such day.
    #[error("{year}年{month}月{day}日はありません。{year}年{month}月は{last}日までです。日を確かめてください。")]
    NoSuchDay {
        /// The western year.
        year: i16,
        /// The month.
        month: i16,
        /// The day as typed.
        day: i16,
        /// The last day of that month.
        last: i8,
    },
    /// A year that nobody means: a slip of the hand or of a program.
    #[error("{year}年は、年の間違いではありませんか。1868年から2099年までの日を書いてください。")]
    NobodysYear {
        /// The western year.
        year: i16,
    },
    /// The day exists but in another era.
    #[error("{typed}はありません。その日は{rather}です。元号と年を確かめ、{rather} または西暦で書いてください。")]
    OtherEra {
        /// The date as it was understood, in 和暦.
        typed: String,
        /// The same day, rightly written.
        rather: String,
    },
    /// A date by the old calendar, or a year 0 of an era.
    #[error("{typed}は、今の暦の日付として読めません。{era}は{first}からです。年を確かめるか、西暦で書いてください。", era = era.name())]
    BeforeEra {
        /// The date as it was understood.
        typed: String,
        /// The era that was written.
        era: Era,
        /// The first day of it that can be written.
        first: String,
    },
}

/// Reads a date as people type it: 2026-04-01, 20260401, 2026/4/1, 2026年4月1日, 令和8年4月1日（水）, R8.4.1, 令8.4.1, 元年,
/// figures of full width and in kanji.
pub fn parse_date(typed: &str) -> Result<Date, DateProblem> {
    let folded: String = typed.trim().chars().map(fold).collect();
    if folded.is_empty() {
        return Err(DateProblem::Empty);
    }
    let folded = parted(kanji_figures(&folded));
    let mut text = Scanner { rest: &folded };
    let unreadable = || unreadable(typed, &folded);

    let era = text.era();
    let year = text.year(era.is_some()).ok_or_else(unreadable)?;
    let separator = text.separator(Part::Year).ok_or_else(unreadable)?;
    let month = text.number(2).ok_or_else(unreadable)?;
    if text.separator(Part::Month) != Some(separator) {
        return Err(unreadable());
    }
    let day = text.number(2).ok_or_else(unreadable)?;
    if separator == Separator::Kanji && !text.take("日") {
        return Err(unreadable());
    }
    let weekday = text.weekday();
    if !text.rest.trim().is_empty() {
        return Err(trailing(typed, text.rest));
    }
    let date = match era {
        Some(era) => in_era(era, year.value, month, day).and_then(meant),
        None if year.figures == 4 => existing(year.value, month, day).and_then(meant),
        None => Err(DateProblem::YearOfWhichCalendar { typed: shown(typed) }),
    }?;
    match weekday.filter(|sign| *sign != weekday_sign(date)) {
        Some(typed) => Err(DateProblem::OtherWeekday { date, right: weekday_sign(date), typed }),
        None => Ok(date),
    }
}

/// Eight figures as they are written in file names, with the marks that they lack.
fn parted(text: String) -> String {
    let figures = text.trim();
    if figures.len() != 8 || !figures.bytes().all(|byte| byte.is_ascii_digit()) {
        return text;
    }
    let (year, rest) = figures.split_at(4);
    let (month, day) = rest.split_at(2);
    format!("{year}-{month}-{day}")
}

/// The sign of a date's day of the week.
fn weekday_sign(date: Date) -> char {
    let at = usize::try_from(date.weekday().to_sunday_zero_offset()).unwrap_or_default();
    WEEKDAYS.get(at).copied().unwrap_or_default()
}

/// From Sunday on.
const WEEKDAYS: [char; 7] = ['日', '月', '火', '水', '木', '金', '土'];

/// A date in a year that people can mean: the one rule for every day that somebody writes.
pub fn meant(date: Date) -> Result<Date, DateProblem> {
    let year = date.year();
    if (1868..2100).contains(&year) { Ok(date) } else { Err(DateProblem::NobodysYear { year }) }
}

/// A date of the western calendar, or what about it does not exist.
fn existing(year: i16, month: i16, day: i16) -> Result<Date, DateProblem> {
    let first = i8::try_from(month).ok().and_then(|month| Date::new(year, month, 1).ok());
    let Some(first) = first else {
        return Err(DateProblem::NoSuchMonth { month });
    };
    i8::try_from(day).ok().and_then(|day| Date::new(year, first.month(), day).ok()).ok_or(DateProblem::NoSuchDay {
        year,
        month,
        day,
        last: first.days_in_month(),
    })
}

/// A date of an era, refused where the era had not begun or was over.
fn in_era(era: Era, year: i16, month: i16, day: i16) -> Result<Date, DateProblem> {
    let typed = || match year {
        1 => format!("{}元年{month}月{day}日", era.name()),
        year => format!("{}{year}年{month}月{day}日", era.name()),
    };
    let before = || DateProblem::BeforeEra { typed: typed(), era, first: wareki(era.first_day()) };
    let western = era.western_year(year).filter(|_| year > 0).ok_or_else(before)?;
    let date = existing(western, month, day)?;
    if date < Era::Meiji.first_day() {
        return Err(before());
    }
    if date < era.first_day() || era.last_day().is_some_and(|last| last < date) {
        return Err(DateProblem::OtherEra { typed: typed(), rather: wareki(date) });
    }
    Ok(date)
}

/// What to say about a text that has not the shape of a date.
fn unreadable(typed: &str, folded: &str) -> DateProblem {
    if let Some(problem) = hour(folded) {
        return problem;
    }
    if folded.contains('時') {
        return DateProblem::TimeGiven { typed: shown(typed) };
    }
    DateProblem::Unreadable { typed: shown(typed) }
}

/// What to say about what follows a date.
fn trailing(typed: &str, rest: &str) -> DateProblem {
    if let Some(problem) = hour(rest) {
        return problem;
    }
    if rest.contains('時') || rest.contains(':') {
        return DateProblem::TimeGiven { typed: shown(typed) };
    }
    DateProblem::TrailingText { rest: shown(rest.trim()) }
}

/// An hour beyond 24 in a text, as 25時 or 25:00.
fn hour(text: &str) -> Option<DateProblem> {
    let (before, _) = text.split_once(['時', ':'])?;
    let figures = before.chars().rev().take_while(char::is_ascii_digit).count();
    let hour = before.get(before.len() - figures..)?;
    let exists = hour.is_empty() || hour.parse::<u8>().is_ok_and(|hour| hour <= 24);
    (!exists).then(|| DateProblem::NoSuchHour { hour: shown(hour) })
}

/// Words of a text, short enough for a sentence.
fn shown(text: &str) -> String {
    const LONGEST: usize = 30;
    let text = text.trim();
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    text.chars().take(LONGEST).chain(['…']).collect()
}

/// Turns full-width figures, letters and marks, as Japanese keyboards give them, into their plain ones.
fn fold(character: char) -> char {
    match character {
        '\u{3000}' => ' ',
        '−' | '‐' | '–' | 'ー' => '-',
        '！'..='～' => u32::from(character).checked_sub(0xFEE0).and_then(char::from_u32).unwrap_or(character),
        other => other,
    }
}

/// Which mark stands between the parts of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Separator {
    /// 年, 月 and 日.
    Kanji,
    /// A hyphen, a slash or a full stop.
    Mark(char),
}

/// The part of a date that a mark ends.
#[derive(Debug, Clone, Copy)]
enum Part {
    Year,
    Month,
}

/// A year as typed, with the count of its figures.
struct Year {
    value: i16,
    figures: usize,
}

/// Reads a text from its beginning.
struct Scanner<'a> {
    rest: &'a str,
}

impl Scanner<'_> {
    /// Takes a word after any spaces, if it comes next.
    fn take(&mut self, word: &str) -> bool {
        match self.rest.trim_start().strip_prefix(word) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// Takes the name of an era, its letter or its one square sign.
    fn era(&mut self) -> Option<Era> {
        const SIGNS: [(&str, Era); 5] =
            [("㋿", Era::Reiwa), ("㍻", Era::Heisei), ("㍼", Era::Showa), ("㍽", Era::Taisho), ("㍾", Era::Meiji)];
        if let Some((_, era)) = SIGNS.into_iter().find(|(sign, _)| self.take(sign)) {
            return Some(era);
        }
        Era::ALL.into_iter().find(|era| {
            let letter = era.letter();
            self.take(era.name())
                || self.take(letter.encode_utf8(&mut [0; 4]))
                || self.take(letter.to_ascii_lowercase().encode_utf8(&mut [0; 4]))
                || era.name().chars().next().is_some_and(|sign| self.take(sign.encode_utf8(&mut [0; 4])))
        })
    }

    /// Takes the day of the week behind a date: (水), (水曜日) or 水曜日.
    fn weekday(&mut self) -> Option<char> {
        let text = self.rest.trim();
        let bare = text.strip_prefix('(').and_then(|text| text.strip_suffix(')'));
        let word = bare.unwrap_or(text).trim();
        let sign = word.chars().next().filter(|sign| WEEKDAYS.contains(sign))?;
        let rest = word.get(sign.len_utf8()..)?;
        let whole = matches!(rest, "曜" | "曜日") || rest.is_empty() && bare.is_some();
        whole.then(|| {
            self.rest = "";
            sign
        })
    }

    /// Takes a year; 元 where an era stands before it.
    fn year(&mut self, after_era: bool) -> Option<Year> {
        if after_era && self.take("元") {
            return Some(Year { value: 1, figures: 1 });
        }
        let before = self.rest.trim_start().len();
        let value = self.number(4)?;
        Some(Year { value, figures: before - self.rest.len() })
    }

    /// Takes a number of at most so many figures.
    fn number(&mut self, longest: usize) -> Option<i16> {
        let text = self.rest.trim_start();
        let figures = text.bytes().take_while(u8::is_ascii_digit).count();
        if figures > longest {
            return None;
        }
        let (number, rest) = text.split_at_checked(figures)?;
        let number = number.parse().ok()?;
        self.rest = rest;
        Some(number)
    }

    /// Takes the mark that ends a part.
    fn separator(&mut self, part: Part) -> Option<Separator> {
        let kanji = match part {
            Part::Year => "年",
            Part::Month => "月",
        };
        if self.take(kanji) {
            return Some(Separator::Kanji);
        }
        ["-", "/", "."]
            .into_iter()
            .find(|mark| self.take(mark))
            .and_then(|mark| mark.chars().next())
            .map(Separator::Mark)
    }
}

#[cfg(test)]
mod tests;
