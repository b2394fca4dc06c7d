//! What pages are made of: plain values that the macros in `templates/parts` draw.

pub use crate::page::Link;

/// How a notice is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Good to know.
    Info,
    /// Something has been done.
    Success,
    /// Something needs care.
    Warning,
    /// Something is wrong.
    Danger,
}

impl Tone {
    /// The tone of this name; what is no tone is told as news.
    pub fn of(class: &str) -> Self {
        [Self::Success, Self::Warning, Self::Danger]
            .into_iter()
            .find(|tone| tone.class() == class)
            .unwrap_or(Self::Info)
    }

    /// The style's name.
    pub fn class(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Success => "success",
            Self::Warning => "warning",
            Self::Danger => "danger",
        }
    }

    /// The sign beside the word.
    pub fn mark(self) -> &'static str {
        match self {
            Self::Info => "i",
            Self::Success => "✓",
            Self::Warning => "!",
            Self::Danger => "×",
        }
    }

    /// The word that says it without colour.
    pub fn word(self) -> &'static str {
        match self {
            Self::Info => "お知らせ",
            Self::Success => "完了",
            Self::Warning => "注意",
            Self::Danger => "確認が必要です",
        }
    }
}

/// A banner with something to know.
#[derive(Clone, Debug)]
pub struct Notice {
    /// How it is meant.
    pub tone: Tone,
    /// The heading.
    pub title: String,
    /// More of it, if there is more.
    pub body: Option<String>,
    /// What can be done about it.
    pub next: Option<Link>,
}

/// When the visit ends without a sign of life.
#[derive(Clone, Debug)]
pub struct Ending {
    /// How long that is from now, in milliseconds.
    pub left: i64,
    /// The moment in words.
    pub until: String,
}

/// The shape of a status tag: the sign stands beside the word, so that colour never speaks alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Nothing in particular.
    Plain,
    /// Under way.
    Going,
    /// Done.
    Done,
    /// On the published list now.
    Official,
    /// Stopped for a time.
    Paused,
    /// Over for good.
    Ended,
    /// Taken back.
    Withdrawn,
}

impl Shape {
    /// The style's name.
    pub fn class(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Going => "going",
            Self::Done => "done",
            Self::Official => "official",
            Self::Paused => "paused",
            Self::Ended => "ended",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The sign before the word.
    pub fn mark(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Going => "▶",
            Self::Done | Self::Official => "✓",
            Self::Paused => "△",
            Self::Ended => "■",
            Self::Withdrawn => "↩",
        }
    }
}

/// A status in one word.
#[derive(Clone, Debug)]
pub struct Tag {
    /// The word.
    pub word: String,
    /// Its shape.
    pub shape: Shape,
}

impl Tag {
    /// Makes a tag.
    pub fn new(word: impl Into<String>, shape: Shape) -> Self {
        Self { word: word.into(), shape }
    }
}

/// What something rests on.
#[derive(Clone, Debug)]
pub enum Basis {
    /// A clause of the guideline, in its own words.
    Clause {
        /// How the clause is cited.
        number: String,
        /// The clause word for word.
        words: String,
        /// Where it stands in the guideline.
        href: String,
    },
    /// A rule of the city's own, not in the guideline's text.
    Practice {
        /// What it is for; empty where nothing is written down.
        words: String,
    },
}

/// The heading of a column.
#[derive(Clone, Debug)]
pub struct Head {
    /// The words.
    pub label: String,
}

impl Head {
    /// A heading that orders nothing.
    pub fn new(label: impl Into<String>) -> Self {
        Self { label: label.into() }
    }
}

/// What stands in a place of a table or beside a label.
#[derive(Clone, Debug)]
pub enum Cell {
    /// Words, with their line ends.
    Text(String),
    /// A number, set to the right.
    Number(String),
    /// Words that lead somewhere.
    Link(Link),
    /// A status.
    Tag(Tag),
    /// Words, with smaller words below.
    Pair(String, String),
    /// A link, with smaller words below.
    LinkPair(Link, String),
    /// Nothing is known; said in words.
    Missing(&'static str),
}

/// A table: its rows become cards on a narrow screen. The first cell of a row names the row.
#[derive(Clone, Debug)]
pub struct Table {
    /// What the table shows.
    pub caption: String,
    /// The columns.
    pub heads: Vec<Head>,
    /// The rows; each as long as `heads`.
    pub rows: Vec<Vec<Cell>>,
    /// What is said, and what to do, if there are no rows.
    pub empty: Empty,
}

impl Table {
    /// The columns, each with whether it holds numbers, which stand to the right.
    pub fn columns(&self) -> impl Iterator<Item = (&Head, bool)> {
        let first = self.rows.first();
        self.heads
            .iter()
            .enumerate()
            .map(move |(at, head)| (head, matches!(first.and_then(|row| row.get(at)), Some(Cell::Number(_)))))
    }
}

/// Nothing is there: why, and what to do.
#[derive(Clone, Debug)]
pub struct Empty {
    /// What is not there.
    pub title: String,
    /// Why, and when that changes.
    pub body: String,
    /// What can be done.
    pub next: Option<Link>,
}

/// The way through a list that is read page by page.
#[derive(Clone, Debug, Default)]
pub struct Pages {
    /// Where the first page is, on every other one: a list is kept by where it goes on, and turns one way.
    pub first: Option<String>,
    /// Where the next page is.
    pub after: Option<String>,
    /// Which part is shown, in words.
    pub shown: String,
}

/// A link among its like.
#[derive(Clone, Debug)]
pub struct Tab {
    /// What is read.
    pub label: String,
    /// Where it leads.
    pub href: String,
    /// Whether it leads, or is where we are.
    pub place: Place,
}

/// Where something stands on a way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Behind us.
    Done,
    /// Here.
    Now,
    /// Before us.
    Later,
}

impl Place {
    /// The style's name.
    pub fn class(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Now => "now",
            Self::Later => "later",
        }
    }

    /// The word that says it without colour.
    pub fn word(self) -> &'static str {
        match self {
            Self::Done => "済み",
            Self::Now => "いまここ",
            Self::Later => "これから",
        }
    }
}

/// A stretch of a longer form or of a procedure.
#[derive(Clone, Debug)]
pub struct Stage {
    /// What is done there.
    pub label: String,
    /// Where it is, if one may go there.
    pub href: Option<String>,
    /// Whether it lies behind us.
    pub place: Place,
}

/// Something that happened on a case, or is to happen.
#[derive(Clone, Debug)]
pub struct Moment {
    /// The day, or by when.
    pub day: String,
    /// The position that acted, or whom it waits for.
    pub position: String,
    /// What.
    pub what: String,
    /// More: a reason, a number, an address.
    pub note: Option<String>,
    /// What it rests on.
    pub basis: Option<Basis>,
    /// Whether it has happened.
    pub place: Place,
}

/// How pressing a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// There is time.
    Calm,
    /// The day is near.
    Soon,
    /// The day has passed.
    Late,
}

impl Urgency {
    /// The style's name.
    pub fn class(self) -> &'static str {
        match self {
            Self::Calm => "calm",
            Self::Soon => "soon",
            Self::Late => "late",
        }
    }

    /// The word that says it without colour; calm needs none.
    pub fn word(self) -> &'static str {
        match self {
            Self::Calm => "",
            Self::Soon => "もうすぐ",
            Self::Late => "期限切れ",
        }
    }
}

/// Something that waits for me.
#[derive(Clone, Debug)]
pub struct Task {
    /// What to do, and where.
    pub what: Link,
    /// On what: the account and its unit.
    pub subject: String,
    /// By when, in words.
    pub due: Option<String>,
    /// How pressing it is.
    pub urgency: Urgency,
    /// Since when it waits, and after whom.
    pub since: String,
    /// How strongly the guideline asks: しなければならない, 努める ….
    pub strength: String,
    /// What it rests on.
    pub basis: Option<Basis>,
}

/// A passage of a comparison of two texts.
#[derive(Clone, Debug)]
pub enum Passage {
    /// In both.
    Same(String),
    /// Only in the earlier.
    Removed(String),
    /// Only in the later.
    Added(String),
}

/// A text that is carried elsewhere by hand.
#[derive(Clone, Debug)]
pub struct Copy {
    /// The place's name in the page, of letters and digits.
    pub id: String,
    /// What it is.
    pub label: String,
    /// The text.
    pub text: String,
}

/// A clause in full, to be read beside what it asks for.
#[derive(Clone, Debug)]
pub struct Quote {
    /// How the clause is cited.
    pub number: String,
    /// The clause word for word.
    pub words: String,
    /// What the officer should know of it, in the program's own words.
    pub note: Option<String>,
}

/// A page as it will look, inside another page.
#[derive(Clone, Debug)]
pub struct Preview {
    /// What it is.
    pub title: String,
    /// The whole page.
    pub html: String,
    /// Where it stands alone, to be printed.
    pub href: String,
}
