//! A form that was sent after the session had ended: carried through the sign-in, and sent again by the same person.

use axum::http::HeaderMap;

use actions::LoginId;

use crate::came::{last_mark, mark};
use crate::routes::Verb;
use crate::typed::Typed;
use crate::visit::Visit;

const NEXT: &str = "next";
const TO: &str = "kept-to";
const WHO: &str = "kept-who";
const FIELD: &str = "kept.";

/// What is carried through the sign-in: where to go, and what was typed before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Carried {
    /// Where to go when signed in.
    pub next: Option<String>,
    /// A form that waits.
    pub form: Option<KeptForm>,
}

/// A form that waits for its sender to sign in again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeptForm {
    /// Where it was sent.
    pub to: String,
    /// The mark of whoever sent it.
    who: String,
    /// What was typed.
    pub fields: Vec<(String, String)>,
}

impl Carried {
    /// What a form of the sign-in carries.
    pub(crate) fn read(visit: &Visit, typed: &Typed) -> Self {
        let next = visit.own_path(Verb::Get, typed.text(NEXT));
        let form = visit.own_path(Verb::Post, typed.text(TO)).map(|to| {
            let fields = typed.iter().filter_map(|(name, value)| Some((name.strip_prefix(FIELD)?, value)));
            KeptForm { to, who: typed.text(WHO).to_owned(), fields: keepable(fields) }
        });
        Self { next, form }
    }

    /// What a form carries that came after the session had ended.
    pub(crate) fn interrupted(visit: &Visit, headers: &HeaderMap, typed: &Typed) -> Self {
        let who = last_mark(visit.house(), visit.code(), headers).unwrap_or_default();
        let to = visit.own_path(Verb::Post, visit.asked_path());
        let form = to.map(|to| KeptForm { to, who, fields: keepable(typed.iter()) });
        Self { next: None, form }
    }

    /// The hidden fields that carry it on.
    pub(crate) fn hidden(&self) -> Vec<(String, String)> {
        let mut hidden = Vec::new();
        if let Some(next) = &self.next {
            hidden.push((NEXT.to_owned(), next.clone()));
        }
        if let Some(form) = &self.form {
            hidden.push((TO.to_owned(), form.to.clone()));
            hidden.push((WHO.to_owned(), form.who.clone()));
            hidden.extend(form.fields.iter().map(|(name, value)| (format!("{FIELD}{name}"), value.clone())));
        }
        hidden
    }

    /// The form, if the one who signed in is the one who sent it.
    pub(crate) fn form_of(self, visit: &Visit, login: &LoginId) -> Option<KeptForm> {
        self.form.filter(|form| form.who == mark(visit.code(), login))
    }
}

/// The fields without what must never be written into a page.
pub(crate) fn keepable<'f>(fields: impl Iterator<Item = (&'f str, &'f str)>) -> Vec<(String, String)> {
    let secret = |name: &str| {
        let name = name.to_ascii_lowercase();
        ["password", "secret", "passkey"].iter().any(|word| name.contains(word))
            || ["code", "again", "former", "recovery", "token"].contains(&name.as_str())
    };
    fields.filter(|(name, _)| !secret(name)).map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}
