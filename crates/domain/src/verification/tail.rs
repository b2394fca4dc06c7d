//! What a ledger holds behind a published index: what it takes back counts at once, what it gives waits for its page.
//!
//! A [`Tail`] says how the accounts and impersonators stand that were touched since. Laid over an index it makes a
//! [`Present`], which answers in the index's place until a new one is published.

use std::collections::{BTreeMap, BTreeSet};

use super::answer::{Answer, Verdict};
use super::desk;
use super::index::{Index, Record, Standing};
use crate::network::{Address, Networks};

/// What lies in a ledger from a size on, up to another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tail {
    from: u64,
    to: u64,
    turned: BTreeMap<String, Turned>,
    shown: Option<u64>,
}

/// How an account stands that an entry of the tail touched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turned {
    /// The last entry that touched it.
    pub seq: u64,
    /// Its record now; `None` where nothing is to be said of it any more.
    pub now: Option<Record>,
    /// The entry whose record the list shows of it, where it is listed.
    pub listed_by: Option<u64>,
}

impl Tail {
    /// Nothing yet behind this size.
    pub fn behind(size: u64) -> Self {
        Self { from: size, to: size, ..Self::default() }
    }

    /// From which size on it tells.
    pub fn from(&self) -> u64 {
        self.from
    }

    /// Up to which size it tells.
    pub fn to(&self) -> u64 {
        self.to
    }

    /// Takes in how an account stands after an entry.
    pub fn turn(&mut self, account: String, turned: Turned) {
        self.turned.insert(account, turned);
    }

    /// Takes in that an entry changes what citizens see.
    pub fn show(&mut self, seq: u64) {
        self.shown = self.shown.max(Some(seq));
    }

    /// Goes on to this size; never back.
    pub fn reach(&mut self, size: u64) {
        self.to = self.to.max(size);
    }

    /// Whether citizens would see a change, were the list made anew.
    pub fn changes_the_list(&self) -> bool {
        self.shown.is_some()
    }

    /// The part behind a later size; nothing is known behind a size that it does not reach.
    #[must_use]
    pub fn cut(&self, size: u64) -> Self {
        Self {
            from: size,
            to: self.to.max(size),
            turned: self
                .turned
                .iter()
                .filter(|(_, it)| it.seq >= size)
                .map(|(id, it)| (id.clone(), it.clone()))
                .collect(),
            shown: self.shown.filter(|seq| *seq >= size),
        }
    }

    /// The index as it stands with this tail; `None` where nothing in it changes an answer or a page.
    pub fn over(&self, index: &Index) -> Option<Present> {
        if self.turned.is_empty() {
            return None;
        }
        let (mut records, mut coming, mut rewritten) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
        for former in index.records() {
            let Some(turned) = self.turned.get(&former.account) else {
                records.push(former.clone());
                continue;
            };
            if page_of(former).is_some() && self.is_off_its_page(turned) {
                rewritten.insert(former.account.clone());
            }
            records.extend(turned.beside(former, &mut coming));
        }
        let known: BTreeSet<&str> = index.records().iter().map(|record| record.account.as_str()).collect();
        for now in
            self.turned.iter().filter(|(id, _)| !known.contains(id.as_str())).filter_map(|(_, it)| it.now.as_ref())
        {
            match page_of(now) {
                Some(_) => coming.extend(keys(now)),
                None => records.push(now.clone()),
            }
        }
        Some(Present { index: index.with(records), coming, rewritten })
    }

    /// Whether the page of a listed account says what the list no longer says.
    fn is_off_its_page(&self, turned: &Turned) -> bool {
        let listed = turned.now.as_ref().and_then(page_of).is_some();
        !listed || turned.listed_by.is_some_and(|seq| seq >= self.from)
    }
}

impl Turned {
    /// The record that answers while the former one's page is up: an address that is new waits for its page.
    fn beside(&self, former: &Record, coming: &mut BTreeSet<String>) -> Option<Record> {
        let now = self.now.as_ref()?;
        let Standing::Listed { since, .. } = &now.standing else { return Some(now.clone()) };
        let Some(page) = page_of(former) else {
            coming.extend(keys(now));
            return None;
        };
        let held: BTreeSet<String> = keys(former).collect();
        let (stays, comes): (Vec<Address>, Vec<Address>) =
            now.addresses.iter().cloned().partition(|address| held.contains(&address.key));
        coming.extend(comes.into_iter().map(|address| address.key));
        let standing = Standing::Listed { since: *since, page: page.to_owned() };
        (!stays.is_empty()).then(|| Record { addresses: stays, standing, ..now.clone() })
    }
}

/// The page that the list has of an account.
fn page_of(record: &Record) -> Option<&str> {
    match &record.standing {
        Standing::Listed { page, .. } => Some(page),
        _ => None,
    }
}

fn keys(record: &Record) -> impl Iterator<Item = String> + '_ {
    record.addresses.iter().map(|address| address.key.clone())
}

/// A published index with the ledger's tail over it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Present {
    index: Index,
    /// The addresses that are listed and have no page yet.
    coming: BTreeSet<String>,
    rewritten: BTreeSet<String>,
}

impl Present {
    /// Answers as the index would, with what the tail took back.
    pub fn verify(&self, ask: &str, networks: &Networks) -> Answer {
        let answer = desk::verify(ask, &self.index, networks);
        let comes = answer.reading.addresses.iter().any(|address| self.coming.contains(&address.key));
        if !comes || matches!(answer.verdict, Verdict::Official(_) | Verdict::Impersonator) {
            return answer;
        }
        // To say that it is not registered would deny an account that the ledger has listed.
        Answer {
            verdict: Verdict::CannotJudge,
            facts: None,
            reason: "このアカウントの記録が、たったいま変わりました。公式アカウント一覧を作り直しているところです。"
                .to_owned(),
            advice: "少し待って、もう一度確かめてください。".to_owned(),
            ..answer
        }
    }

    /// The accounts whose pages no longer say what the list says.
    pub fn rewritten(&self) -> &BTreeSet<String> {
        &self.rewritten
    }
}
