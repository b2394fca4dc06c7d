//! A field of a form as it is drawn: `templates/parts/form.html` draws each kind.

use crate::parts::Basis;

/// A field of a form.
#[derive(Clone, Debug)]
pub struct Field {
    /// The name that the form sends; also the end of its place in the page (`f-` and the name).
    pub name: String,
    /// What is asked.
    pub label: String,
    /// How to answer.
    pub hint: Option<String>,
    /// What is wrong with the answer that was sent, and what to do.
    pub error: Option<String>,
    /// Whether an answer is needed.
    pub need: Need,
    /// What asks for it.
    pub basis: Option<Basis>,
    /// What is typed or chosen.
    pub kind: Kind,
}

/// Whether a field needs an answer; written beside the label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// 必須.
    Required,
    /// 任意.
    Optional,
}

impl Need {
    /// The word beside the label.
    pub fn word(self) -> &'static str {
        match self {
            Self::Required => "必須",
            Self::Optional => "任意",
        }
    }
}

/// What a field takes.
#[derive(Clone, Debug)]
pub enum Kind {
    /// One line.
    Line {
        /// What was typed.
        value: String,
        /// What sort of line.
        sort: Line,
    },
    /// Several lines.
    Long {
        /// What was typed.
        value: String,
        /// How many lines are seen.
        rows: u8,
        /// How many letters there may be.
        most: Option<u32>,
    },
    /// A day.
    Day {
        /// The day as ISO 8601, or what was typed.
        value: String,
        /// The same day in 和暦.
        wareki: Option<String>,
    },
    /// One of many, from a list that opens.
    Select(Vec<Choice>),
    /// One of a few.
    Radio(Vec<Choice>),
    /// Any of a few.
    Checks(Vec<Choice>),
    /// Files.
    File {
        /// The media types that are taken.
        accept: String,
    },
}

/// What sort of line is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// Words.
    Words,
    /// An address on the web.
    Address,
    /// A number.
    Number,
    /// A mail address.
    Mail,
    /// The name one signs in with.
    LoginName,
    /// The password one has.
    Password,
    /// A password to be.
    NewPassword,
    /// A code that holds for a moment.
    Code,
}

impl Line {
    /// The `type` of the input.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Password | Self::NewPassword => "password",
            Self::Mail => "email",
            _ => "text",
        }
    }

    /// The keyboard that a phone offers, if not the usual one.
    pub fn keyboard(self) -> Option<&'static str> {
        match self {
            Self::Address => Some("url"),
            Self::Number | Self::Code => Some("numeric"),
            _ => None,
        }
    }

    /// What a browser may fill in.
    pub fn fill(self) -> &'static str {
        match self {
            Self::LoginName => "username",
            Self::Password => "current-password",
            Self::NewPassword => "new-password",
            Self::Code => "one-time-code",
            Self::Mail => "email",
            _ => "off",
        }
    }

    /// Whether it is prose, which a browser may correct.
    pub fn is_prose(self) -> bool {
        self == Self::Words
    }
}

/// One of the answers to choose from.
#[derive(Clone, Debug)]
pub struct Choice {
    /// What the form sends.
    pub value: String,
    /// What is read.
    pub label: String,
    /// What it means.
    pub hint: Option<String>,
    /// Whether it is chosen.
    pub chosen: Chosen,
}

/// Whether a choice is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// Taken.
    Yes,
    /// Not taken.
    No,
}

/// Something that is wrong with what was sent: a line of the summary above the form.
#[derive(Clone, Debug)]
pub struct Problem {
    /// The field, by name; none if it is about the whole.
    pub field: Option<String>,
    /// What is wrong, and what to do.
    pub words: String,
    /// The clause that asks for it.
    pub basis: Option<Basis>,
}

impl Field {
    /// A field with one line of words.
    pub fn line(name: impl Into<String>, label: impl Into<String>, value: impl Into<String>) -> Self {
        Self::new(name, label, Kind::Line { value: value.into(), sort: Line::Words })
    }

    /// A field that needs an answer, without hint or error.
    pub fn new(name: impl Into<String>, label: impl Into<String>, kind: Kind) -> Self {
        Self {
            name: name.into(),
            label: label.into(),
            hint: None,
            error: None,
            need: Need::Required,
            basis: None,
            kind,
        }
    }

    /// The same with a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same with what is wrong.
    #[must_use]
    pub fn error(mut self, error: Option<String>) -> Self {
        self.error = error;
        self
    }

    /// The same, but it may be left empty.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.need = Need::Optional;
        self
    }

    /// The same with what asks for it.
    #[must_use]
    pub fn basis(mut self, basis: Option<Basis>) -> Self {
        self.basis = basis;
        self
    }

    /// The ids of what describes the field, for `aria-describedby`.
    pub fn described_by(&self) -> Option<String> {
        let named = |there: bool, end: &str| there.then(|| format!("f-{}-{end}", self.name));
        let counted = matches!(self.kind, Kind::Long { most: Some(_), .. });
        let day = matches!(self.kind, Kind::Day { .. });
        let ids: Vec<_> = [
            named(self.hint.is_some(), "hint"),
            named(self.error.is_some(), "error"),
            named(counted, "count"),
            named(day, "era"),
        ]
        .into_iter()
        .flatten()
        .collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }
}

impl Choice {
    /// A choice; taken if its value is `taken`.
    pub fn new(value: impl Into<String>, label: impl Into<String>, taken: &str) -> Self {
        let value = value.into();
        let chosen = if value == taken { Chosen::Yes } else { Chosen::No };
        Self { value, label: label.into(), hint: None, chosen }
    }

    /// Whether it is taken.
    pub fn is_chosen(&self) -> bool {
        self.chosen == Chosen::Yes
    }
}
