//! Why bundles cannot be served, in words that say what to do next.

use std::path::{Path, PathBuf};

/// What to do where the ledger itself was brought back to an earlier state.
fn after_restoring(file: Option<&Path>) -> String {
    file.map(|file| format!("台帳を前の控えから戻したときは、「{}」からこの団体の行を消してください。", file.display()))
        .unwrap_or_default()
}

/// A refusal to serve a bundle.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// No folder was named.
    #[error("公開する一覧のフォルダーが一つも指定されていません。bundle.json のあるフォルダーを指定してください。")]
    Empty,
    /// The bundle cannot be read.
    #[error("「{}」を公開できません。{source}", dir.display())]
    Bundle {
        /// The folder that was named.
        dir: PathBuf,
        /// What the reading said.
        source: public::Fault,
    },
    /// The bundle's description cannot be looked at.
    #[error("「{}」の bundle.json を確かめられません（{source}）。フォルダーの指定と、読み取りの権限を確かめてください。", dir.display())]
    Look {
        /// The folder that was named.
        dir: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A bundle's code cannot stand in an address.
    #[error("「{}」の団体コード「{code}」は、半角数字だけではないので、URLに使えません。団体コードを直して公開し直してください。", dir.display())]
    Code {
        /// The folder that was named.
        dir: PathBuf,
        /// The code that was found.
        code: String,
    },
    /// Two folders hold the same municipality's list.
    #[error("団体コード「{0}」の一覧が二つ指定されています。どちらか一つにしてください。")]
    Twice(String),
    /// A folder has come to hold another municipality's list.
    #[error("「{}」の一覧が、団体コード「{was}」から「{now}」のものに変わっています。元の一覧の公開を続けます。フォルダーの指定を確かめて、サーバーを起動し直してください。", dir.display())]
    Moved {
        /// The folder that was named.
        dir: PathBuf,
        /// The code that it was opened with.
        was: String,
        /// The code that it holds now.
        now: String,
    },
    /// A bundle of a longer ledger was served before.
    #[error("「{}」の一覧は台帳の{size}件からのもので、前に公開した一覧（{before}件）より古いものです。新しい一覧に置きかえてください。{}", dir.display(), after_restoring(file.as_deref()))]
    Older {
        /// The folder that was named.
        dir: PathBuf,
        /// The size that it rests on.
        size: u64,
        /// The size that was served before.
        before: u64,
        /// Where that is kept, if it is.
        file: Option<PathBuf>,
    },
    /// What was served before cannot be read or kept.
    #[error("公開した一覧の新しさの控え「{}」を読み書きできません（{source}）。フォルダーの権限と空き容量を確かめるか、--state で別の場所を指定してください。", file.display())]
    Heights {
        /// The file.
        file: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A bundle's instants lie outside of what a calendar can say.
    #[error("「{}」の作成時刻または有効期限は、暦で表せない値です。公開し直したものに置きかえてください。", dir.display())]
    Instant {
        /// The folder that was named.
        dir: PathBuf,
    },
}
