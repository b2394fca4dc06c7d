//! The arguments of guidelines, the ledger and the server.

use std::path::PathBuf;
use url::Url;

use clap::Subcommand;
use jiff::civil::Date;

use super::{Base, day};

/// Working on guideline files.
#[derive(Debug, Subcommand)]
pub enum GuidelineCommand {
    /// ファイルの誤りを、行と直し方とともに示します
    Check {
        /// ガイドラインのフォルダー
        #[arg(value_name = "フォルダー")]
        dir: PathBuf,
    },
    /// ガイドラインの手続と手順を、根拠とともに示します
    Show {
        /// ガイドラインのフォルダー
        #[arg(value_name = "フォルダー")]
        dir: PathBuf,
    },
    /// 二つの版の違いを示します。一つだけなら、登録されている版と比べます
    Diff {
        /// ガイドラインのフォルダー（二つのときは、古い版、新しい版の順）
        #[arg(value_name = "フォルダー", num_args = 1..=2, required = true)]
        dirs: Vec<PathBuf>,
    },
    /// 条文のそれぞれを、何が受け持つかを示します
    Coverage {
        /// ガイドラインのフォルダー
        #[arg(value_name = "フォルダー")]
        dir: PathBuf,
    },
    /// 書式（JSON Schema）を出します
    Schema {
        /// 条文のファイルの書式を出します
        #[arg(long)]
        clauses: bool,
    },
    /// 新しい版を登録します。進行中の案件は、始めたときの版のまま進みます
    Adopt {
        /// ガイドラインのフォルダー
        #[arg(value_name = "フォルダー")]
        dir: PathBuf,
        /// 施行の日（省くと今日）
        #[arg(long, value_name = "日", value_parser = day)]
        from: Option<Date>,
    },
}

/// Keeping the ledger.
#[derive(Debug, Subcommand)]
pub enum LedgerCommand {
    /// 台帳が書き換えられていないかを確かめます
    Verify {
        /// 外に保管しているチェックポイント（いくつでも）
        #[arg(long, value_name = "ファイル")]
        checkpoint: Vec<PathBuf>,
        /// チェックポイントを確かめる公開鍵（16進数64桁。省くと、このデータの鍵）
        #[arg(long, value_name = "公開鍵")]
        key_hex: Option<String>,
    },
    /// 台帳から、表をすべて作り直します
    Rebuild,
    /// 署名したチェックポイントを作ります。外に保管してください
    Checkpoint {
        /// 書き出すファイル（省くと画面に出します）
        #[arg(long, value_name = "ファイル")]
        out: Option<PathBuf>,
    },
    /// 台帳のすべてを、独立した検証のために書き出します
    Dump {
        /// 書き出すファイル
        #[arg(value_name = "ファイル")]
        file: PathBuf,
    },
    /// 台帳の記録を、文で表示します
    Show {
        /// 記録の通し番号（ここから）
        #[arg(value_name = "番号", default_value_t = 0)]
        from: u64,
        /// 何件まで
        #[arg(long, value_name = "件数", default_value_t = 20)]
        limit: u32,
    },
    /// 一つの記録が台帳に入っていることの証明を作ります
    Prove {
        /// 記録の通し番号
        #[arg(value_name = "番号")]
        seq: u64,
        /// 書き出すファイル（省くと画面に出します）
        #[arg(long, value_name = "ファイル")]
        out: Option<PathBuf>,
    },
    /// 廃棄の決定により、記録の非公開部分を消去します（消去したことも記録に残ります）
    Erase {
        /// 記録の通し番号、または範囲（100-250）。いくつでも
        #[arg(value_name = "番号", required = true)]
        seqs: Vec<String>,
        /// 廃棄の決定の文書番号
        #[arg(long, value_name = "文書番号")]
        decision: String,
        /// 掲載中のアカウントの掲載の記録でも消去し、一覧から外します
        #[arg(long)]
        unlist: bool,
        /// 今の職員の氏名がなくなる名簿の記録でも消去します
        #[arg(long)]
        names: bool,
    },
}

/// How the pages are served.
#[derive(Debug, clap::Args)]
pub struct ServeArgs {
    /// ポート番号
    #[arg(long, env = "PORT", default_value_t = 8080, value_name = "番号")]
    pub port: u16,
    /// 待ち受けるアドレス
    #[arg(long, default_value = "127.0.0.1", value_name = "アドレス")]
    pub host: String,
    /// 職員の画面のポート番号（指定しなければ、公開の番号の次）
    #[arg(long, env = "SHIRUBE_STAFF_PORT", value_name = "番号")]
    pub staff_port: Option<u16>,
    /// 職員の画面を開くときのアドレス（例：https://sns.city.example.lg.jp/）
    #[arg(long, env = "SHIRUBE_STAFF_URL", value_name = "URL", value_parser = crate::settings::staff_address)]
    pub staff_url: Option<Url>,
    /// PDFの書体ファイル（指定しなければ、よくある場所から探します）
    #[arg(long, env = "SHIRUBE_FONT", value_name = "ファイル")]
    pub font: Option<PathBuf>,
    /// The proxies in front.
    #[command(flatten)]
    pub front: Front,
    /// Where the list is public.
    #[command(flatten)]
    pub base: Base,
}

/// What stands in front of a server.
#[derive(Debug, clap::Args)]
pub struct Front {
    /// 前に置いたプロキシのアドレス（そこから来たときだけ、X-Forwarded-For の右端を信じます。何回でも）
    #[arg(long, value_name = "アドレス")]
    pub trusted_proxy: Vec<std::net::IpAddr>,
}
