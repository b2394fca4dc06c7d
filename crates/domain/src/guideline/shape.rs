//! The check of a file's shape against the schema made from the types: every misspelt name at once.
//!
//! A deserializer stops at its first error and, below a flattened field, no longer knows where it is. The schema says the
//! same as the types do, so walking it finds all problems with their places; the deserializer afterwards only builds the value.

use serde_json::Value;
use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue};

use super::asked::{Asked, Form, Variant, asked, how_to_add, how_to_write, list, tag, wanted};
use super::problem::{MAX_PROBLEMS, Said, nearest, perhaps, said, short};

/// One problem of shape.
pub(super) struct Found {
    /// The byte in the text.
    pub(super) offset: usize,
    /// The path in the tree.
    pub(super) path: String,
    /// What it says.
    pub(super) words: Said,
    /// Whether the problem is that something is not there.
    pub(super) missing: bool,
}

/// The path of a key in the table at `path`.
pub(super) fn below(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// Every problem of a file's shape.
pub(super) fn check(table: &DeTable<'_>, schema: &Value) -> Vec<Found> {
    let mut walk = Walk { root: schema, found: Vec::new() };
    walk.table(table, 0, schema, "");
    walk.found
}

struct Walk<'s> {
    root: &'s Value,
    found: Vec<Found>,
}

impl<'s> Walk<'s> {
    fn value(&mut self, node: &Spanned<DeValue<'_>>, schema: &'s Value, path: &str) {
        // A file full of mistakes is not worth more than the first of them.
        if self.found.len() > MAX_PROBLEMS {
            return;
        }
        let offset = node.span().start;
        match (asked(self.root, schema), node.get_ref()) {
            (Asked::Text, DeValue::String(_)) => {}
            (Asked::Number, DeValue::Integer(number)) => {
                if u32_of(number).is_none() {
                    let words = said(format!("数 {} は使えません。", short(number.as_str())))
                        .expected("0 以上 4294967295 以下の整数です。")
                        .next("数を直してください。");
                    self.report(offset, path, words);
                }
            }
            (Asked::List(items), DeValue::Array(array)) => {
                for (i, element) in array.iter().enumerate() {
                    self.value(element, items, &format!("{path}[{i}]"));
                }
            }
            (Asked::Table(schema), DeValue::Table(table)) => {
                self.table(table, offset, schema, path);
            }
            (Asked::Choice(variants), value) => self.choice(value, offset, &variants, path),
            (asked, value) => {
                let words = said(format!("{}が書かれています。", sort(value)))
                    .expected(format!("ここは{}です。", wanted(&asked)))
                    .next(how_to_write(&asked));
                self.report(offset, path, words);
            }
        }
    }

    fn table(&mut self, table: &DeTable<'_>, offset: usize, schema: &'s Value, path: &str) {
        let own = schema.get("properties").and_then(Value::as_object);
        let alternatives: Vec<(&str, &Value)> =
            schema.get("oneOf").and_then(Value::as_array).into_iter().flatten().filter_map(tag).collect();
        let known: Vec<&str> = own
            .into_iter()
            .flat_map(|p| p.keys().map(String::as_str))
            .chain(alternatives.iter().map(|(name, _)| *name))
            .collect();
        let mut chosen: Vec<(usize, &str)> = Vec::new();
        for (key, value) in table {
            let name: &str = key.get_ref();
            let path = below(path, name);
            if let Some(field) = own.and_then(|p| p.get(name)) {
                self.value(value, field, &path);
            } else if let Some((name, field)) = alternatives.iter().find(|(n, _)| *n == name) {
                chosen.push((key.span().start, name));
                self.value(value, field, &path);
            } else {
                let free: Vec<&str> = known.iter().copied().filter(|k| !table.contains_key(*k)).collect();
                let words = said(format!("「{}」という項目はありません。", short(name)))
                    .expected(format!("ここに書ける項目: {}", known.join("、")))
                    .next(perhaps(name, free, "項目の名前を直すか、この行を消してください。"));
                self.report(key.span().start, &path, words);
            }
        }
        self.missing(table, offset, schema, path);
        self.basis(&alternatives, chosen, offset, path);
    }

    fn missing(&mut self, table: &DeTable<'_>, offset: usize, schema: &'s Value, path: &str) {
        let required = schema.get("required").and_then(Value::as_array);
        for name in required.into_iter().flatten().filter_map(Value::as_str) {
            if table.contains_key(name) {
                continue;
            }
            let field = schema.get("properties").and_then(|p| p.get(name));
            let how = field.map_or_else(String::new, |f| how_to_add(self.root, path, name, f));
            let misspelt = nearest(name, table.keys().map(|k| k.get_ref().as_ref()))
                .filter(|near| schema.get("properties").is_none_or(|p| p.get(*near).is_none()))
                .map_or_else(String::new, |near| format!("「{near}」が書き誤りかもしれません。"));
            self.found.push(Found {
                offset,
                path: path.to_owned(),
                words: said(format!("「{name}」がありません。"))
                    .expected(format!("「{name}」は必ず書きます。"))
                    .next(format!("{misspelt}{how}")),
                missing: true,
            });
        }
    }

    /// Where a leaf comes from has to be said, and once.
    fn basis(&mut self, alternatives: &[(&str, &Value)], mut chosen: Vec<(usize, &str)>, offset: usize, path: &str) {
        let expected =
            "条文にあるなら clause = \"条の番号\"、ないなら practice = \"市の運用とする理由\" の、どちらか一つです。";
        if alternatives.is_empty() {
            return;
        }
        chosen.sort_unstable();
        if chosen.is_empty() {
            self.found.push(Found {
                offset,
                path: path.to_owned(),
                words: said("根拠（clause か practice）がありません。")
                    .expected(expected)
                    .next("ガイドラインのどの条によるかを確かめ、clause か practice を一つ書いてください。"),
                missing: true,
            });
        }
        if let [_, (second, name), ..] = chosen.as_slice() {
            let words = said("根拠が二つ（clause と practice）書かれています。")
                .expected(expected)
                .next("条文によるなら practice を、市の運用なら clause を消してください。");
            self.report(*second, &below(path, name), words);
        }
    }

    fn choice(&mut self, value: &DeValue<'_>, offset: usize, variants: &[Variant<'s>], path: &str) {
        match value {
            DeValue::String(word) => match variants.iter().find(|v| v.name == word.as_ref()) {
                Some(Variant { form: Form::Word, .. }) => {}
                Some(Variant { name, .. }) => {
                    let words = said(format!("「{name}」には値が要ります。"))
                        .expected(list(variants))
                        .next(format!("{{ {name} = … }} の形で書いてください。"));
                    self.report(offset, path, words);
                }
                None => self.no_such(word, offset, variants, path),
            },
            DeValue::Table(table) if variants.iter().any(|v| matches!(v.form, Form::Kind(_))) => {
                self.by_kind(table, offset, variants, path);
            }
            DeValue::Table(table) => {
                let mut keys = table.iter();
                let (Some((key, inner)), None) = (keys.next(), keys.next()) else {
                    let words = said("選ぶものは一つだけです。")
                        .expected(list(variants))
                        .next("{ 名前 = 値 } を一つだけ書いてください。");
                    self.report(offset, path, words);
                    return;
                };
                let at = key.span().start;
                let name: &str = key.get_ref();
                match variants.iter().find(|v| v.name == name) {
                    Some(Variant { form: Form::Tagged(schema), .. }) => self.value(inner, schema, &below(path, name)),
                    Some(Variant { name, .. }) => {
                        let words = said(format!("「{name}」に値は付きません。"))
                            .expected(list(variants))
                            .next(format!("\"{name}\" とだけ書いてください。"));
                        self.report(at, path, words);
                    }
                    None => self.no_such(name, at, variants, path),
                }
            }
            other => {
                let words = said(format!("{}が書かれています。", sort(other)))
                    .expected(list(variants))
                    .next("上のどれかを書いてください。");
                self.report(offset, path, words);
            }
        }
    }

    fn by_kind(&mut self, table: &DeTable<'_>, offset: usize, variants: &[Variant<'s>], path: &str) {
        match table.get("kind").map(|v| (v.span().start, v.get_ref())) {
            Some((at, DeValue::String(word))) => match variants.iter().find(|v| v.name == word.as_ref()) {
                Some(Variant { form: Form::Kind(schema), .. }) => self.table(table, offset, schema, path),
                _ => self.no_such(word, at, variants, &below(path, "kind")),
            },
            Some((at, other)) => {
                let words = said(format!("{}が書かれています。", sort(other)))
                    .expected(list(variants))
                    .next("kind = \"…\" の形で書いてください。");
                self.report(at, &below(path, "kind"), words);
            }
            None => self.found.push(Found {
                offset,
                path: path.to_owned(),
                words: said("「kind」がありません。")
                    .expected(list(variants))
                    .next("この表に kind = \"…\" を加えてください。"),
                missing: true,
            }),
        }
    }

    fn no_such(&mut self, word: &str, offset: usize, variants: &[Variant<'s>], path: &str) {
        let words = said(format!("「{}」という値はありません。", short(word))).expected(list(variants)).next(perhaps(
            word,
            variants.iter().map(|v| v.name),
            "上のどれかを書いてください。どれにも当たらないときは、独自の値を作らず、開発者に知らせてください。",
        ));
        self.report(offset, path, words);
    }

    fn report(&mut self, offset: usize, path: &str, words: Said) {
        self.found.push(Found { offset, path: path.to_owned(), words, missing: false });
    }
}

fn u32_of(number: &DeInteger<'_>) -> Option<u32> {
    u32::from_str_radix(number.as_str().trim_start_matches('+'), number.radix()).ok()
}

fn sort(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "文字列",
        DeValue::Integer(_) => "整数",
        DeValue::Float(_) => "小数",
        DeValue::Boolean(_) => "真偽値（true / false）",
        DeValue::Datetime(_) => "引用符のない日時",
        DeValue::Array(_) => "配列 [ … ]",
        DeValue::Table(_) => "表 { … }",
    }
}
