//! The arguments of the office.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};
use domain::office::Level;
use jiff::civil::Date;

use super::day;

/// Changing and asking the office.
#[derive(Debug, Subcommand)]
pub enum OfficeCommand {
    /// 職員の名簿（CSV・XLSX）を取り込みます。--yes を付けるまでは見るだけです
    Import {
        /// 名簿のファイル
        #[arg(value_name = "ファイル")]
        file: PathBuf,
        /// いつからの名簿か
        #[arg(long, value_name = "日", value_parser = day)]
        from: Date,
        /// 確かめた内容で取り込みます
        #[arg(long)]
        yes: bool,
        /// 答えを待つ行（職コードのない人など）を除いて取り込みます
        #[arg(long)]
        leave_out: bool,
    },
    /// 組織と職と在任者を示します
    Show {
        /// 日（省くと今日）
        #[arg(long, value_name = "日", value_parser = day)]
        on: Option<Date>,
    },
    /// ある役割を、その日にだれが担うかを示します
    Resolve {
        /// ガイドラインの役割（`unit_head` など）
        #[arg(value_name = "役割")]
        role: String,
        /// 運用する組織のコード（いくつでも。最初が代表）
        #[arg(long = "unit", value_name = "組織コード")]
        units: Vec<String>,
        /// 日（省くと今日）
        #[arg(long, value_name = "日", value_parser = day)]
        on: Option<Date>,
    },
    /// 組織を新しく設けます
    Found {
        /// 組織コード
        #[arg(value_name = "組織コード")]
        unit: String,
        /// 名前
        #[arg(value_name = "名前")]
        name: String,
        /// ふりがな
        #[arg(long, default_value = "", value_name = "かな")]
        kana: String,
        /// 区分
        #[arg(long, value_enum, default_value_t = LevelWord::Division, value_name = "区分")]
        level: LevelWord,
        /// 上の組織のコード
        #[arg(long, value_name = "組織コード")]
        under: Option<String>,
        /// いつから
        #[arg(long, value_name = "日", value_parser = day)]
        from: Date,
    },
    /// 組織の名前を変えます
    Rename {
        /// 組織コード
        #[arg(value_name = "組織コード")]
        unit: String,
        /// 新しい名前
        #[arg(value_name = "名前")]
        name: String,
        /// ふりがな（省くと今のまま）
        #[arg(long, value_name = "かな")]
        kana: Option<String>,
        /// いつから
        #[arg(long, value_name = "日", value_parser = day)]
        from: Date,
    },
    /// 組織を別の組織の下に移します
    Move {
        /// 組織コード
        #[arg(value_name = "組織コード")]
        unit: String,
        /// 上の組織のコード（省くと最上位）
        #[arg(long, value_name = "組織コード")]
        under: Option<String>,
        /// いつから
        #[arg(long, value_name = "日", value_parser = day)]
        from: Date,
    },
    /// いくつかの組織を一つに統合します
    Merge {
        /// なくなる組織のコード（いくつでも）
        #[arg(value_name = "組織コード", required = true)]
        units: Vec<String>,
        /// 引き継ぐ組織のコード（先に登録しておきます）
        #[arg(long, value_name = "組織コード")]
        into: String,
        /// いつから
        #[arg(long, value_name = "日", value_parser = day)]
        on: Date,
        /// アカウントの所管や所属長がなくなることを承知して登録します
        #[arg(long)]
        yes: bool,
    },
    /// 組織を分割します
    Split {
        /// なくなる組織のコード
        #[arg(value_name = "組織コード")]
        unit: String,
        /// 引き継ぐ組織のコード（いくつでも。先に登録しておきます）
        #[arg(long, value_name = "組織コード", required = true)]
        into: Vec<String>,
        /// いつから
        #[arg(long, value_name = "日", value_parser = day)]
        on: Date,
        /// アカウントの所管や所属長がなくなることを承知して登録します
        #[arg(long)]
        yes: bool,
    },
    /// 組織を廃止します
    Abolish {
        /// 組織コード
        #[arg(value_name = "組織コード")]
        unit: String,
        /// 引き継ぐ組織のコード（いくつでも）
        #[arg(long, value_name = "組織コード")]
        successor: Vec<String>,
        /// いつから
        #[arg(long, value_name = "日", value_parser = day)]
        on: Date,
        /// アカウントの所管や所属長がなくなることを承知して登録します
        #[arg(long)]
        yes: bool,
    },
    /// 代決者を定めます
    Deputy {
        /// 代決する職員の職員番号
        #[arg(value_name = "職員番号")]
        person: String,
        /// 代決される職のコード
        #[arg(value_name = "職コード")]
        position: String,
        /// 最初の日
        #[arg(long, value_name = "日", value_parser = day)]
        from: Date,
        /// 最後の日
        #[arg(long, value_name = "日", value_parser = day)]
        until: Date,
    },
    /// 職員を職に就けます
    Assign {
        /// 職員番号
        #[arg(value_name = "職員番号")]
        person: String,
        /// 職コード
        #[arg(value_name = "職コード")]
        position: String,
        /// 最初の日
        #[arg(long, value_name = "日", value_parser = day)]
        from: Date,
    },
    /// 職員が職を離れます
    Leave {
        /// 職員番号
        #[arg(value_name = "職員番号")]
        person: String,
        /// 職コード
        #[arg(value_name = "職コード")]
        position: String,
        /// 最後の日
        #[arg(long, value_name = "日", value_parser = day)]
        until: Date,
        /// アカウントの所管や所属長がなくなることを承知して登録します
        #[arg(long)]
        yes: bool,
    },
}

impl OfficeCommand {
    /// Whether somebody has agreed to what the command takes from accounts; what takes nothing away needs no agreement.
    pub fn is_agreed(&self) -> bool {
        match self {
            Self::Merge { yes, .. } | Self::Split { yes, .. } | Self::Abolish { yes, .. } | Self::Leave { yes, .. } => {
                *yes
            }
            _ => true,
        }
    }
}

/// The level of a unit as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LevelWord {
    /// 部・局
    #[value(name = "部")]
    Department,
    /// 課・室・所
    #[value(name = "課")]
    Division,
    /// 係・担当
    #[value(name = "係")]
    Team,
    /// 委員会・会議
    #[value(name = "委員会")]
    Committee,
}

impl From<LevelWord> for Level {
    fn from(word: LevelWord) -> Self {
        match word {
            LevelWord::Department => Self::Department,
            LevelWord::Division => Self::Division,
            LevelWord::Team => Self::Team,
            LevelWord::Committee => Self::Committee,
        }
    }
}
