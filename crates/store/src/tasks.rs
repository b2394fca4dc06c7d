//! The tasks (やること): which steps wait for whom, and the one question that a person's first page asks.

use std::future::Future;

use crate::dialect::Row;
use crate::error::Result;
use crate::ledger::size;
use crate::many::{filled, insert, insert_text, parameters};
use crate::read::{Read, bounded};
use crate::sql;
use crate::value::{Value, values};
use crate::views::Apply;

/// Whether a row waits for somebody to do the step, or only lets a unit see it among its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Somebody with this key may do the step.
    Doer,
    /// The step is part of this unit's work, whoever has to do it.
    Unit,
}

impl Whose {
    const fn flag(self) -> i64 {
        match self {
            Self::Doer => 0,
            Self::Unit => 1,
        }
    }
}

/// An open step, and one of the keys that it waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskRow {
    /// The key of those it waits for.
    pub waits_for: String,
    /// What the key means.
    pub whose: Whose,
    /// The case.
    pub case_id: String,
    /// The step's id.
    pub step: String,
    /// The last day, `YYYY-MM-DD`; [`NEVER`] without one.
    pub due: String,
    /// What tasks of one day are ordered by.
    pub sort: String,
    /// The staff numbers of those who may not do it although they have the key.
    pub not_by: Vec<String>,
    /// What else is shown of it, as JSON.
    pub body: String,
}

/// The day of a task that is never late.
pub const NEVER: &str = "9999-12-31";

/// Where a page of tasks ended.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct TaskPlace {
    /// The task's last day.
    pub due: String,
    /// Its place among those of the day.
    pub sort: String,
    /// Its step.
    pub step: String,
}

/// A task of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundTask {
    /// Its place.
    pub place: TaskPlace,
    /// The case.
    pub case_id: String,
    /// What else is shown of it, as JSON.
    pub body: String,
}

/// Which tasks are asked for: those with one of the keys that the person satisfies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskQuery<'a> {
    /// The person's staff number.
    pub person: &'a str,
    /// The keys, of both sorts.
    pub keys: &'a [String],
    /// To do, or in the unit.
    pub whose: Whose,
    /// Due on this day or later.
    pub due_from: &'a str,
    /// Due before this day.
    pub due_before: &'a str,
}

/// How many tasks a person has, by every way of looking at them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TaskCounts {
    /// To do.
    pub mine: u64,
    /// Of these, late.
    pub late: u64,
    /// Of these, due soon.
    pub due_soon: u64,
    /// In the unit.
    pub unit: u64,
}

/// Asking for tasks.
pub trait Tasks: Read {
    /// One page of tasks, in the order of their last days.
    fn tasks(
        &mut self,
        query: &TaskQuery<'_>,
        after: Option<&TaskPlace>,
        limit: u32,
    ) -> impl Future<Output = Result<Vec<FoundTask>>> + Send {
        async move {
            let at = self.scope();
            let keys = filled(query.keys)?;
            let start = after.cloned().unwrap_or_default();
            let mut values = values![
                at.municipality,
                query.whose.flag(),
                &start.due,
                &start.sort,
                &start.step,
                query.due_from,
                query.due_before,
                &mark(query.person),
                bounded(limit),
            ]
            .to_vec();
            let text = at.which.built(tasks_text(keys.len()));
            values.extend(keys);
            let rows = at.tx.all(text, &values).await?;
            rows.iter().map(found_task).collect()
        }
    }

    /// How many tasks there are for a person, all ways of looking at them at once.
    fn count_tasks(
        &mut self,
        person: &str,
        keys: &[String],
        today: &str,
        soon: &str,
    ) -> impl Future<Output = Result<TaskCounts>> + Send {
        async move {
            let at = self.scope();
            let keys = filled(keys)?;
            let mut values = values![at.municipality, &mark(person), today, soon].to_vec();
            let text = at.which.built(counts_text(keys.len()));
            values.extend(keys);
            let row = at.tx.one(text, &values).await?;
            let Some(row) = row else { return Ok(TaskCounts::default()) };
            let count = |index| size(row.int(index)?, "view_task", "count");
            Ok(TaskCounts { mine: count(0)?, late: count(1)?, due_soon: count(2)?, unit: count(3)? })
        }
    }
}

impl<T: Read> Tasks for T {}

/// Writing tasks.
pub trait PutTasks: Apply {
    /// Puts these tasks in the place of whatever a case had.
    fn put_tasks(&mut self, case_id: &str, tasks: &[TaskRow]) -> impl Future<Output = Result<()>> + Send {
        async move {
            let mut at = self.scope();
            let of_case = values![at.municipality, case_id];
            at.tx.execute(at.which.sql(sql::CLEAR_TASKS_OF), of_case).await?;
            let rows: Vec<Vec<Value>> = tasks.iter().map(|task| task_values(at.municipality, task)).collect();
            insert(&mut at, INTO, &rows).await
        }
    }
}

impl<T: Apply> PutTasks for T {}

const INTO: &str = "view_task (municipality, waits_for, due, sort, step, case_id, whose, not_by, body)";

/// The statements of this room, so that a test can have each engine parse each one.
pub(crate) const STATEMENTS: [fn() -> String; 3] = [|| tasks_text(64), || counts_text(64), || insert_text(INTO, 8, 9)];

fn tasks_text(keys: usize) -> String {
    format!(
        "SELECT DISTINCT due, sort, step, case_id, body FROM view_task WHERE municipality = $1 AND whose = $2 \
         AND (due, sort, step) > ($3, $4, $5) AND due >= $6 AND due < $7 AND REPLACE(not_by, $8, '') = not_by \
         AND waits_for IN ({}) ORDER BY due, sort, step LIMIT $9",
        parameters(10, keys)
    )
}

fn counts_text(keys: usize) -> String {
    let count = |which: &str| format!("COALESCE(CAST(SUM(CASE WHEN {which} THEN 1 ELSE 0 END) AS BIGINT), 0)");
    format!(
        "SELECT {}, {}, {}, {} FROM (SELECT due, sort, step, \
         MIN(CASE WHEN whose = 0 AND REPLACE(not_by, $2, '') = not_by THEN 0 ELSE 1 END) AS other, \
         MAX(whose) AS of_unit FROM view_task WHERE municipality = $1 AND waits_for IN ({}) \
         GROUP BY due, sort, step) t",
        count("t.other = 0"),
        count("t.other = 0 AND t.due < $3"),
        count("t.other = 0 AND t.due >= $3 AND t.due < $4"),
        count("t.of_unit = 1"),
        parameters(5, keys)
    )
}

fn task_values(municipality: &str, task: &TaskRow) -> Vec<Value> {
    let not_by: String = task.not_by.iter().map(|person| mark(person)).collect();
    values![
        municipality,
        &task.waits_for,
        &task.due,
        &task.sort,
        &task.step,
        &task.case_id,
        task.whose.flag(),
        &not_by,
        &task.body,
    ]
    .to_vec()
}

/// A staff number with its ends, so that one never stands inside another.
fn mark(person: &str) -> String {
    format!("|{person}|")
}

fn found_task(row: &Row) -> Result<FoundTask> {
    Ok(FoundTask {
        place: TaskPlace { due: row.text(0)?, sort: row.text(1)?, step: row.text(2)? },
        case_id: row.text(3)?,
        body: row.text(4)?,
    })
}
