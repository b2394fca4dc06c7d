//! The page of one part: what is known, what is asked with the guideline's own words, and how it will look.

use actions::{Drafting, Started};
use askama::Template;
use domain::calendar;
use domain::draft::{Part, Sheet, SheetProblem, field, parts};
use domain::guideline::{Holder, ItemKind};
use domain::network;
use domain::policy::{self, Policy, PrintFacts};

use super::ask::{self, Section};
use super::{At, preview};
use crate::answer::Answer;
use crate::field::Problem;
use crate::page::{Link, Shell};
use crate::parts::{Cell, Notice, Place, Preview, Stage, Tone};
use crate::visit::Visit;

/// What there is to say about the last press.
pub(super) enum Said {
    /// Nothing was pressed.
    Nothing,
    /// It was kept.
    Kept,
    /// It was kept, and lacks something before one goes on.
    Lacks,
    /// Somebody else was faster; this is theirs.
    Overtaken(Sheet),
}

/// The page of one part.
#[derive(Template)]
#[template(path = "policy.html")]
pub(super) struct PartPage {
    shell: Shell,
    stages: Vec<Stage>,
    notices: Vec<Notice>,
    problems: Vec<Problem>,
    action: String,
    begin: String,
    earlier: Option<String>,
    version: String,
    known: Vec<(String, Cell)>,
    theirs: Vec<(String, Cell)>,
    sections: Vec<Section>,
    first: bool,
    kept: String,
    sight: Sight,
}

/// How the draft will look.
pub(super) struct Sight {
    /// The part's rows as printed.
    pub printed: Vec<(String, Cell)>,
    /// What is worth knowing about the address.
    pub notices: Vec<Notice>,
    /// The pages.
    pub previews: Vec<Preview>,
}

impl PartPage {
    /// The page of a part, with what is to be said of the last press.
    pub(super) async fn of(visit: &Visit, drafting: &Drafting, part: Part, said: Said) -> Result<Self, Answer> {
        let guideline = &drafting.loaded.guideline;
        let networks = visit.city().networks();
        let all = drafting.sheet.problems(guideline, networks);
        let told = matches!(said, Said::Lacks) || drafting.sheet.has_seen(part, guideline);
        let problems: Vec<&SheetProblem> = all.iter().filter(|problem| told && problem.part == part).collect();
        let policy = drafting.sheet.policy(guideline, networks);
        let case = drafting.case.id.to_string();
        let at = At::Part(part);
        let shell = shell(visit, drafting, format!("{}を書く：{}", guideline.words.policy, title(part, drafting)));
        let mut notices = notices(visit, drafting, part, &said);
        if part == Part::Account {
            notices.extend(super::review::voids(drafting));
        }
        Ok(Self {
            shell: if matches!(said, Said::Kept) {
                shell.saying("success", "下書きを保存しました。")
            } else {
                shell
            },
            stages: stages(visit, drafting, at, &all),
            notices,
            problems: problems.iter().map(|problem| problem_of(visit, drafting, problem)).collect(),
            action: at.path(visit, &case),
            begin: visit.path(&format!("cases/{case}/policy")),
            earlier: drafting.earlier.as_ref().filter(|_| part == Part::Account).map(|earlier| earlier.account.clone()),
            version: version(drafting),
            known: if part == Part::Account { known(visit, drafting) } else { Vec::new() },
            theirs: match &said {
                Said::Overtaken(theirs) => rows(visit, drafting, part, theirs),
                _ => Vec::new(),
            },
            sections: ask::sections(visit, drafting, part, &problems),
            first: parts(guideline).first() == Some(&part),
            kept: kept(visit, drafting),
            sight: Sight {
                printed: rows(visit, drafting, part, &drafting.sheet),
                notices: if part == Part::Account { understood(visit, drafting, &policy) } else { Vec::new() },
                previews: preview::both(visit, drafting, &policy).await?,
            },
        })
    }
}

/// The frame of every page of the draft.
pub(super) fn shell(visit: &Visit, drafting: &Drafting, title: String) -> Shell {
    let case = visit.path(&format!("cases/{}", drafting.case.id));
    visit.shell(title).under(visit.path("cases"), "案件").under(case, format!("案件 {}", drafting.case.id))
}

/// What a part is called: by its items, in the city's own words.
pub(super) fn title(part: Part, drafting: &Drafting) -> String {
    let guideline = &drafting.loaded.guideline;
    if part == Part::Texts {
        return format!("{}に付く文", guideline.words.policy);
    }
    part.items(guideline).map(|item| item.label.as_str()).collect::<Vec<_>>().join("・")
}

/// The way through the parts to the review.
pub(super) fn stages(visit: &Visit, drafting: &Drafting, here: At, problems: &[SheetProblem]) -> Vec<Stage> {
    let guideline = &drafting.loaded.guideline;
    let case = drafting.case.id.to_string();
    let done = |at: At| match at {
        At::Part(part) => {
            drafting.sheet.has_seen(part, guideline) && !problems.iter().any(|problem| problem.part == part)
        }
        At::Review => false,
    };
    let stage = |at: At, label: String| Stage {
        label,
        href: (at != here).then(|| at.path(visit, &case)),
        place: match at {
            at if at == here => Place::Now,
            at if done(at) => Place::Done,
            _ => Place::Later,
        },
    };
    let parts = parts(guideline).into_iter().map(|part| stage(At::Part(part), title(part, drafting)));
    parts.chain([stage(At::Review, "確かめて起案する".to_owned())]).collect()
}

/// Which version of the draft the page shows; empty where none is kept.
pub(super) fn version(drafting: &Drafting) -> String {
    drafting.saved.as_ref().map(|saved| saved.version.to_string()).unwrap_or_default()
}

/// When the draft was kept, and by which post.
pub(super) fn kept(visit: &Visit, drafting: &Drafting) -> String {
    let Some(saved) = &drafting.saved else { return "下書きはまだ保存されていません。".to_owned() };
    let posts = visit.office().posts_of(&saved.by, visit.today());
    let who = posts.first().map_or_else(|| saved.by.to_string(), |post| post.title.clone());
    let at = calendar::tokyo(saved.at);
    format!("下書きの最後の保存：{} {}時{:02}分（{who}）", calendar::wareki(at.date()), at.hour(), at.minute())
}

/// What nobody is asked.
pub(super) fn known(visit: &Visit, drafting: &Drafting) -> Vec<(String, Cell)> {
    let (guideline, office, today) = (&drafting.loaded.guideline, visit.office(), visit.today());
    let units = &drafting.case.units;
    let unit_label = guideline.item(ItemKind::Unit).map_or("部署", |item| item.label.as_str()).to_owned();
    let names: Vec<String> = units.iter().map(|unit| office.unit_name(unit, today)).collect();
    let mut known = vec![(unit_label, Cell::Text(names.join("、")))];
    let lead = units.first();
    if let Some(department) = lead.and_then(|unit| office.department_of(unit, today)).filter(|d| Some(d) != lead) {
        known.push(("部局".to_owned(), Cell::Text(office.unit_name(&department, today))));
    }
    let heads = office.holders(&Holder::OwningUnitHead, drafting.account.around(), today);
    let head =
        heads.first().map_or(Cell::Missing("今日の在任者がいません"), |post| Cell::Text(post.title.clone()));
    known.push(("所属長".to_owned(), head));
    if let Some(label) = &guideline.words.number {
        let number = drafting.case.number.clone().or_else(|| drafting.account.number.clone());
        known.push((label.clone(), number.map_or(Cell::Missing("受付のときに付きます"), Cell::Text)));
    }
    known
}

/// The part's rows as they will be printed.
pub(super) fn rows(visit: &Visit, drafting: &Drafting, part: Part, sheet: &Sheet) -> Vec<(String, Cell)> {
    let guideline = &drafting.loaded.guideline;
    let policy = sheet.policy(guideline, visit.city().networks());
    let facts = facts(visit, drafting, &policy);
    let row = |item| policy::printed(item, &policy, guideline, &facts);
    part.items(guideline)
        .map(|item| {
            let text = row(item);
            let empty = text.trim().is_empty();
            (item.label.clone(), if empty { Cell::Missing("まだ書かれていません") } else { Cell::Text(text) })
        })
        .collect()
}

/// What a policy is printed with.
fn facts(visit: &Visit, drafting: &Drafting, policy: &Policy) -> PrintFacts {
    let networks = visit.city().networks();
    let today = visit.today();
    let label = match (&policy.network_name, policy::network_of(policy, networks)) {
        (Some(name), Some(id)) if id == network::NetworkId::other() => name.clone(),
        (_, Some(id)) => network::label_on(&id, today, networks),
        (_, None) => String::new(),
    };
    PrintFacts {
        units: drafting.case.units.iter().map(|unit| visit.office().unit_name(unit, today)).collect(),
        network_label: label,
        url: None,
    }
}

/// A problem as a line of the summary.
pub(super) fn problem_of(visit: &Visit, drafting: &Drafting, problem: &SheetProblem) -> Problem {
    Problem {
        field: Some(problem.field.clone()),
        words: format!("{}{}", problem.problem.what, problem.problem.next),
        basis: Some(visit.basis_in(&drafting.loaded, &problem.problem.basis)),
    }
}

/// What the address was read as.
fn understood(visit: &Visit, drafting: &Drafting, policy: &Policy) -> Vec<Notice> {
    let networks = visit.city().networks();
    if drafting.sheet.said(field::URL).is_none() || policy::network_of(policy, networks).is_none() {
        return Vec::new();
    }
    let Ok(filed) = policy::address_of(policy, &drafting.loaded.guideline, networks) else {
        return Vec::new();
    };
    let label = facts(visit, drafting, policy).network_label;
    let untold = network::is_told(&filed.address, filed.other.as_ref(), networks).err().map(|problem| Notice {
        tone: Tone::Warning,
        title: problem.message(networks),
        body: Some(problem.next(networks)),
        next: None,
    });
    let whose = filed.handle.unwrap_or_else(|| filed.address.name().to_owned());
    let read = Notice {
        tone: Tone::Info,
        title: format!("ＵＲＬは、{label}の {whose} と読みました。"),
        body: Some(format!("一覧には {} と載ります。", filed.url)),
        next: None,
    };
    let warned =
        filed.notices.iter().map(|it| Notice { tone: Tone::Warning, title: it.message(), body: None, next: None });
    std::iter::once(read).chain(untold).chain(warned).collect()
}

fn notices(visit: &Visit, drafting: &Drafting, part: Part, said: &Said) -> Vec<Notice> {
    let mut notices = Vec::new();
    let mut tell = |tone, title: String, body: Option<String>, next| notices.push(Notice { tone, title, body, next });
    match said {
        Said::Overtaken(_) => tell(
            Tone::Danger,
            "画面を開いた後に、ほかの方がこの下書きを保存しました。".to_owned(),
            Some(format!(
                "{}\n入力した内容は、下の欄に残っています。まだ保存されていません。保存すると、この部分は下の欄の内容になります。",
                kept(visit, drafting)
            )),
            Some(Link {
                href: At::Part(part).path(visit, &drafting.case.id.0),
                words: "入力を捨てて、保存されている内容を開く".to_owned(),
            }),
        ),
        Said::Lacks => tell(
            Tone::Info,
            "下書きは保存しました。".to_owned(),
            Some("次の項目に進む前に、下のところを直してください。あとで直すこともできます。".to_owned()),
            None,
        ),
        Said::Nothing | Said::Kept => {}
    }
    if part == Part::Account && drafting.started == Started::InForce {
        let title = "今の方針から始めています。".to_owned();
        tell(Tone::Info, title, Some("変えるところだけを直してください。".to_owned()), None);
    }
    if let Some(returned) = &drafting.case.returned {
        for reason in returned.reasons.iter().filter(|reason| reason.item.is_empty() && !reason.reason.is_empty()) {
            let title = format!("{}に差し戻されました。", calendar::wareki(returned.on));
            tell(Tone::Warning, title, Some(reason.reason.clone()), None);
        }
    }
    notices
}
