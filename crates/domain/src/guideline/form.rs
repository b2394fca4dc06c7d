//! 様式: what is printed, block by block.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::basis::Basis;
use super::procedure::Procedure;

/// A form: what is printed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// Id.
    pub id: String,
    /// Label, such as 様式１.
    pub label: String,
    /// Its blocks, from top to bottom.
    #[serde(rename = "block")]
    pub blocks: Vec<Block>,
    /// Where it comes from.
    #[serde(flatten)]
    pub basis: Basis,
}

/// A block of a form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Block {
    /// The box for the central number, blank until received.
    Number {
        /// Its label.
        label: String,
    },
    /// 年月日 of filing.
    Date,
    /// To whom.
    Addressee {
        /// Lines.
        lines: Vec<String>,
    },
    /// From whom: the unit, its head, and （担当：）.
    Sender,
    /// The form's title, centred.
    Title {
        /// The words.
        words: String,
    },
    /// A paragraph.
    Body {
        /// The words.
        words: String,
    },
    /// 記.
    Ki,
    /// A ruled table; each row is filled by a source.
    Table {
        /// The rows.
        rows: Vec<FormRow>,
    },
    /// The policy's standard attachments.
    Attachments,
    /// A new page.
    PageBreak,
    /// Shown on screen, not printed.
    Note {
        /// The words.
        words: String,
    },
}

/// A row of a form's table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FormRow {
    /// The label as printed.
    pub label: String,
    /// What fills it.
    pub source: RowSource,
    /// Where the row comes from.
    #[serde(flatten)]
    pub basis: Basis,
}

/// What fills a row of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RowSource {
    /// The central number.
    Number,
    /// A policy item, by id.
    Item(String),
    /// The owning units.
    Units,
    /// The head of the owning unit.
    UnitHead,
    /// The day of a step, by id.
    StepDay(String),
    /// 廃止（休止）日.
    StopDay,
    /// The reason given when the case was opened.
    Reason,
    /// Where the policy is shown.
    PolicyPlace,
    /// Left blank for the pen.
    Blank,
}

impl Form {
    /// Whether it prints the last day of use, as a step of the procedure says it.
    pub fn says_last_day(&self, procedure: &Procedure) -> bool {
        let stops = |id: &String| procedure.step(id).is_some_and(|step| step.kind.says_last_day());
        let rows = self.blocks.iter().flat_map(|block| match block {
            Block::Table { rows } => rows.as_slice(),
            _ => &[],
        });
        rows.map(|row| &row.source).any(|source| match source {
            RowSource::StopDay => true,
            RowSource::StepDay(id) => stops(id),
            _ => false,
        })
    }
}
