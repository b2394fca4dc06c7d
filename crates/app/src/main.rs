//! The binary `shirube`.
fn main() {}
