//! The tasks (やること): what waits for a person, what is late, what is due soon, and what goes on in the unit.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::account::Account;
use domain::calendar::{self, Closures};
use domain::case::Case;
use domain::guideline::{Guideline, Procedure, Step, Strength, Within};
use domain::id::{CaseId, PersonId};
use domain::office::Around;
use domain::practice::{PracticeLeaf, open_days};
use domain::register::Register;
pub use domain::task::SOON;
use domain::task::{self, Due, Task};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use store::{FoundTask, NEVER, Read, TaskCounts, TaskPlace, TaskQuery, TaskRow, Tasks, Whose};

use crate::city::City;
use crate::error::ActError;
use crate::slice::{ACCOUNT, CASE, PRACTICE, place, read};

/// Which of a person's tasks are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskFilter {
    /// 自分がすること.
    Mine,
    /// 期限を過ぎたもの, of these.
    Late,
    /// まもなく期限のもの, of these: due within [`SOON`] open days.
    DueSoon,
    /// 所属の案件: whatever is open in the cases of the person's units, whoever has to do it.
    Unit,
}

/// What is shown of a task, as it was when its case last changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskNote {
    /// The step's label.
    pub label: String,
    /// The procedure's label.
    pub procedure: String,
    /// How strongly the guideline says so.
    pub strength: Strength,
    /// The clause, or 市の運用.
    pub basis: String,
    /// Who may do it, by role.
    pub by: Vec<String>,
    /// Since when it has been open.
    pub open_since: Date,
    /// By when, where the guideline says so.
    pub due: Option<Due>,
}

/// How pressing a task is on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pressing {
    /// There is time, or no last day.
    Calm,
    /// Due within [`SOON`] open days.
    Soon,
    /// Its last day has passed.
    Late,
}

impl TaskNote {
    /// How pressing it is on a day, by the same measure as the counts.
    pub fn pressing(&self, today: Date) -> Pressing {
        match &self.due {
            Some(due) if due.day < today => Pressing::Late,
            Some(due) if due.day < first_day_not_soon(today) => Pressing::Soon,
            _ => Pressing::Calm,
        }
    }
}

/// A task as people look at it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TaskView {
    /// The step's id.
    pub step: String,
    /// What is shown of it.
    pub note: TaskNote,
    /// The case.
    pub case: Case,
    /// Its account.
    pub account: Option<Account>,
}

/// One page of a person's tasks.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskPage {
    /// The tasks, those due first first.
    pub rows: Vec<TaskView>,
    /// How many there are, by every way of looking at them.
    pub counts: TaskCounts,
    /// Where the next page begins; `None` on the last one.
    pub next: Option<TaskPlace>,
}

impl City {
    /// One page of a person's tasks today, with how many there are; the number of questions does not grow with either.
    pub async fn tasks_of(
        &self,
        person: &PersonId,
        filter: TaskFilter,
        after: Option<&TaskPlace>,
        limit: u32,
    ) -> Result<TaskPage, ActError> {
        let mut reading = self.ledgered.reading().await?;
        let today = self.today();
        let keys = self.keys_of(&mut reading, person, today).await?;
        let (now, soon) = (day(today), day(first_day_not_soon(today)));
        let (whose, due_from, due_before) = match filter {
            TaskFilter::Mine => (Whose::Doer, "", "~"),
            TaskFilter::Late => (Whose::Doer, "", now.as_str()),
            TaskFilter::DueSoon => (Whose::Doer, now.as_str(), soon.as_str()),
            TaskFilter::Unit => (Whose::Unit, "", "~"),
        };
        let counts = reading.count_tasks(&person.0, &keys, &now, &soon).await?;
        let query = TaskQuery { person: &person.0, keys: &keys, whose, due_from, due_before };
        let mut found = reading.tasks(&query, after, limit.saturating_add(1)).await?;
        let asked = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = found.len() > asked;
        found.truncate(asked);
        let next = found.last().filter(|_| more).map(|last| last.place.clone());
        Ok(TaskPage { rows: views(&mut reading, found).await?, counts, next })
    }

    /// How many tasks a person has today: for the heading of every page.
    pub async fn task_counts(&self, person: &PersonId) -> Result<TaskCounts, ActError> {
        let mut reading = self.ledgered.reading().await?;
        let today = self.today();
        let keys = self.keys_of(&mut reading, person, today).await?;
        Ok(reading.count_tasks(&person.0, &keys, &day(today), &day(first_day_not_soon(today))).await?)
    }

    /// Every key that a person satisfies today, of both sorts.
    async fn keys_of(&self, at: &mut impl Read, person: &PersonId, today: Date) -> Result<Vec<String>, ActError> {
        let common = self.caches.common(at).await?;
        let mut loaded = Vec::new();
        for hash in common.adopted.iter().map(|adopted| &adopted.hash).collect::<BTreeSet<_>>() {
            loaded.push(self.guideline(at, hash).await?);
        }
        let guidelines: Vec<&Guideline> = loaded.iter().map(|loaded: &Arc<_>| &loaded.guideline).collect();
        let mut keys = task::keys_of_person(&common.office, &guidelines, person, today);
        keys.extend(common.office.units_of(person, today).iter().map(task::unit_key));
        Ok(keys.into_iter().collect())
    }
}

/// The rows that stand for the tasks of a case.
pub(crate) fn rows_of(
    case: &Case,
    account: Option<&Account>,
    procedure: &Procedure,
    guideline: &Guideline,
    figures: &Register,
) -> Result<Vec<TaskRow>, ActError> {
    let around = account.map_or(Around::NOTHING, Account::around);
    let mut rows = Vec::new();
    let interval = |step: &Step, within: &Within, _: Date| open_days(&figures.practices, case, step, within);
    for task in task::tasks(case, around, procedure, guideline, interval) {
        let note = note(&task, &procedure.label, guideline);
        let body = serde_json::to_string(&note).map_err(|e| ActError::Inconsistent(e.to_string()))?;
        let row = |waits_for: String, whose| TaskRow {
            waits_for,
            whose,
            case_id: case.id.0.clone(),
            step: task.step.id.clone(),
            due: task.due.as_ref().map_or_else(|| NEVER.to_owned(), |due| day(due.day)),
            sort: place(&case.id.0),
            not_by: task.not_by.iter().map(|person| person.0.clone()).collect(),
            body: body.clone(),
        };
        rows.extend(task.waits_for.iter().map(|key| row(key.clone(), Whose::Doer)));
        rows.extend(around.units.iter().map(|unit| row(task::unit_key(unit), Whose::Unit)));
    }
    Ok(rows)
}

/// What the city set the figures of a procedure to, from when on; one question, where there is any figure.
pub(crate) async fn figures_of(at: &mut impl Read, procedure: &Procedure) -> Result<Register, ActError> {
    let leaves = procedure.steps.iter().filter(|step| step.within.is_some()).map(|step| leaf_of(procedure, step));
    let leaves: BTreeMap<String, PracticeLeaf> = leaves.map(|leaf| (leaf.to_string(), leaf)).collect();
    let ids: Vec<String> = leaves.keys().cloned().collect();
    let mut figures = Register::default();
    for row in at.get_many(PRACTICE, &ids).await? {
        if let Some(leaf) = leaves.get(&row.id) {
            figures.practices.insert(leaf.clone(), read(PRACTICE, &row)?);
        }
    }
    Ok(figures)
}

fn leaf_of(procedure: &Procedure, step: &Step) -> PracticeLeaf {
    PracticeLeaf::Within { procedure: procedure.id.clone(), step: step.id.clone() }
}

fn note(task: &Task<'_>, procedure: &str, guideline: &Guideline) -> TaskNote {
    TaskNote {
        label: task.step.label.clone(),
        procedure: procedure.to_owned(),
        strength: task.step.strength,
        basis: task.step.basis.shown(),
        by: task.step.by.iter().filter_map(|id| guideline.role(id)).map(|role| role.label.clone()).collect(),
        open_since: task.open_since,
        due: task.due.clone(),
    }
}

/// The tasks with their cases and accounts: two questions, however many they are.
async fn views(at: &mut impl Read, found: Vec<FoundTask>) -> Result<Vec<TaskView>, ActError> {
    let cases: BTreeSet<String> = found.iter().map(|task| task.case_id.clone()).collect();
    let cases: Vec<String> = cases.into_iter().collect();
    let mut by_id: BTreeMap<String, Case> = BTreeMap::new();
    for row in at.get_many(CASE, &cases).await? {
        by_id.insert(row.id.clone(), read(CASE, &row)?);
    }
    let accounts: BTreeSet<String> = by_id.values().filter_map(|case| Some(case.account()?.0.clone())).collect();
    let accounts: Vec<String> = accounts.into_iter().collect();
    let mut accounts_by_id: BTreeMap<String, Account> = BTreeMap::new();
    for row in at.get_many(ACCOUNT, &accounts).await? {
        accounts_by_id.insert(row.id.clone(), read(ACCOUNT, &row)?);
    }
    let view = |task: FoundTask| {
        let case = by_id.get(&task.case_id).cloned();
        let case = case.ok_or_else(|| ActError::Inconsistent(format!("案件 {}", CaseId(task.case_id.clone()))))?;
        let note = serde_json::from_str(&task.body).map_err(|e| ActError::Inconsistent(e.to_string()))?;
        let account = case.account().and_then(|id| accounts_by_id.get(&id.0)).cloned();
        Ok(TaskView { step: task.place.step, note, case, account })
    };
    found.into_iter().map(view).collect()
}

/// The day behind the last one that counts as soon.
fn first_day_not_soon(today: Date) -> Date {
    let last = calendar::add_open_days(today, SOON, &Closures::default());
    last.tomorrow().unwrap_or(last)
}

/// A day in the order of days.
fn day(date: Date) -> String {
    date.to_string()
}
