//! Which leaf carries which clause: the proof that nothing in the text was left out, and nothing invented.

use std::collections::BTreeMap;

use serde::Serialize;

use super::leaf::{Leaf, Run, leaves};
use super::loaded::Loaded;
use super::problem::{Problem, Said, perhaps, said, short};
use super::{Carried, Clause, ClauseId, Strength};

/// What carries each clause of a guideline, and where that does not hold.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CoverageReport {
    /// One row a clause, in the order of the text.
    pub rows: Vec<CoverageRow>,
    /// Everything that does not hold; empty when the guideline is covered.
    pub problems: Vec<Problem>,
}

/// One clause and what carries it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CoverageRow {
    /// The clause.
    pub clause: ClauseId,
    /// How strongly it speaks.
    pub strength: Strength,
    /// How the clause file says that it is carried.
    pub carried: Carried,
    /// Whether the program carries it so today.
    pub run: Run,
    /// The leaves named, each with its weight; `None` for a leaf that does not exist.
    pub by: Vec<(String, Option<Carried>)>,
    /// Those of them that nothing runs yet.
    pub later: Vec<String>,
    /// Why a しなければならない is only shown.
    pub shown_because: Option<String>,
}

/// Compares the clauses with the leaves and with the official text.
pub fn coverage(loaded: &Loaded, source: Option<&[u8]>) -> CoverageReport {
    let leaves = leaves(&loaded.guideline);
    let Some(clauses) = &loaded.clauses else {
        let words = said("条文のファイル（clauses.toml）がありません。")
            .expected("原文を条に分けたファイルが、ガイドラインと同じ場所にあります。")
            .next("見本の clauses.toml をまねて、原文の条を写してください。");
        return CoverageReport { rows: Vec::new(), problems: vec![loaded.places.problem("", words)] };
    };
    let weights: BTreeMap<&str, Carried> = leaves.iter().map(|l| (l.id.as_str(), l.weight)).collect();
    let mut report = Covering { loaded, weights, leaves: &leaves, problems: Vec::new() };
    match source {
        Some(source) => report.words(&clauses.clauses, source),
        None if loaded.guideline.guideline.source.is_some() => {
            let words = said("原文のファイルが渡されていないので、条文と比べられません。")
                .expected("[guideline] の source に書いたファイルが要ります。")
                .next("原文のファイルを同じ場所に置いてください。");
            let problem = loaded.places.problem("guideline.source", words);
            report.problems.push(problem);
        }
        None => {}
    }
    let rows =
        clauses.clauses.iter().enumerate().map(|(i, clause)| report.clause(clause, &format!("clause[{i}]"))).collect();
    for leaf in &leaves {
        report.named_by_its_clauses(leaf, &clauses.clauses);
    }
    report.not_yet(&clauses.clauses);
    let mut problems = report.problems;
    problems.sort();
    CoverageReport { rows, problems }
}

struct Covering<'a> {
    loaded: &'a Loaded,
    weights: BTreeMap<&'a str, Carried>,
    leaves: &'a [Leaf],
    problems: Vec<Problem>,
}

impl Covering<'_> {
    fn at_clause(&mut self, path: &str, words: Said) {
        if let Some(places) = &self.loaded.clause_places {
            self.problems.push(places.problem(path, words));
        }
    }

    /// The clauses, joined, are the official text byte for byte.
    fn words(&mut self, clauses: &[Clause], source: &[u8]) {
        let mut offset = 0;
        for (i, clause) in clauses.iter().enumerate() {
            for (field, part) in [("before", &clause.before), ("words", &clause.words), ("after", &clause.after)] {
                let theirs = source.get(offset..).unwrap_or_default();
                let same = part.bytes().zip(theirs).take_while(|(a, b)| a == *b).count();
                if same < part.len() {
                    let words = differs(source, offset + same)
                        .next(format!("条「{}」の {field} を原文のとおりに直してください。", clause.id));
                    self.at_clause(&format!("clause[{i}].{field}"), words);
                    return;
                }
                offset += part.len();
            }
        }
        if offset < source.len() {
            let words = differs(source, offset).next("原文の残りを、最後の条の後に写してください。");
            let last = clauses.len().saturating_sub(1);
            self.at_clause(&format!("clause[{last}]"), words);
        }
    }

    fn clause(&mut self, clause: &Clause, path: &str) -> CoverageRow {
        let by: Vec<(String, Option<Carried>)> =
            clause.by.iter().map(|id| (id.clone(), self.weights.get(id.as_str()).copied())).collect();
        for (j, (id, weight)) in by.iter().enumerate() {
            if weight.is_none() {
                let next = perhaps(
                    id,
                    self.weights.keys().copied(),
                    "ガイドラインから消えた規則なら、条文がどう担われるかを決め直してください。",
                );
                let words = said(format!("条「{}」を担うはずの規則「{}」がありません。", clause.id, short(id)))
                    .expected("ガイドラインにある規則の id です。")
                    .next(next);
                self.at_clause(&format!("{path}.by[{j}]"), words);
            }
        }
        let strongest = by.iter().filter_map(|(_, w)| *w).max_by_key(|w| firmness(*w));
        let enough = strongest.is_some_and(|w| firmness(w) >= firmness(clause.carried));
        if clause.carried != Carried::Shown && !enough {
            let held = strongest.map_or("担う規則がありません", |w| match w {
                Carried::Enforced => "強制があります",
                Carried::Tasked => "一番強いものは「やること」です",
                Carried::Recorded => "一番強いものは「記録」です",
                Carried::Shown => "一番強いものは「表示」です",
            });
            let words =
                said(format!("条「{}」は「{}」とありますが、{held}。", clause.id, carried_label(clause.carried)))
                    .expected("書かれた担い方より弱くない規則が、by に一つ以上あります。")
                    .next("規則を加えるか、carried を実際の担い方に直してください。");
            self.at_clause(&format!("{path}.carried"), words);
        }
        if clause.strength == Strength::Must && clause.carried == Carried::Shown && clause.shown_because.is_none() {
            let words = said(format!("しなければならない条「{}」が表示だけになっています。", clause.id))
                .expected("shown_because に、表示だけでよい理由を書きます。")
                .next("規則を加えて carried を直すか、shown_because を書いてください。");
            self.at_clause(&format!("{path}.carried"), words);
        }
        let run = runs(clause, self.leaves);
        if clause.strength == Strength::Must && run == Run::Later && !self.loaded.guideline.not_yet.contains(&clause.id)
        {
            let words = said(format!("しなければならない条「{}」を、しるべはまだ行いません。", clause.id))
                .expected("まだ行われないと分かっている条は、guideline.toml の not_yet に挙げます。")
                .next(format!(
                    "not_yet に \"{}\" を加え、行われるようになるまで、今のやり方で行ってください。",
                    clause.id
                ));
            self.at_clause(&format!("{path}.carried"), words);
        }
        for (j, artefact) in clause.artefacts.iter().enumerate() {
            if artefact.at.is_empty() || !clause.words.contains(&artefact.at) {
                let words = said(format!("条「{}」の言葉に「{}」がありません。", clause.id, short(&artefact.at)))
                    .expected("artefact の at は、words の中にある文字の並びです。")
                    .next("改行や空白も原文のとおりに書いてください。");
                self.at_clause(&format!("{path}.artefact[{j}].at"), words);
            }
        }
        CoverageRow {
            clause: clause.id.clone(),
            strength: clause.strength,
            carried: clause.carried,
            run,
            by,
            later: later(clause, self.leaves),
            shown_because: clause.shown_because.clone(),
        }
    }

    /// What is said to be not carried out yet is so: else nobody would take it off the list.
    fn not_yet(&mut self, clauses: &[Clause]) {
        for (i, id) in self.loaded.guideline.not_yet.iter().enumerate() {
            let named = clauses.iter().find(|clause| clause.id == *id);
            if named.is_some_and(|clause| runs(clause, self.leaves) == Run::Today) {
                let words = said(format!("条「{id}」は、まだ行われないものとして挙げられていますが、行われています。"))
                    .expected("not_yet に挙げるのは、しるべがまだ行わない条だけです。")
                    .next(format!("not_yet から \"{id}\" を消してください。"));
                self.problems.push(self.loaded.places.problem(&format!("not_yet[{i}]"), words));
            }
        }
    }

    /// Double entry: a leaf that names a clause is named by it, so that neither can go without the other.
    fn named_by_its_clauses(&mut self, leaf: &Leaf, clauses: &[Clause]) {
        for id in &leaf.clauses {
            let Some((i, clause)) = clauses.iter().enumerate().find(|(_, c)| c.id == *id) else {
                continue;
            };
            if !clause.by.contains(&leaf.id) {
                let words = said(format!("規則「{}」は条「{id}」によるとありますが、条の by にありません。", leaf.id))
                    .expected("規則の根拠と、条の by は、互いを名指しします。")
                    .next(format!("条「{id}」の by に \"{}\" を加えるか、規則の根拠を直してください。", leaf.id));
                self.at_clause(&format!("clause[{i}].by"), words);
            }
        }
    }
}

/// Whether the program carries a clause today as the clause file says.
///
/// What a clause's leaves would do once they run counts for the claim; what they do today counts here.
pub fn runs(clause: &Clause, leaves: &[Leaf]) -> Run {
    let today = leaves.iter().filter(|leaf| leaf.run == Run::Today && clause.by.contains(&leaf.id));
    let enough = today.map(|leaf| firmness(leaf.weight)).max() >= Some(firmness(clause.carried));
    if clause.carried == Carried::Shown || enough { Run::Today } else { Run::Later }
}

/// The leaves of a clause that nothing runs yet.
fn later(clause: &Clause, leaves: &[Leaf]) -> Vec<String> {
    let later = leaves.iter().filter(|leaf| leaf.run == Run::Later && clause.by.contains(&leaf.id));
    later.map(|leaf| leaf.id.clone()).collect()
}

fn differs(source: &[u8], at: usize) -> Said {
    let before = source.get(..at).unwrap_or(source);
    let line = before.split(|b| *b == b'\n').count();
    let what = if at >= source.len() {
        format!("原文は {at} バイト（{line} 行目）で終わりますが、条文は続きます。")
    } else {
        format!("条文が原文の {line} 行目（先頭から {at} バイト）で食い違います。")
    };
    said(what).expected("before・words・after をつなぐと、原文とバイト単位で一致します。")
}

/// How firm a way of carrying is; larger is firmer.
fn firmness(carried: Carried) -> u8 {
    match carried {
        Carried::Enforced => 3,
        Carried::Tasked => 2,
        Carried::Recorded => 1,
        Carried::Shown => 0,
    }
}

fn carried_label(carried: Carried) -> &'static str {
    match carried {
        Carried::Enforced => "強制",
        Carried::Tasked => "やること",
        Carried::Recorded => "記録",
        Carried::Shown => "表示",
    }
}

fn strength_label(strength: Strength) -> &'static str {
    match strength {
        Strength::Must => "しなければならない",
        Strength::InPrinciple => "原則",
        Strength::Effort => "努める",
        Strength::AsNeeded => "必要に応じ",
        Strength::May => "できる",
        Strength::None => "定めなし",
    }
}

/// What is said of what nothing runs yet.
const LATER: &str = "まだ行いません";

impl CoverageReport {
    /// The clauses that the program carries in this way today.
    pub fn of(&self, carried: Carried) -> impl Iterator<Item = &CoverageRow> {
        self.rows.iter().filter(move |row| row.carried == carried && row.run == Run::Today)
    }

    /// The clauses that it does not carry out yet.
    pub fn later(&self) -> impl Iterator<Item = &CoverageRow> {
        self.rows.iter().filter(|row| row.run == Run::Later)
    }
}

impl CoverageRow {
    fn weight(&self, leaf: &str, weight: Option<Carried>) -> &'static str {
        if self.later.iter().any(|later| later == leaf) { LATER } else { weight.map_or("なし", carried_label) }
    }
}

impl std::fmt::Display for CoverageReport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "条\t強さ\t担い方\t担う規則")?;
        for row in &self.rows {
            let by: Vec<String> =
                row.by.iter().map(|(id, weight)| format!("{id}（{}）", row.weight(id, *weight))).collect();
            let by = match (&row.shown_because, by.is_empty()) {
                (Some(why), true) => format!("表示だけとする理由: {why}"),
                (None, true) => "－".to_owned(),
                (_, false) => by.join("、"),
            };
            let carried = if row.run == Run::Later { LATER } else { carried_label(row.carried) };
            writeln!(f, "{}\t{}\t{carried}\t{by}", row.clause, strength_label(row.strength))?;
        }
        let count = |carried| self.of(carried).count();
        writeln!(
            f,
            "合計 {} 条（強制 {}、やること {}、記録 {}、表示 {}、{LATER} {}）、問題 {} 件",
            self.rows.len(),
            count(Carried::Enforced),
            count(Carried::Tasked),
            count(Carried::Recorded),
            count(Carried::Shown),
            self.later().count(),
            self.problems.len()
        )?;
        self.problems.iter().try_for_each(|p| writeln!(f, "{p}"))
    }
}
