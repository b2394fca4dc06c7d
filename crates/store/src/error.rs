//! What the store refuses, and what to do next.

/// Why a call of the store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The database or the way to it failed.
    #[error(
        "データベースで問題が起きました（{}）。時間をおいてもう一度お試しください。続くときは、保存先とディスクの空きを確かめてください。",
        cause(.0)
    )]
    Driver(#[source] sqlx::Error),
    /// The disk has no room left for what was to be recorded.
    #[error(
        "ディスクの空きがなくなったため、書き込めませんでした（{place}）。この操作は記録していません。次にすること：そのディスクの要らないファイルを消すか、広げてください。空きができれば、そのまま同じ操作をもう一度行えます（再起動はいりません）。"
    )]
    Full {
        /// Where the data is.
        place: String,
    },
    /// The data lies where nothing can be written.
    #[error(
        "保存先「{place}」を、書き込めるように開けません。次にすること：そのフォルダーがあるか、ファイルとフォルダーの持ち主と権限、ディスクが読み取り専用でつながれていないかを確かめ、しるべを動かす利用者が書けるようにしてください。"
    )]
    ReadOnly {
        /// Where the data is.
        place: String,
    },
    /// The file of the data was taken away, or another one lies in its place, while it was open.
    #[error(
        "データのファイル「{place}」が、動いている間になくなったか、別のものに替わりました。この操作は記録していません。次にすること：`shirube serve` を止め、フォルダーを元の場所に戻すか、控えから戻して（`shirube restore`）、もう一度始めてください。"
    )]
    Gone {
        /// Where the data was.
        place: String,
    },
    /// The file of the data is damaged in a part of it.
    #[error(
        "データベースのファイル「{place}」が壊れていて、読めないところがあります。この操作は記録していません。次にすること：`shirube serve` を止め、ファイルの写しを取っておき、正しい控えから空のフォルダーへ戻してください（`shirube restore`）。"
    )]
    Unsound {
        /// Where the data is.
        place: String,
    },
    /// What was erased is still in the files, because somebody kept reading while they were to be written anew.
    #[error(
        "消去の記録は済みましたが、ほかの処理が読み取りを続けているため、データベースのファイルから消去した内容を消し切れませんでした。次にすること：控えの作成などが終わってから、同じ命令をもう一度実行してください（`shirube serve` が動いていれば、あとで自動的に行います）。"
    )]
    InUse,
    /// A file beside the database could not be read or written.
    #[error("ファイル「{path}」を読み書きできませんでした（{source}）。場所と権限を確かめてください。")]
    File {
        /// The file.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A backup is not one, or not whole.
    #[error(
        "控え「{file}」は、途中で切れているか、壊れているか、しるべの控えではありません（大きさは{bytes}バイト）。何も戻していません。次にすること：元の場所の控えと大きさをくらべ、写し直すか、別の控えから戻してください。"
    )]
    Damaged {
        /// The backup.
        file: String,
        /// How large it is.
        bytes: u64,
    },
    /// Something stored is not what the program ever writes.
    #[error(
        "保存された内容が壊れています（表 {table}、列 {column}、{id}）。書き込みを止めて、台帳の検証と控えからの復元を行ってください。"
    )]
    Inconsistent {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// Which row.
        id: String,
    },
    /// A writing transaction was ended without an entry.
    #[error("台帳に記録する内容がないため、変更を取り消しました。操作には必ず一件以上の記録が必要です。")]
    NothingToRecord,
    /// An earlier statement of the same transaction had failed, so nothing of it may stay.
    #[error(
        "途中の処理が失敗しているため、この操作全体を取り消しました。最初の失敗の内容を直してから、もう一度行ってください。"
    )]
    Broken,
    /// Somebody else changed the thing since it was read.
    #[error(
        "「{what}」は、表示した後にほかの人が変更しました。最新の内容を開き直し、確かめてからもう一度操作してください。"
    )]
    StaleVersion {
        /// What was to be changed.
        what: String,
    },
    /// The place to write to already holds something.
    #[error("「{what}」にはすでに内容があります。上書きはしません。空の保存先を指定してください。")]
    NotEmpty {
        /// The place or the table.
        what: String,
    },
    /// The linked `SQLite` is one that can lose committed pages.
    #[error(
        "組み込みの SQLite {found} は古く、書き込みが失われる不具合があります。3.51.3 以降を組み込んだ版をお使いください。"
    )]
    OldLibrary {
        /// Its version.
        found: String,
    },
    /// The database does not order text by code point.
    #[error(
        "データベースの照合順序または文字コードが「{found}」です。並び順をそろえるため、次の命令で作り直してください: createdb --template=template0 --encoding=UTF8 --locale=C --locale-provider=libc データベース名"
    )]
    Collation {
        /// What the server says of itself.
        found: String,
    },
    /// The place is not one that can be opened.
    #[error("保存先「{place}」を解釈できません。{hint}")]
    Place {
        /// What was given.
        place: String,
        /// What would be right.
        hint: &'static str,
    },
    /// The views were built by another version of the fold.
    #[error(
        "団体 {code} の表示用の表の版（{found}）が、このプログラムの版（{wanted}）と違うため、書き込めません。次にすること：{}", to_this_version(.code, *.found, *.wanted)
    )]
    ViewVersion {
        /// Whose they are.
        code: String,
        /// What the database holds.
        found: i64,
        /// What this program builds.
        wanted: i64,
    },
    /// The rebuilt views do not yet reach the end of the ledger.
    #[error(
        "作り直した表は台帳の {rebuilt} 件目までで、台帳は {size} 件あります。残りを反映してから、もう一度入れ替えてください。"
    )]
    Behind {
        /// How many entries are in the rebuilt views.
        rebuilt: u64,
        /// How many the ledger has.
        size: u64,
    },
    /// The tables are of another version of the program.
    #[error(
        "保存先の構造の版（{found}）が、このプログラムの版（{wanted}）と違います。同じ版のプログラムで開き、必要なら更新してから続けてください。"
    )]
    SchemaVersion {
        /// What the database or the backup holds.
        found: i64,
        /// What this program knows.
        wanted: i64,
    },
    /// Something that may exist once was written twice.
    #[error("「{what}」に同じものがすでに登録されています。登録済みの内容を確かめてください。")]
    Duplicate {
        /// The table or the thing.
        what: String,
    },
    /// No ledger exists for this municipality.
    #[error("団体コード {code} の台帳がありません。コードを確かめ、はじめての場合は台帳を作成してください。")]
    UnknownMunicipality {
        /// The code that was asked for.
        code: String,
    },
    /// The code is not six digits.
    #[error("団体コード「{given}」を解釈できません。6 桁の数字で指定してください。")]
    MunicipalityCode {
        /// What was given.
        given: String,
    },
    /// An entry was dated before the last one.
    #[error(
        "記録の時刻が、前の記録より前になっています（{given} は {not_before} より前）。サーバーの時計を確かめてください。"
    )]
    Earlier {
        /// The instant that was given, in ms.
        given: i64,
        /// The earliest that is allowed, in ms.
        not_before: i64,
    },
    /// A text holds U+0000, which one of the engines cannot keep.
    #[error("文字列に保存できない制御文字（U+0000）が含まれています。その文字を取り除いて、もう一度入力してください。")]
    NulInText,
    /// A number or a file is beyond what is kept.
    #[error("「{what}」が大きすぎます（上限 {most}）。分けるか、小さくしてください。")]
    TooLarge {
        /// What was too large.
        what: &'static str,
        /// The most that is kept.
        most: u64,
    },
}

/// What the driver says, in Japanese where it is the way to the data or its file; a fault of a statement keeps its words,
/// which only whoever mends the program can use.
fn cause(error: &sqlx::Error) -> String {
    use std::io::ErrorKind;
    let words = match error {
        sqlx::Error::Io(fault) => match fault.kind() {
            ErrorKind::ConnectionRefused => {
                "サーバーが接続を受け付けません。サーバーが動いているか、ホストの名と番号が合っているかを確かめてください"
            }
            ErrorKind::TimedOut => "サーバーが時間内に答えません",
            ErrorKind::ConnectionReset | ErrorKind::UnexpectedEof | ErrorKind::BrokenPipe => {
                "サーバーとの接続が切れました"
            }
            _ => "サーバーに届きません。ホストの名と番号を確かめてください",
        },
        sqlx::Error::Configuration(_) => "接続先の書き方が正しくありません",
        sqlx::Error::Tls(_) => "サーバーと暗号化した接続を作れません",
        sqlx::Error::PoolTimedOut => "使える接続が時間内に空きません",
        sqlx::Error::Database(told) => match told.code().as_deref() {
            Some("28P01" | "28000") => "利用者の名かパスワードが違います",
            Some("3D000") => "その名のデータベースがありません",
            Some("57P03") => "データベースが、まだ始まっていないか止まるところです",
            Some("5" | "6" | "261" | "517") => "ほかの処理が使っています",
            code => return format!("{}番：{}", code.unwrap_or("-"), told.message()),
        },
        other => return other.to_string(),
    };
    words.to_owned()
}

impl StoreError {
    /// Whether it says that what was read is no sound copy, whatever the disk and the way to it are like.
    pub(crate) fn is_of_content(&self) -> bool {
        matches!(self, Self::Unsound { .. } | Self::Inconsistent { .. })
    }
}

/// What to do about views of another version.
fn to_this_version(code: &str, found: i64, wanted: i64) -> String {
    if found > wanted {
        return "このデータは、より新しい版のプログラムが使っています。その版か、それより新しい版で動かしてください。"
            .to_owned();
    }
    format!("`shirube ledger rebuild --city {code}` を実行してください（台帳の記録は変わりません）。")
}

/// The result of every call of the store.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;
