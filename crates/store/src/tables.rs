//! The list of all tables, each with its sort: what must be kept, what can be rebuilt, what is only work in progress.

/// What a table is to the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// What happened: append-only, except for a lawful erasure.
    Ledger,
    /// What follows from the ledger: dropped and rebuilt at will.
    View,
    /// What people and jobs are at: nothing official rests on it.
    Workshop,
    /// What holds for hours: sessions, counters. Never copied, so that no backup brings an ended session back.
    Passing,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A text.
    Text,
    /// A whole number.
    Int,
    /// Bytes.
    Bytes,
}

/// One table, described well enough to copy it from one engine to the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Table {
    /// Its name in SQL.
    pub name: &'static str,
    /// What it is to the register.
    pub sort: Sort,
    /// How many of the columns, from the first, are the key.
    pub key: usize,
    /// The columns, key first.
    pub columns: &'static [(&'static str, Kind)],
    /// How many rows a copy reads at once: few where a row is large.
    pub page: i64,
}

use Kind::{Bytes, Int, Text};

const RECORD: &[(&str, Kind)] = &[
    ("municipality", Text),
    ("noun", Text),
    ("id", Text),
    ("body", Text),
    ("version", Int),
    ("a", Text),
    ("b", Text),
    ("c", Text),
    ("sort", Text),
];
const ADDRESS: &[(&str, Kind)] = &[("municipality", Text), ("address", Text), ("account", Text), ("live", Int)];
const NUMBER: &[(&str, Kind)] = &[("municipality", Text), ("number", Text), ("case_id", Text), ("seq", Int)];
const TASK: &[(&str, Kind)] = &[
    ("municipality", Text),
    ("waits_for", Text),
    ("due", Text),
    ("sort", Text),
    ("step", Text),
    ("case_id", Text),
    ("whose", Int),
    ("not_by", Text),
    ("body", Text),
];
const TERM: &[(&str, Kind)] = &[("municipality", Text), ("noun", Text), ("term", Text), ("sort", Text), ("id", Text)];
const TRACE: &[(&str, Kind)] = &[("municipality", Text), ("about", Text), ("seq", Int)];
const STATE: &[(&str, Kind)] = &[("municipality", Text), ("version", Int), ("size", Int)];

const fn table(
    name: &'static str,
    sort: Sort,
    key: usize,
    columns: &'static [(&'static str, Kind)],
    page: i64,
) -> Table {
    Table { name, sort, key, columns, page }
}

/// Every table, in an order in which rows can be inserted.
pub const TABLES: &[Table] = &[
    table(
        "ledger_head",
        Sort::Ledger,
        1,
        &[("municipality", Text), ("size", Int), ("frontier", Text), ("last_recorded_at", Int), ("locks", Int)],
        500,
    ),
    table(
        "entry",
        Sort::Ledger,
        2,
        &[
            ("municipality", Text),
            ("seq", Int),
            ("id", Text),
            ("kind", Text),
            ("recorded_at", Int),
            ("salt", Bytes),
            ("bytes", Bytes),
            ("commitment", Bytes),
        ],
        500,
    ),
    table(
        "entry_private",
        Sort::Ledger,
        2,
        &[("municipality", Text), ("seq", Int), ("salt", Bytes), ("bytes", Bytes)],
        500,
    ),
    table(
        "idempotency",
        Sort::Ledger,
        2,
        &[("municipality", Text), ("idem_key", Text), ("seq", Int), ("answer", Text)],
        500,
    ),
    table("idempotency_bound", Sort::Ledger, 2, &[("municipality", Text), ("idem_key", Text), ("bound", Text)], 500),
    table("tree_node", Sort::Ledger, 2, &[("municipality", Text), ("subtree", Text), ("hash", Bytes)], 500),
    table(
        "guideline_file",
        Sort::Ledger,
        3,
        &[("municipality", Text), ("hash", Text), ("path", Text), ("bytes", Bytes)],
        16,
    ),
    table("blob", Sort::Workshop, 3, &[("municipality", Text), ("hash", Text), ("chunk", Int), ("bytes", Bytes)], 16),
    table(
        "upload",
        Sort::Workshop,
        2,
        &[("municipality", Text), ("id", Text), ("hash", Text), ("media", Text), ("bytes", Int), ("kept_at", Int)],
        500,
    ),
    table(
        "upload_owner",
        Sort::Passing,
        2,
        &[("municipality", Text), ("id", Text), ("person", Text), ("about", Text), ("bytes", Int)],
        500,
    ),
    table(
        "draft",
        Sort::Workshop,
        2,
        &[("municipality", Text), ("id", Text), ("body", Text), ("updated_at", Int), ("version", Int)],
        500,
    ),
    table(
        "job",
        Sort::Workshop,
        2,
        &[
            ("municipality", Text),
            ("id", Text),
            ("kind", Text),
            ("body", Text),
            ("due_at", Int),
            ("lease_until", Int),
            ("attempts", Int),
            ("idem_key", Text),
            ("done_at", Int),
            ("last_error", Text),
        ],
        500,
    ),
    table(
        "login",
        Sort::Workshop,
        2,
        &[
            ("municipality", Text),
            ("id", Text),
            ("name", Text),
            ("subject", Text),
            ("person", Text),
            ("state", Text),
            ("password", Text),
            ("totp", Bytes),
            ("totp_step", Int),
            ("stamp", Int),
            ("created_at", Int),
            ("changed_at", Int),
            ("version", Int),
        ],
        500,
    ),
    table(
        "session",
        Sort::Passing,
        2,
        &[
            ("municipality", Text),
            ("id", Text),
            ("login", Text),
            ("stamp", Int),
            ("factor", Text),
            ("device", Text),
            ("began_at", Int),
            ("seen_at", Int),
            ("proved_at", Int),
        ],
        500,
    ),
    table(
        "invitation",
        Sort::Passing,
        2,
        &[("municipality", Text), ("id", Text), ("login", Text), ("made_at", Int), ("expires_at", Int)],
        500,
    ),
    table(
        "recovery_code",
        Sort::Workshop,
        3,
        &[("municipality", Text), ("login", Text), ("id", Text), ("used_at", Int)],
        500,
    ),
    table(
        "passkey",
        Sort::Workshop,
        2,
        &[
            ("municipality", Text),
            ("id", Text),
            ("login", Text),
            ("name", Text),
            ("data", Text),
            ("added_at", Int),
            ("used_at", Int),
        ],
        500,
    ),
    table(
        "identity_link",
        Sort::Workshop,
        3,
        &[("municipality", Text), ("issuer", Text), ("subject", Text), ("login", Text), ("linked_at", Int)],
        500,
    ),
    table(
        "pending",
        Sort::Passing,
        2,
        &[
            ("municipality", Text),
            ("id", Text),
            ("purpose", Text),
            ("login", Text),
            ("stamp", Int),
            ("data", Text),
            ("tries", Int),
            ("expires_at", Int),
        ],
        500,
    ),
    table(
        "attempt",
        Sort::Passing,
        2,
        &[("municipality", Text), ("id", Text), ("failures", Int), ("until_at", Int), ("last_at", Int)],
        500,
    ),
    table(
        "known_device",
        Sort::Passing,
        3,
        &[("municipality", Text), ("login", Text), ("id", Text), ("seen_at", Int)],
        500,
    ),
    table(
        "trusted_device",
        Sort::Passing,
        3,
        &[
            ("municipality", Text),
            ("login", Text),
            ("id", Text),
            ("stamp", Int),
            ("posts", Text),
            ("browser", Text),
            ("trusted_at", Int),
            ("until_at", Int),
        ],
        500,
    ),
    table(
        "sign_in_event",
        Sort::Workshop,
        2,
        &[
            ("municipality", Text),
            ("id", Text),
            ("at", Int),
            ("event", Text),
            ("login", Text),
            ("name", Text),
            ("source", Text),
            ("device", Text),
        ],
        500,
    ),
    table(
        "notice",
        Sort::Workshop,
        2,
        &[
            ("municipality", Text),
            ("id", Text),
            ("recipient", Text),
            ("body", Text),
            ("made_at", Int),
            ("read_at", Int),
            ("idem_key", Text),
            ("message", Text),
        ],
        500,
    ),
    table(
        "notice_choice",
        Sort::Workshop,
        3,
        &[
            ("municipality", Text),
            ("person", Text),
            ("channel", Text),
            ("how", Text),
            ("address", Text),
            ("asked_address", Text),
            ("code_digest", Text),
            ("code_until", Int),
            ("code_tries", Int),
            ("asked_on", Text),
            ("asked_times", Int),
            ("version", Int),
        ],
        500,
    ),
    table(
        "message",
        Sort::Passing,
        2,
        &[
            ("municipality", Text),
            ("id", Text),
            ("channel", Text),
            ("recipient", Text),
            ("sort", Text),
            ("body", Text),
            ("state", Text),
            ("made_at", Int),
            ("waits_since", Int),
            ("due_at", Int),
            ("lease_until", Int),
            ("attempts", Int),
            ("idem_key", Text),
            ("ended_at", Int),
            ("last_error", Text),
        ],
        500,
    ),
    table("view_record", Sort::View, 3, RECORD, 500),
    table("view_address", Sort::View, 3, ADDRESS, 500),
    table("view_number", Sort::View, 2, NUMBER, 500),
    table("view_task", Sort::View, 5, TASK, 500),
    table("view_term", Sort::View, 5, TERM, 500),
    table("view_trace", Sort::View, 3, TRACE, 500),
    table("view_state", Sort::View, 1, STATE, 500),
    table("next_record", Sort::View, 3, RECORD, 500),
    table("next_address", Sort::View, 3, ADDRESS, 500),
    table("next_number", Sort::View, 2, NUMBER, 500),
    table("next_task", Sort::View, 5, TASK, 500),
    table("next_term", Sort::View, 5, TERM, 500),
    table("next_trace", Sort::View, 3, TRACE, 500),
    table("next_state", Sort::View, 1, STATE, 500),
];
