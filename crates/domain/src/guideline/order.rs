//! Whether a procedure's order can be walked: its edges, conditions, returns and deadlines.

use std::collections::{BTreeMap, BTreeSet};

use super::problem::said;
use super::report::{Report, repeated, written};
use super::{Procedure, Purpose, Step, StepKind, When};
use crate::step_kind::Returning;

/// More steps than any procedure that people can follow; the order of each is compared with that of every other.
const MAX_STEPS: usize = 100;

/// Checks one procedure at its path.
pub(super) fn check(report: &mut Report<'_>, procedure: &Procedure, path: &str) {
    if procedure.steps.is_empty() {
        let words = said("手順が一つもありません。")
            .expected("[[procedure.step]] を一つ以上書きます。")
            .next("手順を加えるか、この手続を消してください。");
        report.at(&format!("{path}.step"), words);
        return;
    }
    if procedure.steps.len() > MAX_STEPS {
        let words = said(format!("手順が {} もあります。", procedure.steps.len()))
            .expected(format!("一つの手続の手順は {MAX_STEPS} までです。"))
            .next("手続を分けてください。");
        report.at(&format!("{path}.step"), words);
        return;
    }
    let before = Before::of(procedure);
    for (i, step) in procedure.steps.iter().enumerate() {
        let path = format!("{path}.step[{i}]");
        report.by(&step.by, &format!("{path}.by"));
        names(report, procedure, step, &path);
        conditions(report, step, &path);
        returns(report, step, &before, &path);
        deadline(report, step, &before, &path);
    }
    let turning = circle(report, procedure, &before, path);
    if !turning {
        listing(report, procedure, path);
    }
}

/// Every step that a step names is a step of the same procedure.
fn names(report: &mut Report<'_>, procedure: &Procedure, step: &Step, path: &str) {
    let known: Vec<&str> = procedure.steps.iter().map(|s| s.id.as_str()).collect();
    let mut named: Vec<(String, &String)> = Vec::new();
    for (j, after) in step.after.iter().enumerate() {
        named.push((format!("{path}.after[{j}].step"), &after.step));
    }
    if let Some(to) = &step.returns_to {
        named.push((format!("{path}.returns_to"), to));
    }
    if let Some(within) = &step.within {
        named.push((format!("{path}.within.from"), &within.from));
    }
    if let Some(second) = &step.second_person {
        if second.than.is_empty() {
            let words = said("だれと別の人か（than）が空です。")
                .expected("手順の id を一つ以上書きます。")
                .next("than = [\"draft\"] のように書いてください。");
            report.at(&format!("{path}.second_person.than"), words);
        }
        for (j, than) in second.than.iter().enumerate() {
            named.push((format!("{path}.second_person.than[{j}]"), than));
        }
        for (again, than) in repeated(second.than.iter().map(String::as_str)) {
            report.twice(&format!("{path}.second_person.than[{again}]"), "手順", than);
        }
    }
    for (path, name) in named {
        if !known.contains(&name.as_str()) {
            report.unknown(&path, "手順", name, &known);
        } else if *name == step.id {
            let words = said(format!("手順「{name}」が自分自身を指しています。"))
                .expected("別の手順の id です。")
                .next("どの手順のことかを確かめてください。");
            report.at(&path, words);
        }
    }
    for (second, name) in repeated(step.after.iter().map(|a| a.step.as_str())) {
        report.twice(&format!("{path}.after[{second}].step"), "前の手順", name);
    }
    if let Some(form) = &step.form
        && !report.guideline().forms.iter().any(|f| f.id == *form)
    {
        let forms: Vec<String> = report.guideline().forms.iter().map(|f| f.id.clone()).collect();
        let known: Vec<&str> = forms.iter().map(String::as_str).collect();
        report.unknown(&format!("{path}.form"), "様式", form, &known);
    }
}

fn conditions(report: &mut Report<'_>, step: &Step, path: &str) {
    if step.when.contains(&When::Emergency) && step.when.contains(&When::NotEmergency) {
        let words = said("emergency（緊急）と not_emergency（緊急でない）が同時に書かれています。")
            .expected("when の条件は全て満たすときだけ手順になるので、この手順は決して現れません。")
            .next("どちらか一方にしてください。");
        report.at(&format!("{path}.when"), words);
    }
    for (second, when) in repeated(step.when.iter().map(written)) {
        report.twice(&format!("{path}.when[{second}]"), "条件", &when);
    }
}

fn returns(report: &mut Report<'_>, step: &Step, before: &Before<'_>, path: &str) {
    let Some(to) = &step.returns_to else { return };
    let path = format!("{path}.returns_to");
    if step.kind.returning() == Returning::Cannot {
        let words = said("この種類の手順は差し戻せません。")
            .expected(
                "差し戻せるのは decide（決裁）、consult（合議）、receive（受理）、approve_post（投稿の決裁）です。",
            )
            .next("returns_to を消すか、kind を確かめてください。");
        report.at(&path, words);
    } else if before.has(to) && *to != step.id && !before.comes_before(to, &step.id) {
        let words = said(format!("差戻し先「{to}」は、この手順より前の手順ではありません。"))
            .expected("after をたどって前にある手順です。")
            .next("差戻し先を直すか、after に順序を加えてください。");
        report.at(&path, words);
    }
}

fn deadline(report: &mut Report<'_>, step: &Step, before: &Before<'_>, path: &str) {
    let Some(within) = &step.within else { return };
    if before.comes_before(&step.id, &within.from) {
        let words = said(format!("期限の起点「{}」は、この手順より後の手順です。", within.from))
            .expected("この手順より前に済む手順です。")
            .next("from を直してください。");
        report.at(&format!("{path}.within.from"), words);
    }
}

/// Reports the edges that close a circle; whether there is one.
fn circle(report: &mut Report<'_>, procedure: &Procedure, before: &Before<'_>, path: &str) -> bool {
    let mut any = false;
    for (i, step) in procedure.steps.iter().enumerate() {
        for (j, after) in step.after.iter().enumerate() {
            if after.step != step.id && before.comes_before(&step.id, &after.step) {
                any = true;
                let words = said(format!("「{}」と「{}」が互いに相手の後になっています。", step.id, after.step))
                    .expected("after をたどって自分に戻らない順序です。")
                    .next("輪になっている after のうち、ガイドラインにないものを消してください。");
                report.at(&format!("{path}.step[{i}].after[{j}].step"), words);
            }
        }
    }
    any
}

/// In every mixture of conditions, an account gets onto the list once, and only with a policy that was written and filed or decided.
fn listing(report: &mut Report<'_>, procedure: &Procedure, path: &str) {
    let opening = procedure.purpose == Purpose::Opening;
    let mut found: BTreeMap<String, &str> = BTreeMap::new();
    for world in worlds() {
        let present: Vec<(usize, &Step)> =
            procedure.steps.iter().enumerate().filter(|(_, s)| s.when.iter().all(|w| world.contains(w))).collect();
        let of_kind = |kind: StepKind| present.iter().filter(move |(_, s)| s.kind == kind);
        if opening {
            for (kind, none, many) in [
                (
                    StepKind::Draft,
                    "開設の手続に作成（draft）の手順がありません。",
                    "開設の手続に作成（draft）の手順が二つ以上あります。",
                ),
                (
                    StepKind::List,
                    "開設の手続に掲載（list）の手順がありません。",
                    "開設の手続に掲載（list）の手順が二つ以上あります。",
                ),
            ] {
                let all: Vec<usize> = of_kind(kind).map(|(i, _)| *i).collect();
                match all.as_slice() {
                    [] => {
                        found.insert(path.to_owned(), none);
                    }
                    [_] => {}
                    [.., last] => {
                        found.insert(format!("{path}.step[{last}].kind"), many);
                    }
                }
            }
        }
        for (i, list) in of_kind(StepKind::List) {
            let steps: Vec<&Step> = present.iter().map(|(_, s)| *s).collect();
            let kinds = kinds_before(&steps, &list.id);
            let path = format!("{path}.step[{i}]");
            if !kinds.contains(&StepKind::Draft) {
                found.insert(path.clone(), "掲載が、作成（draft）の後になっていません。");
            } else if !kinds.contains(&StepKind::File) && !kinds.contains(&StepKind::Decide) {
                found.insert(path, "掲載が、届出（file）または決裁（decide）の後になっていません。");
            }
        }
    }
    for (path, what) in found {
        let words = said(what)
            .expected(
                "どの条件（when）の組合せでも、作成 → 届出または決裁 → 掲載 の順に、作成と掲載が一つずつあります。",
            )
            .next("手順か after を加えてください。順序が条文にないときは practice と書きます。");
        report.at(&path, words);
    }
}

/// Every mixture of conditions that a case can have.
pub(super) fn worlds() -> impl Iterator<Item = Vec<When>> {
    (0u8..16).map(|bits| {
        let holds = |bit: u8| bits & (1 << bit) != 0;
        let free = [(0, When::Shared), (1, When::Further), (2, When::NoReplies)];
        let emergency = if holds(3) { When::Emergency } else { When::NotEmergency };
        free.into_iter().filter(|(bit, _)| holds(*bit)).map(|(_, w)| w).chain([emergency]).collect()
    })
}

/// The kinds of the steps that must be done before a step, by edges between steps that are there.
fn kinds_before(steps: &[&Step], id: &str) -> BTreeSet<StepKind> {
    let mut kinds = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut open = vec![id];
    while let Some(id) = open.pop() {
        for step in steps.iter().filter(|s| s.id == id) {
            for after in &step.after {
                if seen.insert(after.step.as_str()) {
                    kinds.extend(steps.iter().filter(|s| s.id == after.step).map(|s| s.kind));
                    open.push(&after.step);
                }
            }
        }
    }
    kinds
}

/// Which steps come before which, by all edges.
struct Before<'a> {
    earlier: BTreeMap<&'a str, BTreeSet<&'a str>>,
}

impl<'a> Before<'a> {
    fn of(procedure: &'a Procedure) -> Self {
        let mut edges: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for step in &procedure.steps {
            let into = edges.entry(&step.id).or_default();
            into.extend(step.after.iter().map(|a| a.step.as_str()));
        }
        let earlier = edges
            .keys()
            .map(|id| {
                let mut all = BTreeSet::new();
                let mut open = vec![*id];
                while let Some(step) = open.pop() {
                    for before in edges.get(step).into_iter().flatten() {
                        if all.insert(*before) {
                            open.push(before);
                        }
                    }
                }
                (*id, all)
            })
            .collect();
        Self { earlier }
    }

    fn has(&self, id: &str) -> bool {
        self.earlier.contains_key(id)
    }

    /// Whether `first` must be done before `then`.
    fn comes_before(&self, first: &str, then: &str) -> bool {
        self.earlier.get(then).is_some_and(|all| all.contains(first))
    }
}
