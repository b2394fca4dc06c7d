//! A refusal as a page shows it: what is wrong, under which clause, what to do next, and where.

use actions::LoadedGuideline;
use domain::refusal::{At, OrderField, Refusal, RefusalKind};

use crate::field::Field;
use crate::parts::Basis;
use crate::typed::Typed;
use crate::visit::Visit;

/// Why something was not taken.
#[derive(Debug, Clone)]
pub struct Refused {
    /// What is wrong.
    pub what: String,
    /// The field in which it is mended, by name, where there is one.
    pub field: Option<String>,
    /// What it rests on.
    pub basis: Option<Basis>,
    /// What others did meanwhile.
    pub meanwhile: Vec<String>,
    /// Each thing that is wrong, with its place.
    pub items: Vec<RefusedItem>,
    /// What to do next.
    pub next: String,
}

/// One thing that is wrong.
#[derive(Debug, Clone)]
pub struct RefusedItem {
    /// Where to mend it.
    pub href: Option<String>,
    /// What is wrong, and what to do.
    pub words: String,
    /// What it rests on.
    pub basis: Option<Basis>,
}

impl Refused {
    /// A refusal by a rule; `place` says where each of its items is mended.
    pub fn by(
        visit: &Visit,
        loaded: &LoadedGuideline,
        refusal: &Refusal,
        place: impl Fn(&At) -> Option<String>,
    ) -> Self {
        let items = refusal.items.iter().map(|item| RefusedItem {
            href: place(&item.at),
            words: format!("{}{}", item.what, item.next),
            basis: Some(visit.basis_in(loaded, &item.basis)),
        });
        Self {
            what: refusal.what.clone(),
            field: None,
            basis: refusal.basis.as_ref().map(|basis| visit.basis_in(loaded, basis)),
            meanwhile: Vec::new(),
            items: items.collect(),
            next: refusal.next.clone(),
        }
    }

    /// What was typed cannot be read.
    pub fn unreadable(what: impl Into<String>, fields: impl IntoIterator<Item = (String, String)>) -> Self {
        let items = fields.into_iter().map(|(name, words)| RefusedItem {
            href: Some(format!("#f-{name}")),
            words,
            basis: None,
        });
        Self {
            what: what.into(),
            field: None,
            basis: None,
            meanwhile: Vec::new(),
            items: items.collect(),
            next: "直してから、もう一度送ってください。入力した内容は残っています。".to_owned(),
        }
    }

    /// The fields of the form in which something is mended, with what is said there.
    pub fn fields(&self) -> impl Iterator<Item = (String, String)> {
        self.items.iter().filter_map(|item| {
            let name = item.href.as_deref()?.strip_prefix("#f-")?;
            Some((name.to_owned(), item.words.clone()))
        })
    }

    /// The same, mended in this field: the words lead there, and stand beside it too.
    #[must_use]
    pub fn at(mut self, field: Option<&str>) -> Self {
        self.field = field.map(str::to_owned);
        self
    }

    /// Where it is mended.
    pub fn href(&self) -> Option<String> {
        self.field.as_ref().map(|name| format!("#f-{name}"))
    }

    /// What is said beside a field: the words that lead to it.
    fn beside(&self, name: &str) -> Option<String> {
        if self.field.as_deref() == Some(name) {
            return Some(self.what.clone());
        }
        let here = format!("#f-{name}");
        self.items.iter().find(|item| item.href.as_deref() == Some(here.as_str())).map(|item| item.words.clone())
    }
}

/// The field of a form in which a refusal is mended; `name` says what the form calls what an order says. A text that is too
/// long is the longest that was typed.
pub(crate) fn field_at_fault<'t>(
    refusal: &Refusal,
    typed: &'t Typed,
    name: impl Fn(OrderField) -> Option<&'static str>,
) -> Option<&'t str> {
    match (&refusal.at, refusal.kind) {
        (Some(At::Field(field)), _) => name(*field),
        (_, RefusalKind::TooLong) => typed.longest(),
        _ => None,
    }
}

/// A field with what a refusal says of it.
pub(crate) fn told(refused: Option<&Refused>, field: Field) -> Field {
    match refused.and_then(|refused| refused.beside(&field.name)) {
        Some(words) => field.error(Some(words)),
        None => field,
    }
}
