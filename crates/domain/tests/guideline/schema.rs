//! The schema that editors use is the one that the types say.

use domain::guideline::schema;

#[test]
fn the_committed_schema_is_the_one_made_from_the_types() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/guideline.schema.json");
    let made = format!("{}\n", serde_json::to_string_pretty(schema()).expect("a schema is JSON"));
    if std::env::var_os("SHIRUBE_WRITE_SCHEMA").is_some() {
        std::fs::write(path, &made).expect("the schema is written");
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == made,
        "docs/guideline.schema.json is not what the types say; write it anew with SHIRUBE_WRITE_SCHEMA=1"
    );
}
