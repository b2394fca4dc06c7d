//! A staff list as it was read, and what becomes of each of its rows.

use domain::office::{LeftOpen, Office, OfficePlan, StaffRow};
use jiff::civil::Date;
use serde::Serialize;

/// A staff list as it was read.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct StaffList {
    /// What became of each row of the file, in its order.
    pub rows: Vec<RowRead>,
    /// What is to be known of the file: the sheet that was read, columns that are not used, columns that are not there.
    pub notes: Vec<String>,
    /// The rows that are taken.
    #[serde(skip)]
    pub(super) taken: Vec<StaffRow>,
    /// What the held rows leave as it is.
    #[serde(skip)]
    pub(super) open: LeftOpen,
}

/// One row of a staff list, and what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RowRead {
    /// Its row as a spreadsheet counts, from 1.
    pub row: usize,
    /// What becomes of it.
    pub verdict: Verdict,
    /// Why; of a row that is taken, what its empty cells mean where that is not plain.
    pub why: Option<String>,
    /// What stands in it, by column: as it is taken, otherwise as it was typed.
    pub says: Vec<(String, String)>,
}

/// What becomes of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// 取り込む.
    Taken,
    /// 前の行と同じ: an earlier row has said all of it.
    Same,
    /// 答えを待つ: left out until somebody has decided.
    Held,
    /// 読み飛ばす: it speaks of no unit and nobody.
    Skipped,
    /// 取り込めない: the file has to be mended.
    Refused,
}

impl Verdict {
    /// The word for it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Taken => "取り込む",
            Self::Same => "前の行と同じ",
            Self::Held => "答えを待つ",
            Self::Skipped => "読み飛ばす",
            Self::Refused => "取り込めない",
        }
    }
}

/// Why a row is not taken.
pub(super) type NotTaken = (Verdict, String);

impl StaffList {
    /// What its taken rows change in an office from a day on.
    pub fn plan(&self, office: &Office, from: Date) -> OfficePlan {
        domain::office::plan(office, &self.taken, &self.open, from)
    }

    /// How many rows have a verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.rows.iter().filter(|row| row.verdict == verdict).count()
    }

    /// The rows that have a verdict.
    pub fn of(&self, verdict: Verdict) -> impl Iterator<Item = &RowRead> {
        self.rows.iter().filter(move |row| row.verdict == verdict)
    }

    /// The sentences of the rows that have a verdict.
    pub fn told(&self, verdict: Verdict) -> impl Iterator<Item = String> {
        self.rows.iter().filter(move |row| row.verdict == verdict).map(RowRead::sentence)
    }

    /// The sentences of the rows of a verdict that say why.
    pub fn explained(&self, verdict: Verdict) -> impl Iterator<Item = String> {
        self.rows.iter().filter(move |row| row.verdict == verdict && row.why.is_some()).map(RowRead::sentence)
    }
}

impl RowRead {
    /// The row in a sentence.
    pub fn sentence(&self) -> String {
        let says: Vec<&str> = self.says.iter().map(|(_, words)| words.as_str()).collect();
        let says = if says.is_empty() { String::new() } else { format!("［{}］", says.join(" ")) };
        format!("{}行目：{}{says}", self.row, self.why.as_deref().unwrap_or("取り込みます。"))
    }
}

/// A row that waits for somebody's answer.
pub(super) fn held<T>(why: &str) -> Result<T, NotTaken> {
    Err((Verdict::Held, why.to_owned()))
}
