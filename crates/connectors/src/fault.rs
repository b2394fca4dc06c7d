//! Why something did not leave the house.

/// Why something did not leave: in words for whoever keeps the machine, without addresses, texts or secrets.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It may go better later.
    #[error("{0}")]
    Later(String),
    /// Trying again would not help.
    #[error("{0}")]
    Never(String),
}
