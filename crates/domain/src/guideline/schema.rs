//! The JSON Schema of a guideline file, for editors and for the loader's own check of the shape.

use std::sync::LazyLock;

use serde_json::Value;

use super::{Clauses, Guideline};

/// The JSON Schema of `guideline.toml`, made from the types.
pub fn schema() -> &'static Value {
    static SCHEMA: LazyLock<Value> = LazyLock::new(|| schemars::schema_for!(Guideline).to_value());
    &SCHEMA
}

/// The JSON Schema of `clauses.toml`, made from the types.
pub fn clauses_schema() -> &'static Value {
    static SCHEMA: LazyLock<Value> = LazyLock::new(|| schemars::schema_for!(Clauses).to_value());
    &SCHEMA
}
