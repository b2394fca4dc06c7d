//! Why a bundle was not made, written or read, in words that say what to do next.

use std::path::PathBuf;

/// A refusal of this crate.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The public address is no absolute http(s) address.
    #[error(
        "公開一覧のURL「{0}」は、http:// または https:// で始まる絶対URLではありません。設定の公開URLを直してから、もう一度公開してください。"
    )]
    BaseUrl(String),
    /// An account's id cannot stand in a file name.
    #[error(
        "アカウントのID「{0}」はファイル名に使えません（半角の英数字・ハイフン・下線、64文字まで）。台帳のIDを確かめてください。"
    )]
    AccountId(String),
    /// Two records carry the same account.
    #[error(
        "アカウント「{0}」の掲載内容が二つあります。一つのアカウントの掲載は一つだけです。台帳の掲載の記録を確かめてください。"
    )]
    TwiceListed(String),
    /// A record belongs to another municipality.
    #[error(
        "アカウント「{account}」は団体コード{found}のもので、この一覧（団体コード{wanted}）には載せられません。公開する団体の指定を確かめてください。"
    )]
    Foreign {
        /// The record's account.
        account: String,
        /// The code that the record carries.
        found: String,
        /// The code of the list.
        wanted: String,
    },
    /// The list shows an account that the index does not call listed, or the other way round.
    #[error(
        "アカウント「{0}」について、一覧と確認用の索引が食いちがっています。このまま公開すると、まちがった答えを返します。台帳から作り直してください。"
    )]
    Disagree(String),
    /// An instant lies outside of what a calendar can say.
    #[error("時刻の値{0}（UTCのミリ秒）は暦で表せません。サーバーの時計と記録を確かめてください。")]
    Instant(i64),
    /// The bundle would be out of date at the moment it was made.
    #[error("有効期限が作成の時刻より後になっていません。有効期限の設定を直してください。")]
    Validity,
    /// A page could not be filled in.
    #[error("ページ「{page}」を作れませんでした（{source}）。この内容を添えて、システムの担当者に知らせてください。")]
    Page {
        /// The page's path.
        page: String,
        /// What the template said.
        source: askama::Error,
    },
    /// A data file could not be written as JSON.
    #[error(
        "データファイル「{path}」を作れませんでした（{source}）。この内容を添えて、システムの担当者に知らせてください。"
    )]
    Json {
        /// The file's path.
        path: String,
        /// What the serializer said.
        source: serde_json::Error,
    },
    /// The disk refused.
    #[error("「{}」の{doing}に失敗しました（{source}）。空き容量と、書き込みの権限を確かめてください。", path.display())]
    Disk {
        /// What was being done.
        doing: &'static str,
        /// Where.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The disk does not let this user: as a rule another one, such as root, made what lies there.
    #[error(
        "「{}」の{doing}が許されていません。持ち主は{}で、しるべを動かしている利用者と違うようです。次にすること：公開のフォルダーの持ち主を、しるべを動かす利用者にしてください（chown -R）。公開のコマンドも、その利用者で動かします。",
        path.display(),
        owner.map_or_else(|| "ほかの利用者".to_owned(), |owner| format!("利用者番号（uid）{owner}"))
    )]
    Denied {
        /// What was being done.
        doing: &'static str,
        /// Where.
        path: PathBuf,
        /// The owner's number, where it can be told.
        owner: Option<u32>,
    },
    /// A writer stopped without saying why.
    #[error(
        "ファイルの書き込みが途中で止まりました。もう一度公開してください。くり返すときは、システムの担当者に知らせてください。"
    )]
    Writer,
    /// The folder holds no bundle.
    #[error("「{}」に公開一覧がありません（bundle.json が見つかりません）。フォルダーの指定を確かめるか、公開し直してください。", .0.display())]
    NoBundle(PathBuf),
    /// The bundle's own description cannot be understood.
    #[error("「{}」を読み取れません（{why}）。公開し直したものに置きかえてください。", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What was wrong.
        why: String,
    },
    /// Nobody has signed the bundle.
    #[error(
        "公開一覧に署名がありません。団体の台帳から `shirube export` で書き出した、署名のあるものに置きかえてください。"
    )]
    Unsigned,
    /// The bundle's signature is not its municipality's for this description.
    #[error(
        "公開一覧の署名を確かめられません（{0}）。団体が作ったものではないか、書きかえられています。元の一覧から配り直してください。鍵を替えたときは、新しい公開鍵を指定してください。"
    )]
    Forged(domain::ledger::NoteError),
    /// No key is known of the municipality that the bundle names.
    #[error(
        "公開一覧の団体コード「{0}」の公開鍵が指定されていません。`shirube export` が示す公開鍵を指定してください。"
    )]
    NoKey(String),
    /// The bundle states that it holds for longer than it may.
    #[error(
        "公開一覧の有効期間（{holds}時間）が、許される長さ（{most}時間）を超えています。設定の有効期間を直して、書き出し直してください。"
    )]
    TooLong {
        /// How long it says, in hours.
        holds: i64,
        /// How long it may, in hours.
        most: i64,
    },
    /// The bundle names a file that is not there.
    #[error("公開一覧のファイル「{0}」がありません。配り直したものに置きかえるまで、この一覧は使えません。")]
    Missing(String),
    /// A file's bytes are not those that the bundle was made with.
    #[error(
        "公開一覧のファイル「{0}」が、作られたときの内容と違います。改ざんか写し間違いのおそれがあるため、この一覧は使えません。元の一覧から配り直してください。"
    )]
    Changed(String),
}
