//! Reads the schema: what it asks for at a place, and how to say so in Japanese.

use serde_json::Value;

/// What a schema node asks for, so far as the types of this crate make use of schemas.
pub(super) enum Asked<'s> {
    Text,
    Number,
    List(&'s Value),
    Table(&'s Value),
    Choice(Vec<Variant<'s>>),
}

/// One way of writing an enum.
pub(super) struct Variant<'s> {
    pub(super) name: &'s str,
    /// 何か: the beginning of its description.
    label: &'s str,
    pub(super) form: Form<'s>,
}

pub(super) enum Form<'s> {
    /// `"name"`.
    Word,
    /// `{ name = … }`.
    Tagged(&'s Value),
    /// `kind = "name"` beside the variant's own fields.
    Kind(&'s Value),
}

/// What the schema node asks for.
pub(super) fn asked<'s>(root: &'s Value, schema: &'s Value) -> Asked<'s> {
    let schema = resolve(root, schema);
    let one_of = schema.get("oneOf").and_then(Value::as_array);
    // A table with a choice beside its own fields is a table; a choice alone is an enum.
    let is_table = schema.get("unevaluatedProperties").is_some();
    if let Some(all) = one_of
        && !is_table
    {
        return Asked::Choice(all.iter().flat_map(variants).collect());
    }
    if schema.get("enum").is_some() {
        return Asked::Choice(variants(schema));
    }
    let sort = schema.get("type");
    let sort = sort.and_then(Value::as_str).or_else(|| sort.and_then(|s| s.get(0)).and_then(Value::as_str));
    match sort {
        Some("integer") => Asked::Number,
        Some("array") => Asked::List(schema.get("items").unwrap_or(&Value::Null)),
        Some("object") => Asked::Table(schema),
        _ => Asked::Text,
    }
}

/// Follows references and the wrapping of what may be left out.
fn resolve<'s>(root: &'s Value, mut schema: &'s Value) -> &'s Value {
    // The schema's own nesting is small; the bound keeps a circle from turning for ever.
    for _ in 0..8 {
        let next = schema
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(|r| r.strip_prefix('#'))
            .and_then(|r| root.pointer(r))
            .or_else(|| schema.get("anyOf").and_then(|a| a.get(0)));
        match next {
            Some(next) => schema = next,
            None => break,
        }
    }
    schema
}

/// The name and schema of a choice written as `{ name = … }`.
pub(super) fn tag(schema: &Value) -> Option<(&str, &Value)> {
    let name = schema.get("required")?.get(0)?.as_str()?;
    Some((name, schema.get("properties")?.get(name)?))
}

fn variants(schema: &Value) -> Vec<Variant<'_>> {
    let label = schema.get("description").and_then(Value::as_str).unwrap_or_default();
    let label = label.split([':', '.', ';']).next().unwrap_or_default();
    let word = |name| Variant { name, label, form: Form::Word };
    let kind = schema.pointer("/properties/kind/const").and_then(Value::as_str);
    if let Some(name) = schema.get("const").and_then(Value::as_str) {
        vec![word(name)]
    } else if let Some(names) = schema.get("enum").and_then(Value::as_array) {
        names.iter().filter_map(Value::as_str).map(word).collect()
    } else if let Some(name) = kind {
        vec![Variant { name, label, form: Form::Kind(schema) }]
    } else {
        let tagged = |(name, inner)| Variant { name, label, form: Form::Tagged(inner) };
        tag(schema).map(tagged).into_iter().collect()
    }
}

pub(super) fn list(variants: &[Variant<'_>]) -> String {
    let each: Vec<String> = variants
        .iter()
        .map(|v| {
            let name = match v.form {
                Form::Tagged(_) => format!("{{ {} = … }}", v.name),
                Form::Word | Form::Kind(_) => v.name.to_owned(),
            };
            // Only the field's own Japanese words help here; an English doc comment would not.
            if v.label.is_ascii() || v.label.contains(|c: char| c.is_ascii_alphabetic()) {
                name
            } else {
                format!("{name}（{}）", v.label)
            }
        })
        .collect();
    format!("次のどれかです: {}", each.join("、"))
}

pub(super) fn wanted(asked: &Asked<'_>) -> &'static str {
    match asked {
        Asked::Text => "文字列",
        Asked::Number => "0 以上の整数",
        Asked::List(_) => "配列 [ … ]",
        Asked::Table(_) => "表 { … }",
        Asked::Choice(_) => "決まった値のどれか",
    }
}

/// How to add a field that is missing from the table at a path.
pub(super) fn how_to_add(root: &Value, path: &str, name: &str, field: &Value) -> String {
    let asked_for = asked(root, field);
    // A list of tables of many lines is written under headings of its own, without the places of its parents.
    if let Asked::List(items) = &asked_for
        && matches!(asked(root, items), Asked::Table(_))
    {
        let parents = path.split('.').filter_map(|part| part.split('[').next()).filter(|part| !part.is_empty());
        let heading = parents.chain([name]).collect::<Vec<_>>().join(".");
        return format!("この表の項目の後に、見出し [[{heading}]] の行を加え、その下に一つ分の項目を書いてください。");
    }
    format!("この表に「{name} = …」を加えてください。{}", how_to_write(&asked_for))
}

pub(super) fn how_to_write(asked: &Asked<'_>) -> String {
    match asked {
        Asked::Text => "値は \"…\" と引用符で囲みます。".to_owned(),
        Asked::Number => "値は引用符なしの整数です。".to_owned(),
        Asked::List(_) => "値は [\"…\", \"…\"] のように書きます。".to_owned(),
        Asked::Table(_) => "値は { 名前 = 値 } か、[見出し] の下に書きます。".to_owned(),
        Asked::Choice(variants) => format!("{}。", list(variants)),
    }
}
