//! Why an act did not happen.

use domain::guideline::Problem;
use domain::refusal::Refusal;
use store::StoreError;

/// Why an act did not happen: refused by a rule, or something is wrong with the machine or its data.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    /// A rule refuses it.
    #[error("{}", .0.text())]
    Refused(Box<Refusal>),
    /// The store refuses it or failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A stored entry cannot be read.
    #[error(transparent)]
    Entry(#[from] domain::entry::EntryError),
    /// A guideline has problems.
    #[error("{}", problems(.0))]
    Guideline(Vec<Problem>),
    /// No guideline is in force yet.
    #[error(
        "この団体には、まだガイドラインが登録されていません。次にすること：`shirube init` でガイドラインを登録してください。"
    )]
    NoGuideline,
    /// Something that people gave cannot be read.
    #[error("{0}")]
    Input(String),
    /// The public files cannot be written.
    #[error(transparent)]
    Public(#[from] public::Fault),
    /// What is stored is not what was recorded: somebody or something changed it.
    #[error(
        "{0}が、記録したときのものと違います。書き換えられたか壊れたおそれがあるため、使わずに止めました。次にすること：このデータへの書き込みを止め、`shirube ledger verify` で確かめ、正しいバックアップから `shirube restore` で戻してください。"
    )]
    Altered(String),
    /// What is stored contradicts itself.
    #[error("保存されている内容に矛盾があります（{0}）。次にすること：`shirube ledger verify` で確かめてください。")]
    Inconsistent(String),
}

impl From<Refusal> for ActError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

fn problems(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
