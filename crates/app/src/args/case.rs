//! The arguments of cases, accounts and impersonators.

use std::path::PathBuf;

use clap::Subcommand;
use jiff::civil::Date;

use super::{ByArgs, Print, day};

/// Acting on cases.
#[derive(Debug, Subcommand)]
pub enum CaseCommand {
    /// 案件を始めます
    Open(OpenArgs),
    /// 方針（利用方針・運用ポリシー）を書いて記録します。足りない所があっても記録します
    Draft {
        /// 案件の番号
        #[arg(value_name = "案件")]
        case: String,
        /// 方針のファイル（TOML または JSON）
        #[arg(long, value_name = "ファイル")]
        file: PathBuf,
        /// ひとことメモ
        #[arg(long, value_name = "文")]
        note: Option<String>,
        /// 書き直すとやり直しになる手順があるとき、それを承知して記録します
        #[arg(long)]
        yes: bool,
        /// Who and when.
        #[command(flatten)]
        by: ByArgs,
    },
    /// 手順を一つ行い、記録します
    Do(DoArgs),
    /// 理由を付けて差し戻します
    Return {
        /// 案件の番号
        #[arg(value_name = "案件")]
        case: String,
        /// 差し戻す手順（受付、決裁など）
        #[arg(value_name = "手順")]
        step: String,
        /// 直してほしい事項と理由（いくつでも。全体なら =理由）
        #[arg(long = "item", value_name = "事項=理由", required = true)]
        items: Vec<String>,
        /// 見ていた案件の版
        #[arg(long, value_name = "版")]
        seen: Option<u64>,
        /// Who and when.
        #[command(flatten)]
        by: ByArgs,
    },
    /// 掲載の前に、案件を取り下げます
    Withdraw {
        /// 案件の番号
        #[arg(value_name = "案件")]
        case: String,
        /// 理由
        #[arg(long, value_name = "文")]
        because: String,
        /// Who and when.
        #[command(flatten)]
        by: ByArgs,
    },
    /// 案件の今と、次にできることを示します
    Show {
        /// 案件の番号
        #[arg(value_name = "案件")]
        case: String,
    },
    /// 案件の一覧を示します
    List {
        /// 進行中の案件だけにします
        #[arg(long)]
        open: bool,
    },
    /// 様式に案件の内容を入れて出します
    Form {
        /// 案件の番号
        #[arg(value_name = "案件")]
        case: String,
        /// 様式（省くと、その手続の様式。「決裁票」で決裁票）
        #[arg(long, value_name = "様式")]
        form: Option<String>,
        /// How it is printed.
        #[command(flatten)]
        print: Print,
    },
}

/// How a case is opened.
#[derive(Debug, clap::Args)]
pub struct OpenArgs {
    /// 手続（opening、change、closing など。ガイドラインが定めるもの）
    #[arg(value_name = "手続")]
    pub procedure: String,
    /// 運用する組織のコード（いくつでも。最初が代表）
    #[arg(long = "unit", value_name = "組織コード")]
    pub units: Vec<String>,
    /// 台帳にあるアカウントの番号（新しく開設するときは要りません）
    #[arg(long, value_name = "アカウント")]
    pub account: Option<String>,
    /// 共通するテーマ（いくつかの組織で運用するとき）
    #[arg(long, value_name = "文")]
    pub theme: Option<String>,
    /// 理由（二つ目のアカウント、休止・廃止、緊急のとき）
    #[arg(long, value_name = "文")]
    pub reason: Option<String>,
    /// 緊急を要するとき
    #[arg(long)]
    pub emergency: bool,
    /// Who and when.
    #[command(flatten)]
    pub by: ByArgs,
}

/// How a step is done.
#[derive(Debug, clap::Args)]
pub struct DoArgs {
    /// 案件の番号
    #[arg(value_name = "案件")]
    pub case: String,
    /// 手順（case show が示すもの）
    #[arg(value_name = "手順")]
    pub step: String,
    /// 記録する内容（いくつでも。例：url=https://x.com/mihon）
    #[arg(long = "evidence", short = 'e', value_name = "項目=値")]
    pub evidence: Vec<String>,
    /// 記録する内容を JSON で
    #[arg(long, value_name = "JSON", conflicts_with = "evidence")]
    pub evidence_json: Option<String>,
    /// 原則によらないとき（理由は --note）
    #[arg(long, conflicts_with = "not_needed")]
    pub exception: bool,
    /// 必要がないとき（理由は --note）
    #[arg(long)]
    pub not_needed: bool,
    /// 理由やメモ
    #[arg(long, value_name = "文")]
    pub note: Option<String>,
    /// 庁内の文書システムで決裁したときの文書番号。紙の届出の文書番号にも使います
    #[arg(long, value_name = "番号")]
    pub document_number: Option<String>,
    /// 紙の届出を受け取った日
    #[arg(long, value_name = "日", value_parser = day)]
    pub received_on: Option<Date>,
    /// 届に書く担当者
    #[arg(long, value_name = "名前")]
    pub contact: Option<String>,
    /// 見ていた案件の版（ほかの方が先に進めていたら記録しません）
    #[arg(long, value_name = "版")]
    pub seen: Option<u64>,
    /// Who and when.
    #[command(flatten)]
    pub by: ByArgs,
}

/// Looking at accounts, and entering those that exist already.
#[derive(Debug, Subcommand)]
pub enum AccountCommand {
    /// 届出の前からあるアカウントを台帳に入れます（公式にはなりません）
    Note {
        /// サービスの名前（x、facebook、instagram など。ほかは other）
        #[arg(long, value_name = "サービス")]
        network: String,
        /// サービスが other のときの名前
        #[arg(long, value_name = "名前")]
        network_name: Option<String>,
        /// アカウント名
        #[arg(long, value_name = "名前")]
        name: String,
        /// URL
        #[arg(long, value_name = "URL")]
        url: String,
        /// 運用する組織のコード（いくつでも。最初が代表）
        #[arg(long = "unit", value_name = "組織コード", required = true)]
        units: Vec<String>,
        /// Who and when.
        #[command(flatten)]
        by: ByArgs,
    },
    /// アカウントの一覧を示します
    List,
    /// アカウントの今と、これまでの案件を示します
    Show {
        /// アカウントの番号
        #[arg(value_name = "アカウント")]
        account: String,
    },
}

/// Known impersonators.
#[derive(Debug, Subcommand)]
pub enum ImpersonatorCommand {
    /// なりすましのアカウントを記録します
    Note {
        /// サービスの名前（x、facebook、instagram など。ほかは other）
        #[arg(long, value_name = "サービス")]
        network: String,
        /// サービスが other のときの名前
        #[arg(long, value_name = "名前")]
        network_name: Option<String>,
        /// URL
        #[arg(long, value_name = "URL")]
        url: String,
        /// Who and when.
        #[command(flatten)]
        by: ByArgs,
    },
    /// 知られているなりすましの一覧を示します
    List,
    /// なりすましがなくなったことを記録します
    Clear {
        /// なりすましの記録の番号
        #[arg(value_name = "番号")]
        id: String,
        /// Who and when.
        #[command(flatten)]
        by: ByArgs,
    },
}
