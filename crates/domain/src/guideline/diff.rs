//! What one version of a guideline changes against another, in sentences for those who decide on it.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::leaf::{leaves, without};
use super::loaded::Loaded;
use super::problem::short;
use super::{Carried, ClauseId, Guideline, Leaf, Run};

/// One change between two versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The leaf, or `clause:…` for the words of a clause.
    pub id: String,
    /// What became of it.
    pub sort: ChangeSort,
    /// The clauses concerned.
    pub clauses: Vec<ClauseId>,
    /// The change in a sentence.
    pub sentence: String,
}

/// What became of a leaf.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeSort {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It says something else.
    Changed,
}

/// Every change from one version to the next: what went, what changed, what came.
pub fn diff(old: &Loaded, new: &Loaded) -> Vec<Change> {
    let (before, after) = (parts(old), parts(new));
    let known: BTreeMap<&str, &Leaf> = before.iter().map(|l| (l.id.as_str(), l)).collect();
    let now: BTreeMap<&str, &Leaf> = after.iter().map(|l| (l.id.as_str(), l)).collect();
    let mut changes = Vec::new();
    for leaf in before.iter().filter(|l| !now.contains_key(l.id.as_str())) {
        changes.push(change(leaf, ChangeSort::Removed, "がなくなりました。"));
    }
    for leaf in &after {
        match known.get(leaf.id.as_str()) {
            None => changes.push(change(leaf, ChangeSort::Added, "が加わりました。")),
            Some(old) => {
                let fields = fields(&old.content, &leaf.content);
                if !fields.is_empty() {
                    let what = format!("が変わりました（{}）。", fields.join("、"));
                    changes.push(change(leaf, ChangeSort::Changed, &what));
                }
            }
        }
    }
    changes
}

/// All leaves, with what is not a rule but still read by people, and the words of the clauses.
fn parts(loaded: &Loaded) -> Vec<Leaf> {
    let g = &loaded.guideline;
    let mut all = frame(g);
    all.extend(leaves(g));
    for clause in loaded.clauses.iter().flat_map(|c| &c.clauses) {
        // Only what the text says counts; which leaf carries it is the business of the coverage.
        let children = ["before", "after", "by", "carried", "artefact", "note"];
        all.push(Leaf {
            id: format!("clause:{}", clause.id),
            clauses: vec![clause.id.clone()],
            weight: clause.carried,
            run: Run::Today,
            path: String::new(),
            content: without(clause, &children),
        });
    }
    all
}

fn frame(g: &Guideline) -> Vec<Leaf> {
    let part = |id: String, content: Value| Leaf {
        id,
        clauses: Vec::new(),
        weight: Carried::Shown,
        run: Run::Today,
        path: String::new(),
        content,
    };
    let not_yet = (!g.not_yet.is_empty()).then(|| part("not_yet".to_owned(), without(&g.not_yet, &[])));
    let mut all = vec![
        part("guideline".to_owned(), without(&g.guideline, &[])),
        part("municipality".to_owned(), without(&g.municipality, &[])),
        part("words".to_owned(), without(&g.words, &[])),
    ];
    all.extend(not_yet);
    for (height, rank) in g.ranks.iter().enumerate() {
        let mut content = without(rank, &[]);
        if let Some(map) = content.as_object_mut() {
            map.insert("height".to_owned(), Value::from(height + 1));
        }
        all.push(part(format!("rank:{}", rank.id), content));
    }
    all.extend(g.offices.iter().map(|o| part(format!("office:{}", o.key), without(o, &[]))));
    all.extend(g.settings.iter().map(|s| {
        let content = without(s, &[]);
        let id = content.get("id").and_then(Value::as_str).unwrap_or_default();
        part(format!("setting:{id}"), content.clone())
    }));
    all
}

fn change(leaf: &Leaf, sort: ChangeSort, what: &str) -> Change {
    let (kind, rest) = leaf.id.split_once(':').unwrap_or((&leaf.id, ""));
    let label =
        ["label", "title", "name"].iter().find_map(|k| leaf.content.get(*k).and_then(Value::as_str)).unwrap_or(rest);
    let label = if label.is_empty() { String::new() } else { format!("「{label}」") };
    let clauses: Vec<&str> = leaf.clauses.iter().map(|c| c.0.as_str()).collect();
    let basis = if kind == "clause" {
        String::new()
    } else if clauses.is_empty() {
        match leaf.content.get("practice") {
            Some(_) => "（市の運用）".to_owned(),
            None => String::new(),
        }
    } else {
        format!("（{}）", clauses.join("、"))
    };
    Change {
        id: leaf.id.clone(),
        sort,
        clauses: leaf.clauses.clone(),
        sentence: format!("{}{label}{basis}{what}", noun(kind)),
    }
}

fn noun(kind: &str) -> &str {
    match kind {
        "guideline" => "文書",
        "municipality" => "自治体",
        "words" => "用語",
        "rank" => "職位",
        "office" => "組織・職",
        "setting" => "団体の設定",
        "networks" => "対象のネットワーク",
        "network" => "ネットワーク",
        "role" => "役割",
        "floor" => "職位の下限",
        "item" => "方針の項目",
        "stance" => "返信の方針",
        "contact" => "問合せ先の求め",
        "attachment" => "添付の文",
        "prohibition" => "禁止事項",
        "principles" => "基本原則",
        "numbering" => "番号の付け方",
        "further_account" => "二つ目以降のアカウントの求め",
        "shared_account" => "共有アカウントの求め",
        "listing" => "公式の一覧",
        "procedure" => "手続",
        "step" => "手順",
        "edge" => "順序",
        "second" => "別人の求め",
        "within" => "期限",
        "duty" => "務め",
        "every" => "務めの間隔",
        "form" => "様式",
        "row" => "様式の行",
        "residual" => "定めのない事項の決定者",
        "clause" => "条文",
        other => other,
    }
}

/// The fields that differ, each with its old and new value.
fn fields(old: &Value, new: &Value) -> Vec<String> {
    let (Some(old), Some(new)) = (old.as_object(), new.as_object()) else {
        return if old == new { Vec::new() } else { vec![format!("{} → {}", shown(Some(old)), shown(Some(new)))] };
    };
    let added = new.keys().filter(|k| !old.contains_key(*k));
    old.keys()
        .chain(added)
        .filter(|k| old.get(*k) != new.get(*k))
        .map(|k| format!("{k}: {} → {}", shown(old.get(k)), shown(new.get(k))))
        .collect()
}

fn shown(value: Option<&Value>) -> String {
    match value {
        None => "なし".to_owned(),
        Some(Value::String(text)) => format!("「{}」", short(text)),
        Some(other) => short(&other.to_string()),
    }
}
