//! The ledger as a whole: verify, rebuild, checkpoint, dump, back up.

use std::path::Path;

use domain::account::{Account, Listed};
use domain::case::Case;
use domain::entry::{Effect, Entry, Fact, OperatorAct, Private};
use domain::ledger::{self, Checkpoint, DumpHeader, Frontier, Head, Report, StoredEntry, Verifier};
use domain::register::Adopted;
use serde::Serialize;
use store::{Difference, Direction, PAGE_MAX, Read, Subtrees, Traces, ViewState};

use crate::beside::{Beside, as_recorded};
use crate::city::City;
use crate::error::ActError;
use crate::guideline::files_of;
use crate::perform::Recorded;
use crate::publish::signed;
use crate::slice::{ACCOUNT, CASE, ERASURES, GUIDELINES, OFFICE, ONLY, Slice, for_entry, get};
use crate::views::about_account;

/// What a verification found.
#[derive(Debug, Clone, PartialEq)]
pub struct LedgerReport {
    /// The report of the tree and its entries.
    pub report: Report,
    /// What lies beside the entries and is not what they say of it, a sentence each.
    pub contradictions: Vec<String>,
    /// Whether the views are what the entries give.
    pub views: Views,
}

impl LedgerReport {
    /// Whether the entries and what lies beside them are as they were recorded.
    pub fn is_sound(&self) -> bool {
        self.report.is_sound() && self.contradictions.is_empty()
    }
}

/// Whether the views, from which pages and rules read, were held against the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Views {
    /// Nobody asked for it.
    NotCompared,
    /// They were built anew beside, and differ in these rows.
    Compared {
        /// A sentence each.
        differences: Vec<String>,
    },
    /// They could not be compared.
    Uncomparable {
        /// Why.
        why: String,
    },
}

impl Views {
    /// The rows that differ.
    pub fn differences(&self) -> &[String] {
        match self {
            Self::Compared { differences } => differences,
            Self::NotCompared | Self::Uncomparable { .. } => &[],
        }
    }
}

/// What a rebuild found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rebuilt {
    /// How many entries were applied.
    pub entries: u64,
    /// Where the views in use differed from the rebuilt ones, a sentence each.
    pub differences: Vec<String>,
    /// What became of the views that were in use.
    pub former: Former,
}

/// What became of the views that were in use before a rebuild.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Former {
    /// They were held against the rebuilt ones.
    Compared,
    /// Another version of the program had built them: that they differ says nothing, so they were only replaced.
    Replaced,
}

/// How far long work on the ledger is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HowFar {
    /// So many entries were read.
    Entries {
        /// These.
        done: u64,
        /// Of so many.
        all: u64,
    },
    /// The rebuilt views are compared with the ones in use.
    Comparing,
    /// The rebuilt views take their place.
    Swapping,
}

/// Whether there was something to overwrite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overwritten {
    /// The files were written anew.
    Now,
    /// Nothing was erased, or it was overwritten before.
    Before,
}

/// How many entries one batch of a rebuild applies.
const BATCH: u32 = PAGE_MAX;

impl City {
    /// Re-derives the root from the entries and compares it with the head and with checkpoints kept outside.
    pub async fn verify_ledger(&self, checkpoints: &[Checkpoint]) -> Result<LedgerReport, ActError> {
        self.verify_ledger_telling(checkpoints, |_| ()).await
    }

    /// The same, telling now and then how far it is.
    pub async fn verify_ledger_telling(
        &self,
        checkpoints: &[Checkpoint],
        mut tell: impl FnMut(HowFar) + Send,
    ) -> Result<LedgerReport, ActError> {
        let mut reading = self.ledgered.reading().await?;
        let head = reading.head().await?.ok_or(ActError::NoGuideline)?;
        let all = head.size();
        let head = Head { size: all, frontier: head.frontier.to_text() };
        let mut verifier = Verifier::new(self.code(), checkpoints);
        let mut contradictions = Vec::new();
        let mut beside = Beside::default();
        let mut from = 0;
        loop {
            let page = reading.entries(from, PAGE_MAX).await?;
            let Some(last) = page.last() else { break };
            from = last.entry.seq + 1;
            for row in page {
                if let Ok(entry) = Entry::read(&row.entry.bytes)
                    && (entry.id != row.id || entry.fact.kind() != row.kind)
                {
                    contradictions.push(format!("{}番の記録の見出しが、記録の中身と違います。", row.entry.seq));
                }
                beside.compare(&mut reading, &row.entry, &mut contradictions).await?;
                verifier.push(&row.entry);
            }
            tell(HowFar::Entries { done: from, all });
        }
        let adopted: Vec<Adopted> = get(&mut reading, GUIDELINES, ONLY).await?.unwrap_or_default();
        contradictions.extend(beside.adopted_otherwise(&adopted));
        Ok(LedgerReport { report: verifier.finish(Some(&head)), contradictions, views: Views::NotCompared })
    }

    /// Drops every view, rebuilds it from the ledger beside the ones in use, compares, and swaps.
    pub async fn rebuild(&self) -> Result<Rebuilt, ActError> {
        self.rebuild_telling(|_| ()).await
    }

    /// The same, telling after each batch how far it is.
    pub async fn rebuild_telling(&self, mut tell: impl FnMut(HowFar) + Send) -> Result<Rebuilt, ActError> {
        let former = match self.ledgered.view_state().await? {
            ViewState::Current => Former::Compared,
            ViewState::Older | ViewState::Newer => Former::Replaced,
        };
        let entries = self.replay(&mut tell).await?;
        let differences = match former {
            Former::Compared => {
                tell(HowFar::Comparing);
                self.ledgered.compare(100).await?
            }
            Former::Replaced => Vec::new(),
        };
        let differences: Vec<String> = differences.iter().map(|d| format!("{}違っていました。", apart(d))).collect();
        tell(HowFar::Swapping);
        self.ledgered.swap().await?;
        self.operator_acted(OperatorAct::Rebuilt).await?;
        Ok(Rebuilt { entries, differences, former })
    }

    /// Builds the views from the ledger beside the ones in use; how many entries that took.
    async fn replay(&self, tell: &mut (impl FnMut(HowFar) + Send)) -> Result<u64, ActError> {
        self.ledgered.begin_rebuild().await?;
        loop {
            let mut batch = self.ledgered.rebuilding().await?;
            let progress = batch.progress();
            if progress.rebuilt == progress.size {
                return Ok(progress.size);
            }
            let page = batch.entries(progress.rebuilt, BATCH).await?;
            let Some(last) = page.last().map(|row| row.entry.seq) else {
                return Err(ActError::Inconsistent(format!("台帳の{}番以降の記録がありません", progress.rebuilt)));
            };
            for row in &page {
                let (entry, private) = as_recorded(&row.entry)?;
                if let Fact::GuidelineAdopted { hash, .. } = &entry.fact {
                    files_of(&mut batch, hash).await?;
                }
                let mut slice = for_entry(&mut batch, &entry).await?;
                slice.register.apply(&entry, &private);
                self.follow(&mut batch, &slice, &entry).await?;
            }
            batch.keep(last + 1).await?;
            tell(HowFar::Entries { done: last + 1, all: progress.size });
        }
    }

    /// The same report with the views held against the ledger too: they are built anew beside and thrown away again, and
    /// nothing is put in their place. Where the ledger itself is not sound, nothing could be built from it.
    pub async fn with_views_compared(
        &self,
        found: LedgerReport,
        mut tell: impl FnMut(HowFar) + Send,
    ) -> Result<LedgerReport, ActError> {
        if !found.is_sound() {
            let why = "台帳に誤りがあるため".to_owned();
            return Ok(LedgerReport { views: Views::Uncomparable { why }, ..found });
        }
        let compared = async {
            self.replay(&mut tell).await?;
            tell(HowFar::Comparing);
            Ok::<_, ActError>(self.ledgered.compare(100).await?)
        };
        let compared = compared.await;
        // What was built beside is no longer needed; what cannot be thrown away, the next rebuild throws away.
        let _ = self.ledgered.forget_rebuild().await;
        let views = match compared {
            Ok(differences) => Views::Compared {
                differences: differences.iter().map(|d| format!("{}違います。", apart(d))).collect(),
            },
            Err(error) => Views::Uncomparable { why: error.to_string() },
        };
        Ok(LedgerReport { views, ..found })
    }

    /// Rebuilds the views where an older program built them; whether they are this program's now.
    ///
    /// Several processes may find them old at once: whoever comes second finds the work done.
    pub async fn upgrade_telling(&self, tell: impl FnMut(HowFar) + Send) -> Result<(), ActError> {
        if self.ledgered.view_state().await? != ViewState::Older {
            return Ok(());
        }
        match self.rebuild_telling(tell).await {
            Err(_) if self.ledgered.view_state().await? == ViewState::Current => Ok(()),
            rebuilt => rebuilt.map(|_| ()),
        }
    }

    /// How the views in use compare with what this program builds.
    pub async fn view_state(&self) -> Result<ViewState, ActError> {
        Ok(self.ledgered.view_state().await?)
    }

    /// A signed checkpoint of the ledger as it stands, to be kept outside.
    pub async fn checkpoint(&self, seed: &[u8; 32]) -> Result<String, ActError> {
        let mut reading = self.ledgered.reading().await?;
        let head = reading.head().await?.ok_or(ActError::NoGuideline)?;
        signed(self.code(), &head.frontier, seed)
    }

    /// The same proof under this installation's own key; `None` where it has none.
    pub async fn signed_proof(&self, seq: u64) -> Result<Option<String>, ActError> {
        match &self.signer {
            Some(signer) => self.entry_proof(seq, &signer.0).await.map(Some),
            None => Ok(None),
        }
    }

    /// The public half of the key that signs proofs, in hex; `None` where there is none.
    pub fn proof_key(&self) -> Option<String> {
        self.signer.as_ref().map(|signer| ledger::to_hex(&ledger::public_key(&signer.0)))
    }

    /// The account whose place on the list rests on an entry: once that is erased, it is vouched for no longer.
    pub async fn listed_by(&self, seq: u64) -> Result<Option<Account>, ActError> {
        let mut reading = self.ledgered.reading().await?;
        let Some(row) = reading.entry(seq).await? else { return Ok(None) };
        let Fact::StepDone { case, .. } = Entry::read(&row.entry.bytes)?.fact else { return Ok(None) };
        let Some(case) = get::<Case>(&mut reading, CASE, &case.0).await? else { return Ok(None) };
        let Some(account) = case.account() else { return Ok(None) };
        let account: Option<Account> = get(&mut reading, ACCOUNT, &account.0).await?;
        // Once the record is erased, the account is off the list already.
        let rests = |listed: &Listed| listed.seq == seq && listed.record.is_some();
        Ok(account.filter(|account| account.standing.listed().is_some_and(rests)))
    }

    /// The entries that say what the account of an entry is called, where it lives or what its policy is, and that an erasure
    /// of this entry leaves as they are: facts are not erased, and other entries only by a decision of their own.
    pub async fn left_describing(&self, seq: u64) -> Result<Vec<u64>, ActError> {
        let mut reading = self.ledgered.reading().await?;
        let Some(row) = reading.entry(seq).await? else { return Ok(Vec::new()) };
        let Fact::StepDone { case, .. } = Entry::read(&row.entry.bytes)?.fact else { return Ok(Vec::new()) };
        let Some(case) = get::<Case>(&mut reading, CASE, &case.0).await? else { return Ok(Vec::new()) };
        let Some(account) = case.account() else { return Ok(Vec::new()) };
        let about = about_account(&account.0);
        let (mut left, mut after) = (Vec::new(), None);
        loop {
            let page = reading.timeline(Some(&about), Direction::OldestFirst, after, PAGE_MAX).await?;
            let Some(last) = page.last() else { return Ok(left) };
            after = Some(last.entry.seq);
            for row in &page {
                let private = row.entry.private.as_ref().filter(|_| row.entry.seq != seq);
                let private = private.map(|part| Private::read(&part.bytes)).transpose()?.unwrap_or_default();
                let is_kept = private.policy.is_some() || private.listing.is_some();
                if is_kept || describes(&Entry::read(&row.entry.bytes)?.fact) {
                    left.push(row.entry.seq);
                }
            }
        }
    }

    /// One entry as it is kept, with what is left of its private part; `None` where the ledger has none there.
    pub async fn kept_entry(&self, seq: u64) -> Result<Option<(Entry, Private)>, ActError> {
        let Some(row) = self.ledgered.reading().await?.entry(seq).await? else { return Ok(None) };
        let private = row.entry.private.as_ref().map(|part| Private::read(&part.bytes)).transpose()?;
        Ok(Some((Entry::read(&row.entry.bytes)?, private.unwrap_or_default())))
    }

    /// The proof that one entry stands in the ledger, under a checkpoint of it as it is now.
    pub async fn entry_proof(&self, seq: u64, seed: &[u8; 32]) -> Result<String, ActError> {
        let missing = || ActError::Input(format!("台帳に {seq} 番の記録はありません。番号を確かめてください。"));
        let mut reading = self.ledgered.reading().await?;
        let head = reading.head().await?.ok_or(ActError::NoGuideline)?;
        let row = reading.entry(seq).await?.ok_or_else(missing)?;
        let path = match kept_path(&mut reading, &row.entry, &head.frontier).await? {
            Some(path) => path,
            None => whole_path(&mut reading, seq, &head.frontier).await?.ok_or_else(missing)?,
        };
        Ok(ledger::proof_text(&row.entry, &path, &signed(self.code(), &head.frontier, seed)?))
    }

    /// Writes the whole ledger as JSON lines for an independent verifier.
    pub async fn dump_ledger(&self, out: &mut impl std::io::Write) -> Result<u64, ActError> {
        self.dump_ledger_telling(out, |_| ()).await
    }

    /// The same, telling now and then how far it is.
    pub async fn dump_ledger_telling(
        &self,
        out: &mut impl std::io::Write,
        mut tell: impl FnMut(HowFar) + Send,
    ) -> Result<u64, ActError> {
        let mut reading = self.ledgered.reading().await?;
        let head = reading.head().await?.ok_or(ActError::NoGuideline)?;
        let failed = |e: std::io::Error| ActError::Input(format!("書き出せませんでした（{e}）。"));
        let header = DumpHeader {
            municipality: self.code().to_owned(),
            head: Head { size: head.size(), frontier: head.frontier.to_text() },
        };
        writeln!(out, "{}", header.line()).map_err(failed)?;
        let mut from = 0;
        loop {
            let page = reading.entries(from, PAGE_MAX).await?;
            let Some(last) = page.last() else { return Ok(head.size()) };
            from = last.entry.seq + 1;
            for row in &page {
                writeln!(out, "{}", ledger::dump_line(&row.entry)).map_err(failed)?;
            }
            tell(HowFar::Entries { done: from, all: head.size() });
        }
    }

    /// Copies this municipality into a file, while others go on writing; the entry is made before, so the copy holds it.
    pub async fn backup(&self, to: &Path) -> Result<Recorded, ActError> {
        let recorded = self.operator_acted(OperatorAct::BackedUp).await?;
        self.ledgered.export(to).await?;
        Ok(recorded)
    }

    /// The signed checkpoint of the ledger as a finished backup holds it: whatever was recorded since, the two fit.
    pub async fn checkpoint_of_backup(&self, file: &Path, seed: &[u8; 32]) -> Result<String, ActError> {
        let head = store::head_in_copy(file, self.ledgered.code()).await?;
        let head = head.ok_or_else(|| ActError::Inconsistent(file.display().to_string()))?;
        signed(self.code(), &head.frontier, seed)
    }

    /// Takes this municipality's data from a backup into an empty place, verifies it, and rebuilds the views.
    pub async fn restore(&self, from: &Path, checkpoints: &[Checkpoint]) -> Result<LedgerReport, ActError> {
        self.restore_telling(from, checkpoints, |_| ()).await
    }

    /// The same, telling now and then how far it is: once through the ledger to verify it, once to rebuild.
    pub async fn restore_telling(
        &self,
        from: &Path,
        checkpoints: &[Checkpoint],
        mut tell: impl FnMut(HowFar) + Send,
    ) -> Result<LedgerReport, ActError> {
        self.ledgered.restore(from).await?;
        let report = self.verify_ledger_telling(checkpoints, &mut tell).await?;
        self.rebuild_telling(&mut tell).await?;
        self.operator_acted(OperatorAct::Restored).await?;
        Ok(report)
    }

    /// Takes what lawful erasures left behind out of the database's files, unless that was done since the last of them.
    pub async fn overwrite_erased(&self) -> Result<Overwritten, ActError> {
        let [last, _, _] = self.ledgered.reading().await?.versions([ERASURES, OFFICE, GUIDELINES], ONLY).await?;
        let Some(last) = last else { return Ok(Overwritten::Before) };
        if self.ledgered.scrubbed().await?.is_some_and(|done| done >= last) {
            return Ok(Overwritten::Before);
        }
        self.ledgered.scrub(last).await?;
        Ok(Overwritten::Now)
    }

    async fn operator_acted(&self, act: OperatorAct) -> Result<Recorded, ActError> {
        let writing = self.ledgered.writing().await?;
        let decided = self.by_operator(Fact::OperatorActed { act }, Private::default());
        self.record(writing, Slice::default(), decided, None).await
    }
}

/// Which row differs, as the beginning of a sentence.
fn apart(difference: &Difference) -> String {
    format!("表 {} の {} {} が、台帳から作り直したものと", difference.table, difference.of, difference.id)
}

/// Whether a fact says what an account is called or where it lives.
fn describes(fact: &Fact) -> bool {
    match fact {
        Fact::AccountNoted { .. } => true,
        Fact::StepDone { effects, .. } => {
            effects.iter().any(|effect| matches!(effect, Effect::AccountDescribed { .. } | Effect::AddressSet { .. }))
        }
        _ => false,
    }
}

/// The path of an entry from the subtrees that are kept; `None` where they do not lead to the root.
async fn kept_path(
    at: &mut impl Read,
    entry: &StoredEntry,
    frontier: &Frontier,
) -> Result<Option<Vec<ledger::Hash>>, ActError> {
    let Some(parts) = ledger::inclusion_parts(entry.seq, frontier.size()) else { return Ok(None) };
    let asked: Vec<ledger::Subtree> = parts.iter().flatten().copied().collect();
    let found = at.subtrees(&asked).await?;
    let over = |parts: &Vec<ledger::Subtree>| {
        let hashes: Option<Vec<ledger::Hash>> = parts.iter().map(|part| found.get(part).copied()).collect();
        ledger::root_over(&hashes?)
    };
    let Some(path) = parts.iter().map(over).collect::<Option<Vec<ledger::Hash>>>() else { return Ok(None) };
    let leaf = ledger::leaf_hash(&entry.commitment);
    let leads = ledger::verify_inclusion(&leaf, entry.seq, frontier.size(), &path, &frontier.root());
    Ok(leads.ok().map(|()| path))
}

/// The same from every entry: for a ledger from before subtrees were kept.
async fn whole_path(at: &mut impl Read, seq: u64, frontier: &Frontier) -> Result<Option<Vec<ledger::Hash>>, ActError> {
    let mut tree = ledger::Tree::new();
    let mut from = 0;
    loop {
        let page = at.entries(from, PAGE_MAX).await?;
        let Some(last) = page.last() else { break };
        from = last.entry.seq + 1;
        for row in &page {
            tree.append(&row.entry.commitment);
        }
    }
    if tree.root_at(tree.size()) != Some(frontier.root()) {
        return Err(ActError::Inconsistent("台帳の先頭".to_owned()));
    }
    Ok(usize::try_from(seq).ok().and_then(|index| tree.inclusion_proof(index, tree.size())))
}
