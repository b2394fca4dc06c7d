//! The columns of a staff list, and what may stand in them.

use documents::table::{Column, Header, folded};
use domain::office::Level;
use unicode_normalization::UnicodeNormalization as _;

/// The columns that are read, in the order of the template.
pub(super) const COLUMNS: [Column<'static>; 14] = [
    Column {
        name: "組織コード",
        synonyms: &[
            "所属コード",
            "部署コード",
            "課コード",
            "組織CD",
            "所属CD",
            "部署CD",
            "課CD",
            "組織番号",
            "所属番号",
            "部署番号",
            "所属課コード",
        ],
    },
    Column {
        name: "組織名",
        synonyms: &[
            "所属",
            "所属名",
            "部署",
            "部署名",
            "課名",
            "組織",
            "組織名称",
            "所属名称",
            "部署名称",
            "所属課",
            "所属課名",
            "課",
        ],
    },
    Column {
        name: "組織名かな",
        synonyms: &[
            "所属かな",
            "所属名かな",
            "所属名カナ",
            "所属名フリガナ",
            "所属名ふりがな",
            "部署名かな",
            "課名かな",
            "組織名ふりがな",
            "組織名カナ",
            "組織名フリガナ",
            "組織名よみ",
        ],
    },
    Column {
        name: "上位組織コード",
        synonyms: &[
            "上位コード",
            "上位所属コード",
            "上位部署コード",
            "親組織コード",
            "上位組織CD",
            "上位所属CD",
            "親所属コード",
        ],
    },
    Column { name: "区分", synonyms: &["組織区分", "種別"] },
    Column { name: "組織キー", synonyms: &["組織の役割"] },
    Column {
        name: "職コード",
        synonyms: &[
            "ポストコード",
            "役職コード",
            "補職コード",
            "職CD",
            "役職CD",
            "補職CD",
            "職番号",
            "役職番号",
            "ポストCD",
            "職名コード",
        ],
    },
    Column {
        name: "職名",
        synonyms: &["役職名", "役職", "職名称", "役職名称", "補職", "補職名", "補職名称", "ポスト", "ポスト名"],
    },
    Column { name: "職位", synonyms: &["職級", "級"] },
    Column { name: "長", synonyms: &["所属長"] },
    Column { name: "職キー", synonyms: &["職の役割"] },
    Column {
        name: "職員番号",
        synonyms: &["職員コード", "社員番号", "社員コード", "職員CD", "職員No", "職員No.", "職員ID"],
    },
    Column {
        name: "氏名", synonyms: &["職員名", "名前", "職員氏名", "漢字氏名", "氏名漢字", "氏名(漢字)", "姓名"]
    },
    Column {
        name: "ふりがな",
        synonyms: &[
            "氏名かな",
            "フリガナ",
            "氏名カナ",
            "氏名ふりがな",
            "氏名フリガナ",
            "氏名(かな)",
            "氏名(カナ)",
            "氏名(ふりがな)",
            "氏名(フリガナ)",
            "職員氏名かな",
            "職員氏名カナ",
            "職員氏名フリガナ",
            "よみがな",
            "ヨミガナ",
            "読み仮名",
            "よみ",
            "かな",
            "カナ",
            "かな氏名",
            "カナ氏名",
        ],
    },
];

pub(super) const UNIT: usize = 0;
pub(super) const UNIT_NAME: usize = 1;
pub(super) const UNIT_KANA: usize = 2;
pub(super) const PARENT: usize = 3;
pub(super) const LEVEL: usize = 4;
pub(super) const UNIT_KEY: usize = 5;
pub(super) const POSITION: usize = 6;
pub(super) const TITLE: usize = 7;
pub(super) const RANK: usize = 8;
pub(super) const HEAD: usize = 9;
pub(super) const POSITION_KEY: usize = 10;
pub(super) const PERSON: usize = 11;
pub(super) const NAME: usize = 12;
pub(super) const KANA: usize = 13;

/// The marks of whoever leads a unit: circles as they are typed, and words.
pub(super) const HEADS: [&str; 5] = ["○", "〇", "◯", "はい", "長"];
/// The word by which a cell says that there is none; an empty cell says nothing.
pub(super) const NONE: &str = "なし";
/// The words of 区分, as people are told of them.
pub(super) const LEVELS: &str = "部（局・部局）、課（室・課室・所）、係（担当）、委員会（会議）";

/// A column's own name.
pub(super) fn name(at: usize) -> &'static str {
    COLUMNS.get(at).map_or("", |column| column.name)
}

/// Whether a list has a column.
pub(super) fn is_there(header: &Header, at: usize) -> bool {
    header.found.get(at).copied().flatten().is_some()
}

/// Whether a cell is the heading of its own column.
pub(super) fn is_heading(at: usize, cell: &str) -> bool {
    let cell = folded(cell);
    COLUMNS.get(at).is_some_and(|c| folded(c.name) == cell || c.synonyms.iter().any(|name| folded(name) == cell))
}

/// Whether a column holds codes.
pub(super) fn is_code(at: usize) -> bool {
    matches!(at, UNIT | PARENT | POSITION | PERSON)
}

/// A code by its characters: width and spaces make no difference.
pub(crate) fn code(typed: &str) -> String {
    typed.nfkc().filter(|character| !character.is_whitespace()).collect()
}

/// A code of figures without the zeros before it; none where it holds anything else.
pub(super) fn figures(code: &str) -> Option<String> {
    let figures = !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_digit());
    figures.then(|| code.trim_start_matches('0').to_owned())
}

/// Whether a code marks the row that shows how one is written.
pub(super) fn is_sample(code: &str) -> bool {
    matches!(folded(code).trim_matches(['（', '）', '(', ')', '【', '】']), "見本" | "例" | "記入例")
}

/// What a word of 区分 means.
pub(super) fn level(word: &str) -> Option<Level> {
    match word {
        "部" | "局" | "部局" => Some(Level::Department),
        "課" | "室" | "課室" | "所" => Some(Level::Division),
        "係" | "担当" => Some(Level::Team),
        "委員会" | "会議" => Some(Level::Committee),
        _ => None,
    }
}

/// The word of a level.
pub(super) fn level_label(level: Level) -> &'static str {
    match level {
        Level::Department => "部",
        Level::Division => "課",
        Level::Team => "係",
        Level::Committee => "委員会",
    }
}
