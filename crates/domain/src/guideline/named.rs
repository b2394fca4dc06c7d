//! Whether the clauses that a guideline names stand in its clause file, and its networks in the program's table.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::leaf::leaves;
use super::problem::{Said, perhaps, said, short};
use super::report::Report;
use super::{ClauseId, Guideline};
use crate::network::Networks;

/// Reports every network and every clause that is named and does not exist.
pub(super) fn check(report: &mut Report<'_>) {
    networks(report);
    clauses(report);
}

fn networks(report: &mut Report<'_>) {
    static KNOWN: LazyLock<Vec<String>> = LazyLock::new(|| {
        let ids = |all: Networks| all.iter().map(|n| n.id().as_str().to_owned()).collect();
        Networks::standard().map(ids).unwrap_or_default()
    });
    let known: Vec<&str> = KNOWN.iter().map(String::as_str).collect();
    for (i, named) in report.guideline().networks.named.iter().enumerate() {
        if !known.contains(&named.network.as_str()) {
            report.unknown(&format!("networks.named[{i}].network"), "ネットワーク", &named.network, &known);
        }
    }
}

/// Nothing is asked where there is no clause file.
fn clauses(report: &mut Report<'_>) {
    let loaded = report.loaded;
    let Some(clauses) = &loaded.clauses else {
        return;
    };
    let known: BTreeSet<&ClauseId> = clauses.clauses.iter().map(|c| &c.id).collect();
    let not_yet = &loaded.guideline.not_yet;
    for (i, clause) in not_yet.iter().enumerate().filter(|(_, clause)| !known.contains(clause)) {
        report.at(&format!("not_yet[{i}]"), no_such(clause, &known));
    }
    for leaf in leaves(&loaded.guideline) {
        for clause in leaf.clauses.iter().filter(|c| !known.contains(c)) {
            report.at(&place(&loaded.guideline, &leaf.path, clause), no_such(clause, &known));
        }
    }
}

fn no_such(clause: &ClauseId, known: &BTreeSet<&ClauseId>) -> Said {
    said(format!("条「{}」が条文のファイルにありません。", short(&clause.0)))
        .expected("clauses.toml にある条の id です。")
        .next(perhaps(
            &clause.0,
            known.iter().map(|c| c.0.as_str()),
            "条の番号を確かめてください（括弧・丸数字の全角半角も同じに書きます）。",
        ))
}

/// Where a leaf names a clause: in its list, or in its own field.
fn place(g: &Guideline, leaf: &str, clause: &ClauseId) -> String {
    let attachments =
        g.attachments.iter().enumerate().map(|(i, a)| (format!("attachment[{i}]"), ".clauses", &a.clauses));
    let prohibitions =
        g.prohibitions.iter().enumerate().map(|(i, p)| (format!("prohibition[{i}]"), ".items", &p.items));
    attachments
        .chain(prohibitions)
        .chain([("principles".to_owned(), "", &g.principles)])
        .filter(|(path, ..)| path == leaf)
        .find_map(|(path, list, clauses)| {
            let at = clauses.iter().position(|c| c == clause)?;
            Some(format!("{path}{list}[{at}]"))
        })
        .unwrap_or_else(|| format!("{leaf}.clause"))
}
