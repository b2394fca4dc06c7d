//! Who may look at what, and who may try what: one pure function over the positions held today.
//!
//! Rights come from positions alone, so a transfer takes effect at once. This function guards what people see and which
//! pages answer them; whether a step may be done is still decided by the kernel ([`crate::act`]), which knows the clause.

// A new kind is thought of at every place where it means something.
#![warn(clippy::wildcard_enum_match_arm)]

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::guideline::{Guideline, Holder, StepKind};
use crate::id::PersonId;
use crate::office::{Around, Office, Post};
use crate::ruling::authority;

/// The key that the office data puts on the audit's unit or position (監査委員事務局); a key of the product, not of a guideline.
pub const AUDIT_KEY: &str = "audit";

/// Who asks, as of today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// Nobody who is signed in.
    Anonymous,
    /// Whoever keeps the machine; decides, receives, lists and reads nothing of a case.
    Operator,
    /// An officer, with what the positions of today make of them.
    Officer(Officer),
}

/// An officer on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Officer {
    /// Who.
    pub person: PersonId,
    /// The posts in which they may act today; none after a transfer away.
    pub posts: Vec<Post>,
    /// What the posts make of them beyond their own unit.
    pub hats: BTreeSet<Hat>,
}

/// What a post makes of an officer beyond the own unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hat {
    /// Keeps the official list (広報室・秘書政策課): sees every account and case.
    Central,
    /// Audits (監査委員事務局): sees everything, changes nothing.
    Auditor,
    /// Settles what the guideline does not say (定めのない事項), as the guideline names them.
    Authority,
}

/// What a route does. Each route of the staff pages has exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Signing in, joining by a link, the style sheet: open to everybody.
    Enter,
    /// One's own sign-in: password, second factor, sessions, sign-out.
    KeepOwnSignIn,
    /// One's own notices, and how one wants them.
    ReadNotices,
    /// やること.
    SeeTasks,
    /// 検索; what is found is what may be seen.
    Search,
    /// 組織・職・職員 on a day.
    SeeOffice,
    /// ガイドライン, 市の運用, 決定の記録.
    SeeGuideline,
    /// The list of cases, as far as each may be seen.
    SeeCases,
    /// Opening a case.
    OpenCase,
    /// One case with its timeline, forms and files.
    SeeCase,
    /// A step, a return, a withdrawal, a draft, a file.
    WorkOnCase,
    /// The register of accounts, as far as each may be seen.
    SeeAccounts,
    /// One account in full: policies, cases, designations.
    SeeAccount,
    /// What citizens see of a listed account, and the list itself.
    SeeListed,
    /// Entering an account that nobody filed (既存・届出前).
    NoteAccount,
    /// Known impersonators.
    SeeImpersonators,
    /// Naming and clearing impersonators.
    KeepImpersonators,
    /// 台帳 with its proofs.
    SeeLedger,
    /// 監査用一覧 and other exports of everything.
    ExportAll,
    /// Setting the city's own intervals (市の運用).
    SetPractice,
    /// Recording a decision of the residual authority.
    MakeRuling,
    /// Bringing in the organisation's data.
    ImportOffice,
    /// Inviting, suspending and resetting sign-ins, and their log.
    ManageSignIns,
    /// What could not be sent, and sending it again.
    KeepOutbox,
}

/// How an officer stands to a case or an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// The route has no object, or it is not loaded yet.
    Unasked,
    /// It belongs to a unit of theirs.
    Own,
    /// A step of it is theirs: they decide, are consulted, confirm or are designated.
    Part,
    /// It belongs to a unit below one that they head: they look after it, and leave the work to whose it is.
    Below,
    /// None of these.
    Foreign,
}

/// The answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Go on.
    Allow,
    /// Sign in first.
    SignIn,
    /// Nobody in this position does that; the page says so.
    Forbidden,
    /// Answer exactly as for what does not exist.
    Hidden,
}

/// Whether a caller may do this with an object that they stand to in this relation.
pub fn decide(caller: &Caller, action: Action, relation: Relation) -> Verdict {
    match caller {
        _ if action == Action::Enter => Verdict::Allow,
        Caller::Anonymous => Verdict::SignIn,
        Caller::Operator => of_operator(action),
        Caller::Officer(officer) => of_officer(officer, action, relation),
    }
}

fn of_operator(action: Action) -> Verdict {
    match action {
        Action::Enter
        | Action::KeepOwnSignIn
        | Action::SeeOffice
        | Action::SeeGuideline
        | Action::ImportOffice
        | Action::ManageSignIns
        | Action::KeepOutbox => Verdict::Allow,
        Action::ReadNotices
        | Action::SeeTasks
        | Action::Search
        | Action::SeeCases
        | Action::OpenCase
        | Action::SeeCase
        | Action::WorkOnCase
        | Action::SeeAccounts
        | Action::SeeAccount
        | Action::SeeListed
        | Action::NoteAccount
        | Action::SeeImpersonators
        | Action::KeepImpersonators
        | Action::SeeLedger
        | Action::ExportAll
        | Action::SetPractice
        | Action::MakeRuling => Verdict::Forbidden,
    }
}

fn of_officer(officer: &Officer, action: Action, relation: Relation) -> Verdict {
    // Whoever holds no post any more keeps only the own sign-in.
    if officer.posts.is_empty() {
        return allow_if(matches!(action, Action::Enter | Action::KeepOwnSignIn), Verdict::Forbidden);
    }
    let central = officer.hats.contains(&Hat::Central);
    let auditor = officer.hats.contains(&Hat::Auditor);
    match action {
        Action::Enter
        | Action::KeepOwnSignIn
        | Action::ReadNotices
        | Action::SeeTasks
        | Action::Search
        | Action::SeeOffice
        | Action::SeeGuideline
        | Action::SeeCases
        | Action::SeeAccounts
        | Action::SeeListed
        | Action::SeeImpersonators => Verdict::Allow,
        // An auditor who only audits changes nothing.
        Action::OpenCase | Action::NoteAccount => allow_if(central || !only_audits(officer), Verdict::Forbidden),
        Action::SeeCase | Action::SeeAccount => match relation {
            Relation::Unasked | Relation::Own | Relation::Part | Relation::Below => Verdict::Allow,
            Relation::Foreign => allow_if(central || auditor, Verdict::Hidden),
        },
        Action::WorkOnCase => match relation {
            Relation::Unasked | Relation::Own | Relation::Part => Verdict::Allow,
            Relation::Below | Relation::Foreign if central => Verdict::Allow,
            Relation::Below => Verdict::Forbidden,
            Relation::Foreign if auditor => Verdict::Forbidden,
            Relation::Foreign => Verdict::Hidden,
        },
        Action::SeeLedger | Action::ExportAll => allow_if(central || auditor, Verdict::Forbidden),
        Action::KeepImpersonators | Action::SetPractice => allow_if(central, Verdict::Forbidden),
        Action::MakeRuling => allow_if(officer.hats.contains(&Hat::Authority), Verdict::Forbidden),
        Action::ImportOffice | Action::ManageSignIns | Action::KeepOutbox => Verdict::Forbidden,
    }
}

/// Whether every post of an officer is one of the audit's.
fn only_audits(officer: &Officer) -> bool {
    officer.hats.contains(&Hat::Auditor) && !officer.hats.contains(&Hat::Central)
}

fn allow_if(allowed: bool, otherwise: Verdict) -> Verdict {
    if allowed { Verdict::Allow } else { otherwise }
}

/// What the posts of a day make of a person.
pub fn officer(office: &Office, guideline: &Guideline, person: &PersonId, day: Date) -> Officer {
    let posts = office.posts_of(person, day);
    let around = Around::NOTHING;
    let central: Vec<&Holder> = central_rules(guideline).collect();
    let named: Vec<&Holder> = authority(guideline).map(|(role, _)| &role.holder).collect();
    // Where the guideline names nobody, the central office may ask, and is told that nobody rules.
    let ruling = if named.is_empty() { &central } else { &named };
    let mut hats = BTreeSet::new();
    for post in &posts {
        let fills = |rules: &[&Holder]| rules.iter().any(|rule| office.fills(post, rule, around, day));
        if fills(&central) {
            hats.insert(Hat::Central);
        }
        if fills(ruling) {
            hats.insert(Hat::Authority);
        }
        let audits = Holder::UnitStaff(AUDIT_KEY.to_owned());
        let audit = Holder::Position(AUDIT_KEY.to_owned());
        if office.fills(post, &audits, around, day) || office.fills(post, &audit, around, day) {
            hats.insert(Hat::Auditor);
        }
    }
    Officer { person: person.clone(), posts, hats }
}

/// The rules of whoever receives filings or keeps the list, in any procedure.
fn central_rules(guideline: &Guideline) -> impl Iterator<Item = &Holder> {
    let steps = guideline.procedures.iter().flat_map(|procedure| &procedure.steps);
    let central = steps.filter(|step| matches!(step.kind, StepKind::Receive | StepKind::List | StepKind::Delist));
    central
        .flat_map(|step| &step.by)
        .filter_map(|role| guideline.role(role))
        .map(|role| &role.holder)
        // Where the owning unit lists its own account, that makes nobody the keeper of the whole list.
        .filter(|holder| !is_of_the_case(holder))
}

/// How an officer stands to an account or its case, around its units; `rules` are those of the steps of its procedure.
pub fn relation<'r>(
    office: &Office,
    officer: &Officer,
    around: Around<'_>,
    rules: impl IntoIterator<Item = &'r Holder>,
    day: Date,
) -> Relation {
    let fills = |rule: &Holder| officer.posts.iter().any(|post| office.fills(post, rule, around, day));
    if fills(&Holder::OwningUnitStaff) {
        Relation::Own
    } else if rules.into_iter().any(fills) {
        Relation::Part
    } else if officer.posts.iter().any(|post| around.units.iter().any(|unit| office.heads(post, unit, day))) {
        Relation::Below
    } else {
        Relation::Foreign
    }
}

/// Whether a rule is resolved around the owning units of a case and not by a fixed place in the office.
pub fn is_of_the_case(holder: &Holder) -> bool {
    matches!(
        holder,
        Holder::OwningUnitStaff
            | Holder::OwningUnitHead
            | Holder::OwningDepartmentHead
            | Holder::SharingUnitHead
            | Holder::Designated(_)
    )
}
