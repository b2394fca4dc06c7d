//! The command line: every command with its arguments.

mod case;
mod keeping;
mod office;

use std::path::PathBuf;

use clap::{Parser, Subcommand};
use jiff::civil::Date;

pub use case::{AccountCommand, CaseCommand, DoArgs, ImpersonatorCommand, OpenArgs};
pub use keeping::{Front, GuidelineCommand, LedgerCommand, ServeArgs};
pub use office::OfficeCommand;

use crate::input::{self, Mistake};
use crate::voice::Voice;

/// しるべ：自治体の公式ソーシャルメディアアカウントを、ガイドラインのとおりに開設し、届け出て、公に示します。
#[derive(Debug, Parser)]
#[command(name = "shirube", version, disable_version_flag = true, arg = version_flag(), after_help = AFTER)]
pub struct Args {
    /// What every command knows.
    #[command(flatten)]
    pub global: Global,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// The flag in our own words.
fn version_flag() -> clap::Arg {
    let flag = clap::Arg::new("version").short('V').long("version").action(clap::ArgAction::Version);
    flag.help("版を示して終わります").help_heading("そのほか")
}

const AFTER: &str = "\
終了コード：
  0  できた
  1  規則により断られた（根拠と次にすることを示します）
  2  指定や入力の誤り
  3  verify の答えが「公式」ではない
  4  検査で見つかったものがある（guideline check・coverage、ledger verify・rebuild）
  5  保存先や機器の故障
日付は 2026-04-01、令和8年4月1日、R8.4.1 などの形で書けます。";

/// What every command knows: where the register is, and how to speak.
#[derive(Debug, Clone, clap::Args)]
pub struct Global {
    /// データを置くフォルダー
    #[arg(
        long,
        global = true,
        env = "SHIRUBE_DATA",
        default_value = "data",
        value_name = "フォルダー",
        help_heading = "どこでも使える指定"
    )]
    pub data: PathBuf,
    /// `PostgreSQL` を使うときの接続先（`postgres://…`）
    #[arg(
        long,
        global = true,
        env = "SHIRUBE_DATABASE",
        hide_env_values = true,
        value_name = "URL",
        help_heading = "どこでも使える指定"
    )]
    pub database: Option<String>,
    /// `PostgreSQL` のスキーマ（省くと既定のもの）
    #[arg(long, global = true, env = "SHIRUBE_SCHEMA", value_name = "スキーマ", help_heading = "どこでも使える指定")]
    pub schema: Option<String>,
    /// 団体コード（6桁）。団体が一つだけのときは省けます
    #[arg(long, global = true, env = "SHIRUBE_CITY", value_name = "団体コード", help_heading = "どこでも使える指定")]
    pub city: Option<String>,
    /// 結果を JSON で出します
    #[arg(long, global = true, help_heading = "どこでも使える指定")]
    pub json: bool,
    /// 二重の実行を防ぐ鍵。同じ鍵では一度だけ記録します
    #[arg(long, global = true, value_name = "鍵", help_heading = "どこでも使える指定")]
    pub key: Option<String>,
}

impl Global {
    /// To whom to speak.
    pub fn voice(&self) -> Voice {
        if self.json { Voice::Machines } else { Voice::People }
    }
}

/// Everything that the program does.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// 団体の台帳を作り、最初のガイドラインを登録します
    Init {
        /// ガイドラインのフォルダー
        #[arg(long, value_name = "フォルダー")]
        guideline: PathBuf,
        /// 施行の日（省くと今日）
        #[arg(long, value_name = "日", value_parser = day)]
        from: Option<Date>,
        /// 一覧のすべてのページの上に出す知らせ
        #[arg(long, value_name = "文")]
        notice: Option<String>,
        /// 一覧の問合せ先
        #[arg(long, value_name = "文")]
        contact: Option<String>,
    },
    /// ガイドラインのファイルを調べ、登録します
    #[command(subcommand)]
    Guideline(GuidelineCommand),
    /// 組織・職・職員
    #[command(subcommand)]
    Office(OfficeCommand),
    /// 案件：開設、変更、休止、再開、廃止などの手続
    #[command(subcommand)]
    Case(CaseCommand),
    /// アカウントの台帳
    #[command(subcommand)]
    Account(AccountCommand),
    /// なりすましの記録
    #[command(subcommand)]
    Impersonator(ImpersonatorCommand),
    /// 公式アカウントの一覧
    #[command(subcommand)]
    List(ListCommand),
    /// あるアカウントが公式かどうかを確かめます（公式のときだけ終了コード 0）
    Verify {
        /// アカウントのURLや名前
        #[arg(value_name = "URL")]
        ask: String,
    },
    /// 一覧の公開ファイルを作り直します
    Publish {
        #[command(flatten)]
        base: Base,
        /// 今ある署名の鍵（なければ新しく作る鍵）を、これから署名する鍵とします
        #[arg(long)]
        accept_key: bool,
    },
    /// 一覧のファイルを、別のウェブサーバーや記録媒体のために書き出します
    Export {
        /// 書き出すフォルダー
        #[arg(value_name = "フォルダー")]
        dir: PathBuf,
        /// `shirube public` で公開するとき。検索と確認の欄を付けます
        #[arg(long)]
        served: bool,
        /// Where the files will be.
        #[command(flatten)]
        base: Base,
    },
    /// 一覧と公式確認を公開します。記録があれば、すぐに一覧を作り直します
    Serve(ServeArgs),
    /// 書き出した一覧を、データベースなしで公開します
    Public {
        /// 書き出したフォルダー（いくつでも）
        #[arg(value_name = "フォルダー", required = true)]
        bundles: Vec<PathBuf>,
        /// ポート番号
        #[arg(long, env = "PORT", default_value_t = 8080, value_name = "番号")]
        port: u16,
        /// 待ち受けるアドレス
        #[arg(long, default_value = "127.0.0.1", value_name = "アドレス")]
        host: String,
        /// What the lists have to show.
        #[command(flatten)]
        trust: TrustArgs,
        /// The proxies in front.
        #[command(flatten)]
        front: Front,
    },
    /// 台帳の検証、作り直し、写し
    #[command(subcommand)]
    Ledger(LedgerCommand),
    /// PDFの組版をします（serve が自分で動かすもので、人は使いません）
    #[command(hide = true)]
    Press {
        /// PDFの書体ファイル
        #[arg(long, value_name = "ファイル")]
        font: Option<PathBuf>,
    },
    /// 職員用ページへのサインイン
    #[command(subcommand)]
    SignIn(SignInCommand),
    /// 団体のデータの控えを一つのファイルに作ります（署名の鍵は入りません）
    Backup {
        /// 控えのファイル
        #[arg(value_name = "ファイル")]
        file: PathBuf,
    },
    /// 控えから団体のデータを戻します（まだその団体のデータがない場所に）
    Restore {
        /// 控えのファイル
        #[arg(value_name = "ファイル")]
        file: PathBuf,
        /// 外に保管しているチェックポイント（いくつでも）
        #[arg(long, value_name = "ファイル")]
        checkpoint: Vec<PathBuf>,
        /// チェックポイントを確かめる公開鍵（16進数64桁）
        #[arg(long, value_name = "公開鍵")]
        key_hex: Option<String>,
    },
    /// 見本の団体を、人が使うのと同じ操作で作ります（すでにあれば何もしません）
    Sample {
        /// 見本のフォルダー（いくつでも。省くと crates/app/sample にあるもの全部）
        #[arg(value_name = "フォルダー")]
        folders: Vec<PathBuf>,
    },
    /// シェルの補完を出します
    Completions {
        /// シェル（bash、zsh、fish など）
        #[arg(value_name = "シェル")]
        shell: clap_complete::Shell,
    },
    /// マニュアル（man ページ）を出します
    Man {
        /// コマンドごとのページをこのフォルダーに書きます
        #[arg(long, value_name = "フォルダー")]
        out: Option<PathBuf>,
    },
}

impl Command {
    /// Whether `--key` keeps this command from being carried out twice.
    pub fn takes_key(&self) -> bool {
        use {AccountCommand as A, CaseCommand as C, ImpersonatorCommand as I};
        match self {
            Self::Case(case) => !matches!(case, C::Show { .. } | C::List { .. } | C::Form { .. }),
            Self::Account(account) => matches!(account, A::Note { .. }),
            Self::Impersonator(impersonator) => matches!(impersonator, I::Note { .. } | I::Clear { .. }),
            // Its --key is another one: that of the list.
            Self::Public { .. } => true,
            _ => false,
        }
    }
}

/// For how many days carried lists may hold, unless whoever serves them allows more.
pub const LONGEST_DAYS: u16 = 7;

/// What carried lists have to show before they are served.
#[derive(Debug, Clone, clap::Args)]
pub struct TrustArgs {
    /// 一覧の公開鍵：`shirube export` が示す一行か、それを一行ずつ書いたファイル（いくつでも）
    #[arg(long, value_name = "公開鍵", required_unless_present = "unsigned")]
    pub key: Vec<String>,
    /// 署名を確かめずに公開します（試すときだけ。だれが作った一覧でも公開されます）
    #[arg(long, conflicts_with = "key")]
    pub unsigned: bool,
    /// 一覧の有効期間として認める、いちばん長い日数
    #[arg(long, default_value_t = LONGEST_DAYS, value_parser = clap::value_parser!(u16).range(1..=366), value_name = "日数")]
    pub longest_days: u16,
    /// 公開した一覧の新しさを控えるファイル（省くと、データを置くフォルダーの served.json）
    #[arg(long, env = "SHIRUBE_STATE", value_name = "ファイル")]
    pub state: Option<PathBuf>,
}

/// Who signs in to the staff pages.
#[derive(Debug, Subcommand)]
pub enum SignInCommand {
    /// 運用担当がサインインできないときに、一度だけ使えるリンクを出します（前のパスワードなどは無効になります）
    Link {
        /// 運用担当のログイン名（省くと最初の運用担当）
        #[arg(long, value_name = "ログイン名")]
        name: Option<String>,
    },
    /// ログインの一覧を示します
    List,
    /// なくなった確認コードの鍵（keys/団体コード.seal）を新しく作ります（前に登録した確認コードは使えなくなります）
    RenewSeal,
}

/// Looking at the official list.
#[derive(Debug, Subcommand)]
pub enum ListCommand {
    /// その日に一覧が示していたことを、根拠となる記録とともに示します
    Show {
        /// 日（省くと今日）
        #[arg(long, value_name = "日", value_parser = day)]
        on: Option<Date>,
    },
    /// 掲示板に貼る一覧を出します
    Board {
        /// 日（省くと今日）
        #[arg(long, value_name = "日", value_parser = day)]
        on: Option<Date>,
        /// How it is printed.
        #[command(flatten)]
        print: Print,
    },
}

/// How a paper is given.
#[derive(Debug, Clone, clap::Args)]
pub struct Print {
    /// 書き出すファイル（省くと画面に文字で出します）
    #[arg(long, value_name = "ファイル")]
    pub out: Option<PathBuf>,
    /// 書き出す形（省くと、ファイルの名前の終わりで決めます）
    #[arg(long, value_name = "形", requires = "out")]
    pub format: Option<PrintFormat>,
    /// 押印欄を付けます
    #[arg(long)]
    pub seals: bool,
    /// PDFの書体のファイル（省くと、機器にあるもの）
    #[arg(long, requires = "out", value_name = "ファイル")]
    pub font: Option<PathBuf>,
}

/// The formats of papers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum PrintFormat {
    /// ブラウザーで開いて印刷する
    Html,
    /// Word で開く
    Docx,
    /// 文字だけ
    Text,
    /// 職員用ページと同じPDF
    Pdf,
}

/// The public address of what is published.
#[derive(Debug, Clone, clap::Args)]
pub struct Base {
    /// 一覧を公開するURL（末尾は / ）
    #[arg(long, env = "SHIRUBE_BASE_URL", value_name = "URL")]
    pub base_url: Option<String>,
}

/// Who acts, and on which day as they say.
#[derive(Debug, Clone, clap::Args)]
pub struct ByArgs {
    /// 行う職員の職員番号
    #[arg(long = "as", env = "SHIRUBE_AS", value_name = "職員番号")]
    pub person: String,
    /// 行った日（省くと今日）
    #[arg(long, value_name = "日", value_parser = day)]
    pub on: Option<Date>,
}

pub(crate) fn day(typed: &str) -> Result<Date, Mistake> {
    input::day(typed)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_contradicts_itself_nowhere() {
        crate::usage::japanese(Args::command()).debug_assert();
    }

    #[test]
    fn every_command_and_argument_has_words_for_its_help() {
        let mut left = vec![Args::command()];
        while let Some(command) = left.pop() {
            for argument in command.get_arguments() {
                assert!(argument.get_help().is_some(), "{} {}", command.get_name(), argument.get_id());
            }
            for sub in command.get_subcommands() {
                assert!(sub.get_about().is_some(), "{} {}", command.get_name(), sub.get_name());
                left.push(sub.clone());
            }
        }
    }
}
