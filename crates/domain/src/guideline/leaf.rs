//! The leaves of a guideline: each rule by an id, with its clauses and how firmly the program carries it.

use serde::Serialize;
use serde_json::Value;

use super::{
    Basis, Binds, Block, Carried, ClauseId, Guideline, Holder, Needed, PolicyItem, Procedure, Purpose, Step, StepKind,
};

/// One rule of a guideline, as small as a clause can speak of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Leaf {
    /// Its id, such as `step:opening/file`.
    pub id: String,
    /// The clauses that it comes from; none for 市の運用.
    pub clauses: Vec<ClauseId>,
    /// How firmly the program carries it, once it runs.
    pub weight: Carried,
    /// Whether the program runs it today.
    pub run: Run,
    /// Its place in the file, such as `procedure[0].step[1]`.
    pub path: String,
    /// What it says, without the leaves below it.
    pub content: Value,
}

/// Whether the program runs a rule today, or a version to come does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Run {
    /// It does.
    Today,
    /// Nothing runs it yet; until then the city does it in its own way.
    Later,
}

/// Every leaf of a guideline, in the order of the format.
pub fn leaves(g: &Guideline) -> Vec<Leaf> {
    let mut all = Vec::new();
    let mut add = |id: String, basis: &Basis, weight, path: String, content: Value| {
        let run = run_of(g, &id);
        all.push(Leaf { id, clauses: basis.clause().cloned().into_iter().collect(), weight, run, path, content });
    };
    things(g, &mut add);
    acts(g, &mut add);
    lists(g, &mut all);
    all
}

/// Whether the program runs the rule of this id: one rule for coverage, pages and commands.
pub(crate) fn run_of(g: &Guideline, id: &str) -> Run {
    let (sort, rest) = id.split_once(':').unwrap_or((id, ""));
    let first = rest.split('/').next().unwrap_or(rest);
    let mut steps = g.procedures.iter().filter(|p| p.purpose.is_carried_out()).flat_map(|p| &p.steps);
    let runs = match sort {
        // Nothing asks for what comes back or is triggered, and nothing reads the figures for it.
        "duty" | "every" | "setting" => false,
        "procedure" | "step" | "edge" | "second" | "within" => {
            g.procedure(first).is_some_and(|p| p.purpose.is_carried_out())
        }
        "prohibition" => first != "city" || steps.any(|step| step.kind == StepKind::ApprovePost),
        "role" | "floor" => {
            let residual = g.residual.as_ref().is_some_and(|residual| residual.role == first);
            let designated = g.role(first).is_some_and(|role| matches!(role.holder, Holder::Designated(_)));
            let counts =
                |step: &Step| step.by.iter().any(|id| id == first) || (designated && step.kind == StepKind::Designate);
            residual || steps.any(counts)
        }
        "form" | "row" => {
            let named = |step: &Step| step.form.as_deref() == Some(first);
            // A form that no step names is printed for every case.
            steps.any(named) || !g.procedures.iter().flat_map(|p| &p.steps).any(named)
        }
        _ => true,
    };
    if runs { Run::Today } else { Run::Later }
}

/// What a leaf is added with: id, basis, weight, path, content.
type Add<'a> = dyn FnMut(String, &Basis, Carried, String, Value) + 'a;

/// What there is: networks, roles, the policy, the list.
fn things(g: &Guideline, add: &mut Add<'_>) {
    let n = &g.networks;
    add("networks".into(), &n.basis, Carried::Enforced, "networks".into(), without(n, &["named"]));
    for (i, named) in n.named.iter().enumerate() {
        let path = format!("networks.named[{i}]");
        add(format!("network:{}", named.network), &named.basis, Carried::Enforced, path, without(named, &[]));
    }
    for (i, role) in g.roles.iter().enumerate() {
        let path = format!("role[{i}]");
        add(format!("role:{}", role.id), &role.basis, Carried::Enforced, path.clone(), without(role, &["floor"]));
        if let Some(floor) = &role.floor {
            add(
                format!("floor:{}", role.id),
                &floor.basis,
                Carried::Enforced,
                format!("{path}.floor"),
                without(floor, &[]),
            );
        }
    }
    for (i, item) in g.policy_items.iter().enumerate() {
        policy_item(item, &format!("policy_item[{i}]"), add);
    }
    for (i, attachment) in g.attachments.iter().enumerate() {
        let path = format!("attachment[{i}]");
        add(
            format!("attachment:{}", attachment.id),
            &attachment.basis,
            Carried::Recorded,
            path,
            without(attachment, &[]),
        );
    }
    for (i, prohibition) in g.prohibitions.iter().enumerate() {
        let (whom, weight) = match prohibition.binds {
            Binds::City => ("city", Carried::Enforced),
            Binds::Users => ("users", Carried::Recorded),
        };
        add(
            format!("prohibition:{whom}"),
            &prohibition.basis,
            weight,
            format!("prohibition[{i}]"),
            without(prohibition, &[]),
        );
    }
    if let Some(numbering) = &g.numbering {
        add("numbering".into(), &numbering.basis, Carried::Enforced, "numbering".into(), without(numbering, &[]));
    }
    for (id, demand) in [("further_account", &g.further_account), ("shared_account", &g.shared_account)] {
        if let Some(demand) = demand {
            add(id.into(), &demand.basis, Carried::Enforced, id.into(), without(demand, &[]));
        }
    }
    add("listing".into(), &g.listing.basis, Carried::Enforced, "listing".into(), without(&g.listing, &[]));
}

fn policy_item(item: &PolicyItem, path: &str, add: &mut Add<'_>) {
    let weight = match item.needed {
        Needed::Always | Needed::AfterAcquisition => Carried::Enforced,
        Needed::Optional => Carried::Recorded,
    };
    add(format!("item:{}", item.id), &item.basis, weight, path.to_owned(), without(item, &["stance"]));
    for (i, stance) in item.stances.iter().enumerate() {
        let path = format!("{path}.stance[{i}]");
        let id = format!("{}/{}", item.id, stance.id);
        add(format!("stance:{id}"), &stance.basis, Carried::Enforced, path.clone(), without(stance, &["contact"]));
        if let Some(contact) = &stance.contact {
            add(format!("contact:{id}"), contact, Carried::Enforced, format!("{path}.contact"), without(contact, &[]));
        }
    }
}

/// What is done: procedures, duties, forms.
fn acts(g: &Guideline, add: &mut Add<'_>) {
    for (i, p) in g.procedures.iter().enumerate() {
        procedure(p, &format!("procedure[{i}]"), add);
    }
    for (i, duty) in g.duties.iter().enumerate() {
        let path = format!("duty[{i}]");
        add(format!("duty:{}", duty.id), &duty.basis, Carried::Tasked, path.clone(), without(duty, &["every"]));
        if let Some(every) = &duty.every {
            add(
                format!("every:{}", duty.id),
                &every.basis,
                Carried::Tasked,
                format!("{path}.every"),
                without(every, &[]),
            );
        }
    }
    for (i, form) in g.forms.iter().enumerate() {
        let path = format!("form[{i}]");
        add(format!("form:{}", form.id), &form.basis, Carried::Recorded, path.clone(), without_rows(form));
        for (j, block) in form.blocks.iter().enumerate() {
            let Block::Table { rows } = block else {
                continue;
            };
            for (k, row) in rows.iter().enumerate() {
                let path = format!("{path}.block[{j}].rows[{k}]");
                add(format!("row:{}/{}", form.id, row.label), &row.basis, Carried::Recorded, path, without(row, &[]));
            }
        }
    }
    if let Some(residual) = &g.residual {
        add("residual".into(), &residual.basis, Carried::Shown, "residual".into(), without(residual, &[]));
    }
}

fn procedure(p: &Procedure, path: &str, add: &mut Add<'_>) {
    // A procedure itself is put before people (a playbook to open); what it insists on is said by its steps.
    add(format!("procedure:{}", p.id), &p.basis, Carried::Tasked, path.to_owned(), without(p, &["step"]));
    for (i, step) in p.steps.iter().enumerate() {
        let path = format!("{path}.step[{i}]");
        let id = format!("{}/{}", p.id, step.id);
        add(
            format!("step:{id}"),
            &step.basis,
            step_weight(p.purpose, step),
            path.clone(),
            without(step, &["after", "second_person", "within"]),
        );
        for (j, after) in step.after.iter().enumerate() {
            let path = format!("{path}.after[{j}]");
            add(format!("edge:{id}<{}", after.step), &after.basis, Carried::Enforced, path, without(after, &[]));
        }
        if let Some(second) = &step.second_person {
            add(
                format!("second:{id}"),
                &second.basis,
                Carried::Enforced,
                format!("{path}.second_person"),
                without(second, &[]),
            );
        }
        if let Some(within) = &step.within {
            add(format!("within:{id}"), &within.basis, Carried::Tasked, format!("{path}.within"), without(within, &[]));
        }
    }
}

/// A step that the program insists on is enforced; one that it only puts before somebody is a task.
fn step_weight(purpose: Purpose, step: &Step) -> Carried {
    let insisted = step.strength.is_needed();
    let gates = match purpose {
        Purpose::Opening | Purpose::Change | Purpose::Suspension | Purpose::Resumption | Purpose::Closing => true,
        Purpose::Transfer | Purpose::Post | Purpose::Incident(_) | Purpose::Survey | Purpose::Ruling => false,
    };
    if step.kind == StepKind::ApprovePost || (insisted && gates) { Carried::Enforced } else { Carried::Tasked }
}

/// Lists of clauses carry each clause in them through the one leaf.
fn lists(g: &Guideline, all: &mut Vec<Leaf>) {
    let mut also = |id: String, clauses: &[ClauseId]| {
        if let Some(leaf) = all.iter_mut().find(|l| l.id == id) {
            for clause in clauses {
                if !leaf.clauses.contains(clause) {
                    leaf.clauses.push(clause.clone());
                }
            }
        }
    };
    for a in &g.attachments {
        also(format!("attachment:{}", a.id), &a.clauses);
    }
    for p in &g.prohibitions {
        let whom = match p.binds {
            Binds::City => "city",
            Binds::Users => "users",
        };
        also(format!("prohibition:{whom}"), &p.items);
    }
    if !g.principles.is_empty() {
        all.push(Leaf {
            id: "principles".to_owned(),
            clauses: g.principles.clone(),
            weight: Carried::Shown,
            run: Run::Today,
            path: "principles".to_owned(),
            content: without(&g.principles, &[]),
        });
    }
}

/// A leaf's own words: the element as data, without what is a leaf of its own.
pub(super) fn without(element: &impl Serialize, children: &[&str]) -> Value {
    let mut value = serde_json::to_value(element).unwrap_or_default();
    if let Some(map) = value.as_object_mut() {
        map.retain(|key, value| !children.contains(&key.as_str()) && !value.is_null());
    }
    value
}

/// A form's rows are leaves of their own; its other blocks belong to it.
fn without_rows(form: &super::Form) -> Value {
    let mut value = without(form, &[]);
    for block in value.get_mut("block").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(block) = block.as_object_mut() {
            block.remove("rows");
        }
    }
    value
}
