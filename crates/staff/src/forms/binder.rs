//! The archives that are being made: one for each person, in a file without a name that goes with the last who holds it.

use std::collections::BTreeMap;
use std::fs::File;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use actions::{PrintOptions, Scope};
use documents::archive::Archive;
use documents::form::Document;
use domain::id::{CaseId, PersonId};
use jiff::civil::Date;

use super::days;
use crate::answer::Answer;
use crate::printing::{Asker, Unprinted};
use crate::visit::Visit;

/// How many cases are asked for at once.
const PAGE: u32 = 100;
/// How many cases an archive may be of: more are several archives.
const MOST_CASES: usize = 2_000;
/// How many archives are made at a time.
const AT_A_TIME: usize = 2;
/// For how long a finished archive is kept (ms).
const KEPT: i64 = 60 * 60 * 1000;

/// What is to be bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Order {
    pub(super) from: Date,
    pub(super) until: Date,
    pub(super) ending: Ending,
}

/// As what the forms lie in the archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// For the archive.
    Pdf,
    /// For editing.
    Word,
}

impl Ending {
    pub(super) const ALL: [Self; 2] = [Self::Pdf, Self::Word];

    pub(super) fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ending| ending.word() == word)
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Word => "docx",
        }
    }

    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Pdf => "PDF（保存・印刷用）",
            Self::Word => "Word（編集用）",
        }
    }
}

/// How far an archive is.
#[derive(Debug, Clone)]
pub(super) enum Progress {
    /// Cases are being looked for; so many were found.
    Looking(usize),
    /// Of so many cases, so many are done.
    Making {
        /// How many are done.
        done: usize,
        /// How many there are.
        total: usize,
    },
    /// It is there.
    Done(Arc<Bound>),
    /// It could not be made; why, and what to do.
    Failed(String),
}

/// A finished archive.
#[derive(Debug)]
pub(super) struct Bound {
    pub(super) file: File,
    pub(super) length: u64,
    pub(super) name: String,
    pub(super) count: usize,
    pub(super) lacking: Vec<String>,
}

impl Progress {
    pub(super) fn is_under_way(&self) -> bool {
        matches!(self, Self::Looking(_) | Self::Making { .. })
    }

    /// How far it is, in words.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Looking(found) => format!("届出のあった案件を探しています。これまでに{found}件見つかりました。"),
            Self::Making { done, total } => format!("{total}件の案件のうち、{done}件の様式を作りました。"),
            Self::Done(bound) if bound.lacking.is_empty() => {
                format!("「{}」に、様式{}件をまとめました。1時間、ここで受け取れます。", bound.name, bound.count)
            }
            Self::Done(bound) => format!(
                "「{}」に、様式{}件をまとめました。作れなかったものが{}件あります。1時間、ここで受け取れます。",
                bound.name,
                bound.count,
                bound.lacking.len()
            ),
            Self::Failed(why) => why.clone(),
        }
    }
}

/// One person's archive.
#[derive(Debug)]
struct Binder {
    progress: Mutex<Progress>,
    begun_at: i64,
}

/// Everybody's archives.
#[derive(Debug, Default)]
pub(crate) struct Binders(Mutex<BTreeMap<(String, PersonId), Arc<Binder>>>);

impl Binders {
    /// How far the caller's own archive is; nobody sees another's.
    pub(super) fn of(&self, visit: &Visit) -> Result<Option<Progress>, Answer> {
        let key = (visit.code().to_owned(), visit.person()?.clone());
        let mut all = held(&self.0);
        all.retain(|_, binder| !binder.is_old(visit.now()));
        Ok(all.get(&key).map(|binder| held(&binder.progress).clone()))
    }

    /// Begins an archive in the place of the caller's last one; or says why not, and what to do.
    pub(super) fn begin(&self, visit: &Visit, order: Order) -> Result<Result<(), String>, Answer> {
        let key = (visit.code().to_owned(), visit.person()?.clone());
        let mut all = held(&self.0);
        all.retain(|_, binder| !binder.is_old(visit.now()));
        if all.get(&key).is_some_and(|binder| binder.is_under_way()) {
            return Ok(Err(
                "前に頼んだものを作っているところです。できあがってから、もう一度頼んでください。".to_owned()
            ));
        }
        if all.values().filter(|binder| binder.is_under_way()).count() >= AT_A_TIME {
            return Ok(Err("ほかの職員のものを作っているところです。少し待って、もう一度頼んでください。".to_owned()));
        }
        let binder = Arc::new(Binder { progress: Mutex::new(Progress::Looking(0)), begun_at: visit.now() });
        all.insert(key, Arc::clone(&binder));
        tokio::spawn(work(visit.clone(), order, binder));
        Ok(Ok(()))
    }
}

impl Binder {
    fn is_under_way(&self) -> bool {
        held(&self.progress).is_under_way()
    }

    fn is_old(&self, now: i64) -> bool {
        !self.is_under_way() && now.saturating_sub(self.begun_at) > KEPT
    }

    fn is_at(&self, progress: Progress) {
        *held(&self.progress) = progress;
    }
}

fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn work(visit: Visit, order: Order, binder: Arc<Binder>) {
    let scope = visit.scope();
    let end = match Box::pin(bind(&visit, order, &scope, &binder)).await {
        Ok(bound) => Progress::Done(Arc::new(bound)),
        Err(why) => Progress::Failed(why),
    };
    binder.is_at(end);
}

async fn bind(visit: &Visit, order: Order, scope: &Scope, binder: &Binder) -> Result<Bound, String> {
    let cases = filed(visit, order, scope, binder).await?;
    if cases.is_empty() {
        return Err(format!(
            "{}に届出のあった案件はありません。日を変えて、もう一度頼んでください。",
            days(order.from, order.until)
        ));
    }
    let mut archive = Archive::new(tempfile::tempfile().map_err(|fault| broken(&fault))?);
    for (done, case) in cases.iter().enumerate() {
        binder.is_at(Progress::Making { done, total: cases.len() });
        for form in visit.city().forms_of(case).await.map_err(|fault| broken(&fault))? {
            let what = format!("{}-{case}", form.label);
            match one(visit, order.ending, case, &form.id).await {
                Ok(bytes) => {
                    archive.add(&format!("{what}.{}", order.ending.word()), &bytes).map_err(|fault| broken(&fault))?;
                }
                Err(why) => archive.lacks(&what, &why),
            }
        }
    }
    let count = archive.len();
    let title = format!("{}　{}の届出の様式", visit.town().name, days(order.from, order.until));
    let (file, lacking) = archive.close(&title).map_err(|fault| broken(&fault))?;
    let length = file.metadata().map_err(|fault| broken(&fault))?.len();
    Ok(Bound { file, length, name: format!("様式-{}-{}.zip", order.from, order.until), count, lacking })
}

/// The cases whose form was filed on the days of the order, the newest first.
async fn filed(visit: &Visit, order: Order, scope: &Scope, binder: &Binder) -> Result<Vec<CaseId>, String> {
    let mut cases = Vec::new();
    let mut after = None;
    loop {
        let page = visit.city().cases_filed(order.from..=order.until, scope, after.as_ref(), PAGE).await;
        let page = page.map_err(|fault| broken(&fault))?;
        cases.extend(page.rows.into_iter().map(|case| case.id));
        binder.is_at(Progress::Looking(cases.len()));
        if cases.len() > MOST_CASES {
            return Err(format!(
                "届出のあった案件が{MOST_CASES}件より多くあります。日を短く区切って、何回かに分けて頼んでください。"
            ));
        }
        match page.next {
            Some(next) => after = Some(CaseId(next)),
            None => return Ok(cases),
        }
    }
}

/// One form of one case; or why it could not be made.
async fn one(visit: &Visit, ending: Ending, case: &CaseId, form: &str) -> Result<Vec<u8>, String> {
    let document: Document =
        visit.city().form(case, Some(form), PrintOptions::default()).await.map_err(|fault| broken(&fault))?;
    match ending {
        Ending::Pdf => {
            let printed = visit.house().print(document, visit.today(), Asker::Archive).await;
            printed.map_err(Unprinted::words)
        }
        Ending::Word => documents::docx::write(&document).map_err(|fault| fault.to_string()),
    }
}

/// What only the log is told.
fn broken(fault: &dyn std::error::Error) -> String {
    tracing::error!(%fault, "様式をまとめられませんでした。");
    "システムの中で問題が起きました。もう一度頼み、続くときはシステムの運用者に知らせてください。".to_owned()
}
