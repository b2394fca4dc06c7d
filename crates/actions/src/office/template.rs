//! What helps to write a staff list: its headings alone, and the words that its columns take.

use documents::table::{Charset, CsvWriter, TableProblem};
use domain::guideline::{Guideline, OfficeKind};

use super::column::{self, COLUMNS, HEADS, LEVELS};

/// A staff list to be filled in (CSV, UTF-8 with its mark): the headings in the order in which the manual has them, a row that
/// shows how one is written, and notes. Whoever reads a list passes over that row and the notes.
pub fn staff_template(guideline: &Guideline) -> Result<Vec<u8>, TableProblem> {
    let mut table = CsvWriter::new(Charset::Utf8);
    table.row(COLUMNS.iter().map(|column| column.name));
    table.row((0..COLUMNS.len()).map(|at| sample(at, guideline)));
    for note in NOTES {
        table.row([note]);
    }
    table.finish()
}

/// What stands below the sample row; a row of the first column alone that begins so is a note.
const NOTES: [&str; 3] = [
    "※「見本」の行と、※で始まる行は読み飛ばします。この下から書くか、消して書いてください。",
    "※空の欄は「書かれていない」と読み、今のままにします。なくすときは「なし」と書きます（上位組織コード・職位・長・職キー）。",
    "※職員番号と氏名が空なら欠員です。新しい組織は、上位組織コードが空なら最上位、区分が空なら課になります。",
];

fn sample(at: usize, guideline: &Guideline) -> String {
    let words = match at {
        column::UNIT => "見本",
        column::UNIT_NAME => "見本課",
        column::UNIT_KANA => "みほんか",
        column::PARENT => "0100",
        column::LEVEL => "課",
        column::POSITION => "P0101",
        column::TITLE => "見本課長",
        column::RANK => guideline.ranks.last().map_or("", |rank| rank.label.as_str()),
        column::HEAD => "○",
        column::PERSON => "0123",
        column::NAME => "職員の氏名",
        column::KANA => "しょくいんのしめい",
        _ => "",
    };
    words.to_owned()
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
    let none = |meaning: &str| std::iter::once((column::NONE.to_owned(), meaning.to_owned()));
    let keys = |wanted: fn(OfficeKind) -> bool| {
        let offices = guideline.offices.iter().filter(|office| wanted(office.is));
        offices.map(|office| (office.key.clone(), format!("ガイドラインの「{}」", office.label))).collect()
    };
    match at {
        column::UNIT => free("必ず書く。半角と全角は同じ番号と読む"),
        column::UNIT_NAME => free("同じ組織コードの行のどれかに書く"),
        column::UNIT_KANA | column::KANA => free("空なら、今のよみのままにする"),
        column::PARENT => free("上の組織の組織コード。空なら今のまま（新しい組織は最上位）。最上位に移すなら「なし」"),
        column::LEVEL => vec![(LEVELS.to_owned(), "空なら今のまま（新しい組織は課）".to_owned())],
        column::UNIT_KEY => keys(|is| is != OfficeKind::Position),
        column::POSITION => free("人がいる行には必ず書く"),
        column::TITLE => free("職の名。空なら今のまま"),
        column::RANK => {
            let ranks = guideline.ranks.iter();
            ranks
                .map(|rank| (rank.label.clone(), String::new()))
                .chain(none("空なら今のまま。職位がなければ、職位を問う役割には就けない"))
                .collect()
        }
        column::HEAD => {
            let head = (HEADS.join("、"), "その組織の長".to_owned());
            let empty = "長ではない。空なら今のまま（同じ組織のほかの行に○があれば、長ではなくなる）";
            std::iter::once(head).chain(none(empty)).collect()
        }
        column::POSITION_KEY => {
            let keys: Vec<(String, String)> = keys(|is| is == OfficeKind::Position);
            keys.into_iter().chain(none("職キーを外す。空なら今のまま")).collect()
        }
        column::PERSON => free("氏名とともに空なら欠員。文字がまじってもよい"),
        _ => free("一字も変えずに保つ。空か「欠員」なら、だれもいない"),
    }
}
