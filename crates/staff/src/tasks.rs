//! やること: what waits for the caller, what is late, what is due soon, and what goes on in the unit.

use actions::{Pressing, TaskCounts, TaskFilter, TaskPlace, TaskView};
use askama::Template;
use domain::access::Action;
use domain::calendar::wareki;
use domain::guideline::Basis;
use serde::Deserialize;

use crate::answer::Reply;
use crate::page::{Link, Shell};
use crate::parts::{Empty, Pages, Place, Tab, Task, Urgency};
use crate::query::Query;
use crate::visit::Visit;
use crate::words;

/// How many tasks a page shows.
const SHOWN: u32 = 50;

#[derive(Template)]
#[template(path = "tasks.html")]
struct TasksPage {
    shell: Shell,
    begin: Option<String>,
    tabs: Vec<Tab>,
    tasks: Vec<Task>,
    empty: Empty,
    pages: Pages,
}

/// What is asked for in the address: everything may be missing.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    show: Option<String>,
    due: Option<String>,
    sort: Option<String>,
    step: Option<String>,
}

/// The first page of the day.
pub(crate) async fn page(visit: Visit, Query(asked): Query<Asked>) -> Reply {
    let shown = Shown::of(asked.show.as_deref());
    let after = match (asked.due, asked.sort, asked.step) {
        (Some(due), Some(sort), Some(step)) => Some(TaskPlace { due, sort, step }),
        _ => None,
    };
    let found = visit.city().tasks_of(visit.person()?, shown.filter(), after.as_ref(), SHOWN).await?;
    let pages = Pages {
        first: after.is_some().then(|| href(&visit, shown, None)),
        after: found.next.as_ref().map(|next| href(&visit, shown, Some(next))),
        shown: String::new(),
    };
    let page = TasksPage {
        shell: visit.shell("やること"),
        begin: visit.may(Action::OpenCase).then(|| visit.path("cases/new")),
        tabs: tabs(&visit, shown, &found.counts),
        tasks: found.rows.iter().map(|task| of(&visit, task, shown)).collect(),
        empty: empty(&visit, shown),
        pages,
    };
    visit.show(&page)
}

/// The ways of looking at one's tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    Mine,
    Late,
    Soon,
    Unit,
}

impl Shown {
    fn of(word: Option<&str>) -> Self {
        [Self::Late, Self::Soon, Self::Unit].into_iter().find(|shown| Some(shown.word()) == word).unwrap_or(Self::Mine)
    }

    fn word(self) -> &'static str {
        match self {
            Self::Mine => "mine",
            Self::Late => "late",
            Self::Soon => "soon",
            Self::Unit => "unit",
        }
    }

    fn filter(self) -> TaskFilter {
        match self {
            Self::Mine => TaskFilter::Mine,
            Self::Late => TaskFilter::Late,
            Self::Soon => TaskFilter::DueSoon,
            Self::Unit => TaskFilter::Unit,
        }
    }
}

fn href(visit: &Visit, shown: Shown, after: Option<&TaskPlace>) -> String {
    let here = format!("{}?show={}", visit.path("tasks"), shown.word());
    after.map_or(here.clone(), |place| format!("{here}&due={}&sort={}&step={}", place.due, place.sort, place.step))
}

fn tabs(visit: &Visit, now: Shown, counts: &TaskCounts) -> Vec<Tab> {
    let tab = |shown: Shown, label: &str, count: u64| Tab {
        label: format!("{label}（{count}）"),
        href: href(visit, shown, None),
        place: if shown == now { Place::Now } else { Place::Later },
    };
    vec![
        tab(Shown::Mine, "自分がすること", counts.mine),
        tab(Shown::Late, "遅れ", counts.late),
        tab(Shown::Soon, "まもなく", counts.due_soon),
        tab(Shown::Unit, "所属の案件", counts.unit),
    ]
}

fn of(visit: &Visit, task: &TaskView, shown: Shown) -> Task {
    let (office, today) = (visit.office(), visit.today());
    let note = &task.note;
    let account_name = task.account.as_ref().and_then(|account| account.name.as_deref());
    let name = task.case.subject_name(account_name).unwrap_or(words::UNNAMED);
    let units: Vec<String> = task.case.units.iter().map(|unit| office.unit_name(unit, today)).collect();
    // Whoever looks after a unit below theirs sees its cases, and not the pages on which its people work.
    let works = shown != Shown::Unit || task.account.as_ref().is_some_and(|account| visit.works_on(account));
    let rest = if works { format!("/steps/{}", task.step) } else { String::new() };
    let returned = task.case.returned.as_ref().filter(|returned| returned.to_step == task.step);
    let waits = match returned {
        Some(returned) => format!("{}に差し戻されました（{}）", wareki(returned.on), note.by.join("または")),
        None => format!("{}から待っています（{}）", wareki(note.open_since), note.by.join("または")),
    };
    let mark = if returned.is_some() { "差戻し：" } else { "" };
    Task {
        what: Link {
            href: visit.path(&format!("cases/{}{rest}", task.case.id)),
            words: format!("{mark}{}（{}）", note.label, note.procedure),
        },
        subject: format!("{name}　{}　{}", units.join("、"), task.case.id),
        due: note.due.as_ref().map(|due| format!("{}まで", wareki(due.day))),
        urgency: urgency(note.pressing(today)),
        since: waits,
        strength: words::strength(note.strength).to_owned(),
        basis: Some(visit.basis(&Basis::of_shown(&note.basis))),
    }
}

fn urgency(pressing: Pressing) -> Urgency {
    match pressing {
        Pressing::Calm => Urgency::Calm,
        Pressing::Soon => Urgency::Soon,
        Pressing::Late => Urgency::Late,
    }
}

fn empty(visit: &Visit, shown: Shown) -> Empty {
    let (title, body) = match shown {
        Shown::Mine => ("今、あなたを待っている手順はありません。", "新しく始めるときは「案件を始める」から進めます。"),
        Shown::Late => ("期限を過ぎた手順はありません。", "期限のある手順が遅れると、ここに出ます。"),
        Shown::Soon => ("まもなく期限の手順はありません。", "期限が近づくと、ここに出ます。"),
        Shown::Unit => ("所属で進行中の案件はありません。", "案件が始まると、誰が行う手順でもここに出ます。"),
    };
    let next = Link { href: visit.path("cases"), words: "案件の一覧を見る".to_owned() };
    Empty { title: title.to_owned(), body: body.to_owned(), next: Some(next) }
}
