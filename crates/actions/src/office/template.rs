//! What helps to write a staff list: its headings alone, and the words that its columns take.

use documents::table::{Charset, CsvWriter, TableProblem};
use domain::guideline::{Guideline, OfficeKind};

use super::column::{self, COLUMNS, HEADS, LEVELS};

/// An empty staff list (CSV, UTF-8 with its mark): the headings, in the order in which the manual has them.
pub fn staff_template() -> Result<Vec<u8>, TableProblem> {
    let mut table = CsvWriter::new(Charset::Utf8);
    table.row(COLUMNS.iter().map(|column| column.name));
    table.finish()
}

/// What each column of a staff list takes under a guideline (CSV, UTF-8 with its mark).
pub fn staff_values(guideline: &Guideline) -> Result<Vec<u8>, TableProblem> {
    let mut table = CsvWriter::new(Charset::Utf8);
    table.row(["列", "書ける値", "説明"]);
    for at in 0..COLUMNS.len() {
        for (value, meaning) in values(at, guideline) {
            table.row([column::name(at), &value, &meaning]);
        }
    }
    table.finish()
}

fn values(at: usize, guideline: &Guideline) -> Vec<(String, String)> {
    let free = |meaning: &str| vec![("（自由）".to_owned(), meaning.to_owned())];
    let keys = |wanted: fn(OfficeKind) -> bool| {
        let offices = guideline.offices.iter().filter(|office| wanted(office.is));
        offices.map(|office| (office.key.clone(), format!("ガイドラインの「{}」", office.label))).collect()
    };
    match at {
        column::UNIT => free("必ず書く。半角と全角は同じ番号と読む"),
        column::UNIT_NAME => free("同じ組織コードの行のどれかに書く"),
        column::UNIT_KANA | column::KANA => free("空なら、今のよみのままにする"),
        column::PARENT => free("上の組織の組織コード。空なら最上位"),
        column::LEVEL => vec![(LEVELS.to_owned(), "空なら課".to_owned())],
        column::UNIT_KEY => keys(|is| is != OfficeKind::Position),
        column::POSITION => free("人がいる行には必ず書く"),
        column::TITLE => free("職の名"),
        column::RANK => {
            let ranks = guideline.ranks.iter();
            ranks.map(|rank| (rank.label.clone(), "職位。空なら、職位を問う役割には就けない".to_owned())).collect()
        }
        column::HEAD => vec![(HEADS.join("、"), "その組織の長。空なら長ではない".to_owned())],
        column::POSITION_KEY => keys(|is| is == OfficeKind::Position),
        column::PERSON => free("空なら欠員。文字がまじってもよい"),
        _ => free("一字も変えずに保つ。空か「欠員」なら、だれもいない"),
    }
}
