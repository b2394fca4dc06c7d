//! What verification says: findings, what it could not exclude, and lawful erasures, each as a sentence for people.

use std::fmt;

use super::merkle::Hash;

/// One thing in a ledger that an honest ledger cannot contain.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are the numbers that the sentence of each variant names")]
pub enum Finding {
    /// The bytes or the salt are not the ones that were committed to.
    Changed { seq: u64 },
    /// The bytes are not an entry.
    Unreadable { seq: u64 },
    /// Entries are gone from the middle.
    Missing { from: u64, to: u64 },
    /// An entry stands twice, was put in, or has changed its place.
    OutOfOrder { expected: u64, found: u64 },
    /// The entry says another number of itself than the place where it stands.
    SeqDiffers { seq: u64, stated: u64 },
    /// The entry says another instant of itself than the column beside it.
    TimeDiffers { seq: u64, column: i64, stated: i64 },
    /// The entry belongs to another municipality.
    MunicipalityDiffers { seq: u64, stated: String },
    /// The entry was recorded before the one in front of it.
    TimeRunsBack { seq: u64, before: i64, at: i64 },
    /// The private part is not the one that the entry was written with.
    PrivateChanged { seq: u64 },
    /// The private part is gone and no decision says that it was erased.
    PrivateMissing { seq: u64 },
    /// A private part lies beside an entry that was written without one.
    PrivateUnexpected { seq: u64 },
    /// The private part is still there although a decision erased it.
    PrivateKept { leaf: u64, by: u64 },
    /// An erasure names an entry that does not come before it or never had a private part.
    ErasureMisnamed { seq: u64, leaf: u64 },
    /// The head counts other than the entries do.
    HeadSize { head: u64, read: u64 },
    /// The head's frontier is not the one of the entries.
    HeadRoot { read: u64 },
    /// The checkpoint is of another ledger.
    CheckpointForeign { origin: String },
    /// The ledger has fewer entries than were there when the checkpoint was signed.
    Shortened { checkpoint: u64, read: u64 },
    /// The entries up to the checkpoint are not the ones it was signed over.
    HistoryChanged { checkpoint: u64 },
}

impl Finding {
    /// The stable name of the finding, the same in the independent verifier and in `docs/ledger.md`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Changed { .. } => "changed",
            Self::Unreadable { .. } => "unreadable",
            Self::Missing { .. } => "missing",
            Self::OutOfOrder { .. } => "out-of-order",
            Self::SeqDiffers { .. } => "seq-differs",
            Self::TimeDiffers { .. } => "time-differs",
            Self::MunicipalityDiffers { .. } => "municipality-differs",
            Self::TimeRunsBack { .. } => "time-runs-back",
            Self::PrivateChanged { .. } => "private-changed",
            Self::PrivateMissing { .. } => "private-missing",
            Self::PrivateUnexpected { .. } => "private-unexpected",
            Self::PrivateKept { .. } => "private-kept",
            Self::ErasureMisnamed { .. } => "erasure-misnamed",
            Self::HeadSize { .. } => "head-size",
            Self::HeadRoot { .. } => "head-root",
            Self::CheckpointForeign { .. } => "checkpoint-foreign",
            Self::Shortened { .. } => "shortened",
            Self::HistoryChanged { .. } => "history-changed",
        }
    }

    /// What to do about it, in one sentence.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::PrivateKept { .. } => {
                "バックアップから復元した直後であれば、消去をもう一度行ってください。そうでなければ、だれが戻したのかを確かめてください。"
            }
            Self::CheckpointForeign { .. } => "この台帳のチェックポイントを指定して、もう一度検証してください。",
            Self::Shortened { .. } | Self::HistoryChanged { .. } => {
                "この台帳への書き込みを止め、データベースを写しておき、外に保管しているチェックポイントに合うバックアップを探してください。"
            }
            _ => {
                "この台帳への書き込みを止め、データベースを写しておき、直近の正しいバックアップとこの番号の記録を見比べてください。"
            }
        }
    }
}

/// The sentence for people: which entry (通し番号, from 0 as in the ledger) and what is wrong with it.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed { seq } => write!(f, "記録{seq}番の内容またはソルトが、書かれたときのものと違います。"),
            Self::Unreadable { seq } => write!(f, "記録{seq}番の内容を記録として読めません。"),
            Self::Missing { from, to } if from == to => write!(f, "記録{from}番がありません。"),
            Self::Missing { from, to } => write!(f, "記録{from}番から{to}番までがありません。"),
            Self::OutOfOrder { expected, found } => write!(
                f,
                "記録{expected}番があるべき所に記録{found}番があります。重複、差し込み、または順序の入れ替えです。"
            ),
            Self::SeqDiffers { seq, stated } => {
                write!(f, "記録{seq}番の内容には、番号が{stated}番と書かれています。")
            }
            Self::TimeDiffers { seq, column, stated } => {
                write!(f, "記録{seq}番の記録時刻({column})が、内容に書かれた時刻({stated})と違います。")
            }
            Self::MunicipalityDiffers { seq, stated } => {
                write!(f, "記録{seq}番は、別の団体(コード「{stated}」)の記録です。")
            }
            Self::TimeRunsBack { seq, before, at } => {
                write!(f, "記録{seq}番の記録時刻({at})が、その前の記録の時刻({before})より前です。")
            }
            Self::PrivateChanged { seq } => {
                write!(f, "記録{seq}番の非公開部分(氏名・自由記述など)が、書かれたときのものと違います。")
            }
            Self::PrivateMissing { seq } => {
                write!(
                    f,
                    "記録{seq}番の非公開部分がありません。消去の決定も記録されていないため、改ざんの疑いがあります。"
                )
            }
            Self::PrivateUnexpected { seq } => {
                write!(f, "記録{seq}番には非公開部分がないはずですが、後から付け加えられています。")
            }
            Self::PrivateKept { leaf, by } => {
                write!(f, "記録{leaf}番の非公開部分が残っています。記録{by}番で消去したことになっています。")
            }
            Self::ErasureMisnamed { seq, leaf } => {
                write!(f, "消去の記録{seq}番が、消去できる非公開部分のない記録{leaf}番を指しています。")
            }
            Self::HeadSize { head, read } => {
                write!(f, "台帳の先頭には{head}件とありますが、記録は{read}件です。")
            }
            Self::HeadRoot { read } => {
                write!(f, "台帳の先頭のハッシュが、{read}件の記録から計算したものと違います。")
            }
            Self::CheckpointForeign { origin } => {
                write!(f, "チェックポイントは別の台帳「{origin}」のものです。")
            }
            Self::Shortened { checkpoint, read } => write!(
                f,
                "チェックポイントの時点で{checkpoint}件あった記録が{read}件しかありません。末尾の切り詰め、または古い写しです。"
            ),
            Self::HistoryChanged { checkpoint } => write!(
                f,
                "はじめの{checkpoint}件が、チェックポイントの時点の記録と違います。書き換えの後に全体が再計算された疑いがあります。"
            ),
        }
    }
}

/// What nobody can exclude by looking at the database alone, or beyond the newest checkpoint that fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unexcluded {
    /// The last entries and the head with them may have been cut off.
    Truncation,
    /// Everything may have been written anew and hashed anew.
    Rehash,
    /// An older copy may have been put in the place of the ledger.
    OldCopy,
    /// All three, for what was written after the checkpoint only.
    AfterCheckpoint {
        /// How many entries the checkpoint covers.
        size: u64,
    },
}

impl Unexcluded {
    /// The stable name, the same in the independent verifier.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Truncation => "truncation",
            Self::Rehash => "rehash",
            Self::OldCopy => "old-copy",
            Self::AfterCheckpoint { .. } => "after-checkpoint",
        }
    }
}

impl fmt::Display for Unexcluded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncation => f.write_str("末尾の切り詰め(台帳の先頭も合わせて直した場合)は、否定できません。"),
            Self::Rehash => {
                f.write_str("全体の再計算(書き換えの後にすべてのハッシュを計算し直した場合)は、否定できません。")
            }
            Self::OldCopy => f.write_str("古い写しへの差し替えは、否定できません。"),
            Self::AfterCheckpoint { size } => write!(
                f,
                "はじめの{size}件はチェックポイントと一致しました。その後の記録については、切り詰め・再計算・古い写しを否定できません。より新しいチェックポイントがあれば、それとも照合してください。"
            ),
        }
    }
}

/// A private part that is gone by a decision, as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erased {
    /// The entry that lost its private part.
    pub leaf: u64,
    /// The entry that says so.
    pub by: u64,
    /// The decision that the erasure rests on.
    pub decision: String,
}

/// Everything that a verification found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// How many entries were read.
    pub size: u64,
    /// The root over their commitments as stored.
    pub root: Hash,
    /// What is wrong, the first [`Report::MOST_FINDINGS`] in the order of discovery.
    pub findings: Vec<Finding>,
    /// How many more findings there were.
    pub left_off: u64,
    /// What could not be excluded with the checkpoints that were given.
    pub could_not_exclude: Vec<Unexcluded>,
    /// What was erased lawfully.
    pub erased: Vec<Erased>,
}

impl Report {
    /// How many findings a report lists; one shifted row makes a finding of every row behind it.
    pub const MOST_FINDINGS: usize = 1000;

    /// Whether nothing was found.
    pub fn is_sound(&self) -> bool {
        self.findings.is_empty()
    }
}
