//! Every statement with fixed text. One text serves both engines.
//!
//! In a statement about views, `view_` stands for the tables that everybody reads; a rebuild runs the
//! same text on the tables beside them (see [`Which::sql`]).

use std::borrow::Cow;

/// Which of the two sets of view tables a transaction works on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which {
    /// The tables that everybody reads.
    Current,
    /// The tables that a rebuild fills beside them.
    Next,
}

impl Which {
    /// The statement, on this set of view tables.
    pub(crate) fn sql(self, text: &'static str) -> Cow<'static, str> {
        match self {
            Self::Current => Cow::Borrowed(text),
            Self::Next => Cow::Owned(text.replace("view_", "next_")),
        }
    }

    /// The same of a statement whose length depends on how much is asked for.
    pub(crate) fn built(self, text: String) -> String {
        match self {
            Self::Current => text,
            Self::Next => text.replace("view_", "next_"),
        }
    }
}

macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        $($(#[$doc])* pub(crate) const $name: &str = $text;)*

        /// All of them, so that a test can have each engine parse each one.
        pub(crate) const ALL: &[(&str, &str)] = &[$((stringify!($name), $name)),*];
    };
}

statements! {
    CREATE_HEAD = "INSERT INTO ledger_head (municipality, size, frontier, last_recorded_at, locks) \
        VALUES ($1, 0, '', 0, 0)";
    LOCK_HEAD = "UPDATE ledger_head SET locks = locks + 1 WHERE municipality = $1 \
        RETURNING size, frontier, last_recorded_at";
    READ_HEAD = "SELECT size, frontier, last_recorded_at FROM ledger_head WHERE municipality = $1";
    MOVE_HEAD = "UPDATE ledger_head SET size = $2, frontier = $3, last_recorded_at = $4 \
        WHERE municipality = $1";
    MUNICIPALITIES = "SELECT municipality FROM ledger_head WHERE municipality > $1 \
        ORDER BY municipality LIMIT $2";

    COUNT_HEADS = "SELECT COUNT(*), COALESCE(CAST(SUM(size) AS BIGINT), 0) FROM ledger_head";
    COUNT_ENTRIES = "SELECT COUNT(*) FROM entry";
    COUNT_ENTRIES_OF = "SELECT COUNT(*) FROM entry WHERE municipality = $1";

    INSERT_ENTRY = "INSERT INTO entry \
        (municipality, seq, id, kind, recorded_at, salt, bytes, commitment) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    INSERT_PRIVATE = "INSERT INTO entry_private (municipality, seq, salt, bytes) \
        VALUES ($1, $2, $3, $4)";
    ERASE_PRIVATE = "DELETE FROM entry_private WHERE municipality = $1 AND seq = $2";
    ENTRIES = "SELECT e.seq, e.id, e.kind, e.recorded_at, e.salt, e.bytes, e.commitment, p.salt, p.bytes \
        FROM entry e LEFT JOIN entry_private p \
        ON p.municipality = e.municipality AND p.seq = e.seq \
        WHERE e.municipality = $1 AND e.seq >= $2 ORDER BY e.seq LIMIT $3";
    ENTRY_BY_ID = "SELECT seq FROM entry WHERE municipality = $1 AND id = $2";

    COMMITMENTS = "SELECT seq, commitment FROM entry \
        WHERE municipality = $1 AND seq >= $2 AND seq < $3 ORDER BY seq LIMIT $4";
    PUT_SUBTREE = "INSERT INTO tree_node (municipality, subtree, hash) VALUES ($1, $2, $3) \
        ON CONFLICT (municipality, subtree) DO NOTHING";

    REMEMBERED = "SELECT i.seq, i.answer, b.bound FROM idempotency i LEFT JOIN idempotency_bound b \
        ON b.municipality = i.municipality AND b.idem_key = i.idem_key \
        WHERE i.municipality = $1 AND i.idem_key = $2";
    REMEMBER = "INSERT INTO idempotency (municipality, idem_key, seq, answer) VALUES ($1, $2, $3, $4)";
    BIND_KEY = "INSERT INTO idempotency_bound (municipality, idem_key, bound) VALUES ($1, $2, $3)";
    UNBIND_KEYS = "DELETE FROM idempotency_bound WHERE municipality = $1 AND idem_key IN \
        (SELECT idem_key FROM idempotency WHERE municipality = $1 AND seq = $2)";

    PUT_GUIDELINE_FILE = "INSERT INTO guideline_file (municipality, hash, path, bytes) \
        VALUES ($1, $2, $3, $4) ON CONFLICT (municipality, hash, path) DO NOTHING";
    GUIDELINE_FILE = "SELECT bytes FROM guideline_file \
        WHERE municipality = $1 AND hash = $2 AND path = $3";
    GUIDELINE_PATHS = "SELECT path FROM guideline_file \
        WHERE municipality = $1 AND hash = $2 AND path > $3 ORDER BY path LIMIT $4";

    PUT_BLOB = "INSERT INTO blob (municipality, hash, chunk, bytes) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (municipality, hash, chunk) DO NOTHING";
    BLOB_CHUNK = "SELECT bytes FROM blob WHERE municipality = $1 AND hash = $2 AND chunk = $3";

    DELETE_BLOB = "DELETE FROM blob WHERE municipality = $1 AND hash = $2";

    PUT_UPLOAD = "INSERT INTO upload (municipality, id, hash, media, bytes, kept_at) \
        VALUES ($1, $2, $3, $4, $5, $6)";
    TAKE_UPLOAD = "DELETE FROM upload WHERE municipality = $1 AND id = $2 \
        RETURNING id, hash, media, bytes, kept_at";
    PUT_UPLOAD_OWNER = "INSERT INTO upload_owner (municipality, id, person, about, bytes) \
        VALUES ($1, $2, $3, $4, $5)";
    END_UPLOAD_OWNER = "DELETE FROM upload_owner WHERE municipality = $1 AND id = $2";
    UPLOADED_BY = "SELECT CAST(COALESCE(SUM(bytes), 0) AS BIGINT) FROM upload_owner \
        WHERE municipality = $1 AND person = $2";
    UPLOADED_ABOUT = "SELECT CAST(COALESCE(SUM(bytes), 0) AS BIGINT) FROM upload_owner \
        WHERE municipality = $1 AND about = $2";
    BLOB_CHUNKS = "SELECT COUNT(*) FROM blob WHERE municipality = $1";
    UPLOADS_BEFORE = "SELECT id, hash, media, bytes, kept_at FROM upload \
        WHERE municipality = $1 AND kept_at < $2 ORDER BY kept_at, id LIMIT $3";
    UPLOAD_OF_HASH = "SELECT id FROM upload WHERE municipality = $1 AND hash = $2 LIMIT 1";

    GET_RECORD = "SELECT id, body, version, a, b, c, sort FROM view_record \
        WHERE municipality = $1 AND noun = $2 AND id = $3";
    PUT_RECORD = "INSERT INTO view_record (municipality, noun, id, body, version, a, b, c, sort) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
        ON CONFLICT (municipality, noun, id) DO UPDATE SET body = excluded.body, \
        version = excluded.version, a = excluded.a, b = excluded.b, c = excluded.c, \
        sort = excluded.sort";
    DELETE_RECORD = "DELETE FROM view_record WHERE municipality = $1 AND noun = $2 AND id = $3";
    RECORDS_BY_A = "SELECT id, body, version, a, b, c, sort FROM view_record \
        WHERE municipality = $1 AND noun = $2 AND a = $3 AND id > $4 ORDER BY id LIMIT $5";
    RECORDS_BY_B = "SELECT id, body, version, a, b, c, sort FROM view_record \
        WHERE municipality = $1 AND noun = $2 AND b = $3 AND id > $4 ORDER BY id LIMIT $5";
    RECORDS_BY_C = "SELECT id, body, version, a, b, c, sort FROM view_record \
        WHERE municipality = $1 AND noun = $2 AND c = $3 AND id > $4 ORDER BY id LIMIT $5";
    RECORDS_PAGE = "SELECT id, body, version, a, b, c, sort FROM view_record \
        WHERE municipality = $1 AND noun = $2 AND (sort, id) > ($3, $4) ORDER BY sort, id LIMIT $5";

    COUNT_BEFORE = "SELECT COUNT(*) FROM view_record WHERE municipality = $1 AND noun = $2 AND id < $3";
    COUNT_UP_TO_C = "SELECT COUNT(*) FROM view_record WHERE municipality = $1 AND noun = $2 AND c <= $3";
    RECORDS_BEHIND_C = "SELECT id, body, version, a, b, c, sort FROM view_record \
        WHERE municipality = $1 AND noun = $2 AND id > $3 AND id < $4 AND COALESCE(c, '') > $5 ORDER BY id LIMIT $6";
    RECORDS_BACK = "SELECT id, body, version, a, b, c, sort FROM view_record \
        WHERE municipality = $1 AND noun = $2 AND (sort, id) < ($3, $4) ORDER BY sort DESC, id DESC LIMIT $5";
    VERSIONS = "SELECT noun, version FROM view_record \
        WHERE municipality = $1 AND noun IN ($2, $3, $4) AND id = $5";

    CLEAR_TASKS_OF = "DELETE FROM view_task WHERE municipality = $1 AND case_id = $2";

    TRACED = "SELECT e.seq, e.id, e.kind, e.recorded_at, e.salt, e.bytes, e.commitment, p.salt, p.bytes \
        FROM view_trace t JOIN entry e ON e.municipality = t.municipality AND e.seq = t.seq \
        LEFT JOIN entry_private p ON p.municipality = e.municipality AND p.seq = e.seq \
        WHERE t.municipality = $1 AND t.about = $2 AND t.seq > $3 ORDER BY t.seq LIMIT $4";
    TRACED_BACK = "SELECT e.seq, e.id, e.kind, e.recorded_at, e.salt, e.bytes, e.commitment, p.salt, p.bytes \
        FROM view_trace t JOIN entry e ON e.municipality = t.municipality AND e.seq = t.seq \
        LEFT JOIN entry_private p ON p.municipality = e.municipality AND p.seq = e.seq \
        WHERE t.municipality = $1 AND t.about = $2 AND t.seq < $3 ORDER BY t.seq DESC LIMIT $4";
    ENTRIES_BACK = "SELECT e.seq, e.id, e.kind, e.recorded_at, e.salt, e.bytes, e.commitment, p.salt, p.bytes \
        FROM entry e LEFT JOIN entry_private p \
        ON p.municipality = e.municipality AND p.seq = e.seq \
        WHERE e.municipality = $1 AND e.seq < $2 ORDER BY e.seq DESC LIMIT $3";

    PUT_ADDRESS = "INSERT INTO view_address (municipality, address, account, live) \
        VALUES ($1, $2, $3, $4) \
        ON CONFLICT (municipality, address, account) DO UPDATE SET live = excluded.live";
    LIVE_ACCOUNT = "SELECT account FROM view_address \
        WHERE municipality = $1 AND address = $2 AND live = 1";
    ADDRESSES = "SELECT account, live FROM view_address \
        WHERE municipality = $1 AND address = $2 AND account > $3 ORDER BY account LIMIT $4";

    TAKE_NUMBER = "INSERT INTO view_number (municipality, number, case_id, seq) VALUES ($1, $2, $3, $4)";
    NUMBER_TAKEN = "SELECT case_id, seq FROM view_number WHERE municipality = $1 AND number = $2";

    VIEW_STATE = "SELECT version, size FROM view_state WHERE municipality = $1";
    PUT_VIEW_STATE = "INSERT INTO view_state (municipality, version, size) VALUES ($1, $2, $3) \
        ON CONFLICT (municipality) DO UPDATE SET version = excluded.version, size = excluded.size";

    DRAFT = "SELECT id, body, updated_at, version FROM draft WHERE municipality = $1 AND id = $2";
    DRAFTS = "SELECT id, body, updated_at, version FROM draft \
        WHERE municipality = $1 AND id > $2 ORDER BY id LIMIT $3";
    NEW_DRAFT = "INSERT INTO draft (municipality, id, body, updated_at, version) \
        VALUES ($1, $2, $3, $4, 1)";
    CHANGE_DRAFT = "UPDATE draft SET body = $3, updated_at = $4, version = version + 1 \
        WHERE municipality = $1 AND id = $2 AND version = $5";
    DELETE_DRAFT = "DELETE FROM draft WHERE municipality = $1 AND id = $2";

    ENQUEUE = "INSERT INTO job \
        (municipality, id, kind, body, due_at, lease_until, attempts, idem_key) \
        VALUES ($1, $2, $3, $4, $5, 0, 0, $6) ON CONFLICT (municipality, idem_key) DO NOTHING";
    FINISH_JOB = "UPDATE job SET done_at = $4, last_error = NULL \
        WHERE municipality = $1 AND id = $2 AND attempts = $3 AND done_at IS NULL";
    FAIL_JOB = "UPDATE job SET due_at = $4, lease_until = 0, last_error = $5 \
        WHERE municipality = $1 AND id = $2 AND attempts = $3 AND done_at IS NULL";
    JOBS = "SELECT id, kind, body, due_at, attempts, done_at, last_error FROM job \
        WHERE municipality = $1 AND id > $2 ORDER BY id LIMIT $3";

    NEW_LOGIN = "INSERT INTO login (municipality, id, name, subject, person, state, password, totp, totp_step, stamp, \
        created_at, changed_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1)";
    SAVE_LOGIN = "UPDATE login SET name = $3, state = $4, password = $5, totp = $6, totp_step = $7, stamp = $8, \
        changed_at = $9, version = version + 1 WHERE municipality = $1 AND id = $2 AND version = $10";
    USE_TOTP_STEP = "UPDATE login SET totp_step = $3 WHERE municipality = $1 AND id = $2 AND totp_step < $3";
    LOGIN = "SELECT id, name, subject, person, state, password, totp, totp_step, stamp, created_at, changed_at, version FROM login WHERE municipality = $1 AND id = $2";
    LOGIN_NAMED = "SELECT id, name, subject, person, state, password, totp, totp_step, stamp, created_at, changed_at, version FROM login WHERE municipality = $1 AND name = $2";
    LOGIN_OF_PERSON = "SELECT id, name, subject, person, state, password, totp, totp_step, stamp, created_at, changed_at, version FROM login WHERE municipality = $1 AND person = $2";
    LOGINS = "SELECT id, name, subject, person, state, password, totp, totp_step, stamp, created_at, changed_at, version FROM login WHERE municipality = $1 AND id > $2 ORDER BY id LIMIT $3";
    WITH_LOGIN = "SELECT person FROM login WHERE municipality = $1 AND person IS NOT NULL LIMIT 30000";
    OPERATORS = "SELECT id, name, subject, person, state, password, totp, totp_step, stamp, created_at, changed_at, version FROM login WHERE municipality = $1 AND subject = 'operator' AND id > $2 \
        ORDER BY id LIMIT $3";

    NEW_SESSION = "INSERT INTO session (municipality, id, login, stamp, factor, device, began_at, seen_at, proved_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $7)";
    SESSION = "SELECT s.id, s.login, s.factor, s.device, s.began_at, s.seen_at, s.proved_at, l.name, l.subject, l.person \
        FROM session s JOIN login l ON l.municipality = s.municipality AND l.id = s.login \
        WHERE s.municipality = $1 AND s.id = $2 AND l.stamp = s.stamp AND l.state = 'active' \
        AND s.seen_at >= $3 AND s.began_at >= $4";
    SESSIONS = "SELECT s.id, s.login, s.factor, s.device, s.began_at, s.seen_at, s.proved_at, l.name, l.subject, \
        l.person FROM session s JOIN login l ON l.municipality = s.municipality AND l.id = s.login \
        WHERE s.municipality = $1 AND s.login = $2 AND l.stamp = s.stamp AND l.state = 'active' \
        AND s.seen_at >= $3 AND s.began_at >= $4 AND s.id > $5 ORDER BY s.id LIMIT $6";
    SEE_SESSION = "UPDATE session SET seen_at = $3 WHERE municipality = $1 AND id = $2 AND seen_at < $3";
    PROVE_SESSION = "UPDATE session SET proved_at = $3, seen_at = $3 WHERE municipality = $1 AND id = $2";
    END_SESSION = "DELETE FROM session WHERE municipality = $1 AND id = $2";
    END_SESSIONS = "DELETE FROM session WHERE municipality = $1 AND login = $2";
    SWEEP_SESSIONS = "DELETE FROM session WHERE municipality = $1 AND (seen_at < $2 OR began_at < $3)";

    NEW_INVITATION = "INSERT INTO invitation (municipality, id, login, made_at, expires_at) VALUES ($1, $2, $3, $4, $5)";
    INVITATION = "SELECT login, expires_at FROM invitation WHERE municipality = $1 AND id = $2 AND expires_at > $3";
    END_INVITATION = "DELETE FROM invitation WHERE municipality = $1 AND id = $2 AND expires_at > $3";
    END_INVITATIONS = "DELETE FROM invitation WHERE municipality = $1 AND login = $2";

    NEW_RECOVERY_CODE = "INSERT INTO recovery_code (municipality, login, id) VALUES ($1, $2, $3)";
    USE_RECOVERY_CODE = "UPDATE recovery_code SET used_at = $4 \
        WHERE municipality = $1 AND login = $2 AND id = $3 AND used_at IS NULL";
    END_RECOVERY_CODES = "DELETE FROM recovery_code WHERE municipality = $1 AND login = $2";
    RECOVERY_CODES_LEFT = "SELECT COUNT(*) FROM recovery_code \
        WHERE municipality = $1 AND login = $2 AND used_at IS NULL";

    NEW_PASSKEY = "INSERT INTO passkey (municipality, id, login, name, data, added_at) VALUES ($1, $2, $3, $4, $5, $6)";
    USE_PASSKEY = "UPDATE passkey SET data = $4, used_at = $5 WHERE municipality = $1 AND login = $2 AND id = $3";
    END_PASSKEY = "DELETE FROM passkey WHERE municipality = $1 AND login = $2 AND id = $3";
    END_PASSKEYS = "DELETE FROM passkey WHERE municipality = $1 AND login = $2";
    PASSKEYS = "SELECT id, login, name, data, added_at, used_at FROM passkey \
        WHERE municipality = $1 AND login = $2 AND id > $3 ORDER BY id LIMIT $4";

    LINK_IDENTITY = "INSERT INTO identity_link (municipality, issuer, subject, login, linked_at) \
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
    UNLINK_IDENTITY = "DELETE FROM identity_link WHERE municipality = $1 AND login = $2 AND issuer = $3";
    END_IDENTITIES = "DELETE FROM identity_link WHERE municipality = $1 AND login = $2";
    IDENTITY = "SELECT issuer, subject, login, linked_at FROM identity_link \
        WHERE municipality = $1 AND issuer = $2 AND subject = $3";
    IDENTITIES = "SELECT issuer, subject, login, linked_at FROM identity_link \
        WHERE municipality = $1 AND login = $2 AND issuer > $3 ORDER BY issuer LIMIT $4";

    NEW_PENDING = "INSERT INTO pending (municipality, id, purpose, login, stamp, data, tries, expires_at) \
        VALUES ($1, $2, $3, $4, $5, $6, 0, $7)";
    PENDING = "SELECT login, stamp, data, tries FROM pending \
        WHERE municipality = $1 AND id = $2 AND purpose = $3 AND expires_at > $4";
    FORGET_PENDING = "DELETE FROM pending WHERE municipality = $1 AND purpose = $2 AND login = $3 AND id NOT IN \
        (SELECT id FROM pending WHERE municipality = $1 AND purpose = $2 AND login = $3 \
        ORDER BY expires_at DESC, id LIMIT $4)";
    TRY_PENDING = "UPDATE pending SET tries = tries + 1 \
        WHERE municipality = $1 AND id = $2 AND purpose = $3 AND expires_at > $4 AND tries < $5 \
        RETURNING login, stamp, data, tries";
    KEEP_PENDING_DATA = "UPDATE pending SET data = $3 WHERE municipality = $1 AND id = $2";
    END_PENDING = "DELETE FROM pending WHERE municipality = $1 AND id = $2";
    SWEEP_PENDING = "DELETE FROM pending WHERE municipality = $1 AND expires_at <= $2";

    TRY_ATTEMPT = "INSERT INTO attempt (municipality, id, failures, until_at, last_at) VALUES ($1, $2, 1, 0, $3) \
        ON CONFLICT (municipality, id) DO UPDATE SET \
        failures = CASE WHEN attempt.last_at < $4 THEN 1 ELSE attempt.failures + 1 END, last_at = $3 \
        WHERE attempt.until_at <= $3 RETURNING failures";
    PAUSE_ATTEMPT = "UPDATE attempt SET until_at = $3 WHERE municipality = $1 AND id = $2";
    ATTEMPT = "SELECT failures, until_at FROM attempt WHERE municipality = $1 AND id = $2";
    REFUND_ATTEMPT = "UPDATE attempt SET failures = failures - 1, until_at = 0 \
        WHERE municipality = $1 AND id = $2 AND failures > 0";
    END_ATTEMPT = "DELETE FROM attempt WHERE municipality = $1 AND id = $2";
    SWEEP_ATTEMPTS = "DELETE FROM attempt WHERE municipality = $1 AND last_at < $2";

    PUT_DEVICE = "INSERT INTO known_device (municipality, login, id, seen_at) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (municipality, login, id) DO UPDATE SET seen_at = excluded.seen_at";
    DEVICE = "SELECT seen_at FROM known_device WHERE municipality = $1 AND login = $2 AND id = $3 AND seen_at >= $4";
    DEVICE_OF_ANY = "SELECT seen_at FROM known_device WHERE municipality = $1 AND id = $2 AND seen_at >= $3 LIMIT 1";
    END_DEVICES = "DELETE FROM known_device WHERE municipality = $1 AND login = $2";

    PUT_TRUST = "INSERT INTO trusted_device (municipality, login, id, stamp, posts, browser, trusted_at, until_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (municipality, login, id) DO UPDATE SET \
        stamp = excluded.stamp, posts = excluded.posts, browser = excluded.browser, \
        trusted_at = excluded.trusted_at, until_at = excluded.until_at";
    TRUST = "SELECT id, stamp, posts, browser, trusted_at, until_at FROM trusted_device \
        WHERE municipality = $1 AND login = $2 AND id = $3 AND until_at > $4";
    TRUSTS = "SELECT id, stamp, posts, browser, trusted_at, until_at FROM trusted_device \
        WHERE municipality = $1 AND login = $2 AND until_at > $3 ORDER BY id LIMIT $4";
    END_TRUST = "DELETE FROM trusted_device WHERE municipality = $1 AND login = $2 AND id = $3";
    END_TRUSTS = "DELETE FROM trusted_device WHERE municipality = $1 AND login = $2";
    SWEEP_TRUSTS = "DELETE FROM trusted_device WHERE municipality = $1 AND until_at <= $2";

    NEW_SIGN_IN_EVENT = "INSERT INTO sign_in_event (municipality, id, at, event, login, name, source, device) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    SIGN_IN_EVENTS = "SELECT id, at, event, login, name, source, device FROM sign_in_event \
        WHERE municipality = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
    SIGN_IN_EVENTS_OF = "SELECT id, at, event, login, name, source, device FROM sign_in_event \
        WHERE municipality = $1 AND login = $2 AND id < $3 ORDER BY id DESC LIMIT $4";
    SWEEP_SIGN_IN_EVENTS = "DELETE FROM sign_in_event WHERE municipality = $1 AND at < $2";

    NEXT_DUE = "SELECT MIN(CASE WHEN lease_until > due_at THEN lease_until ELSE due_at END) \
        FROM job WHERE municipality = $1 AND done_at IS NULL";

    PUT_NOTICE = "INSERT INTO notice (municipality, id, recipient, body, made_at, idem_key, message) \
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (municipality, recipient, idem_key) DO NOTHING";
    NOTICE_KNOWN = "SELECT id FROM notice WHERE municipality = $1 AND recipient = $2 AND idem_key = $3";
    NOTICES_OF = "SELECT id, recipient, body, made_at, read_at FROM notice \
        WHERE municipality = $1 AND recipient = $2 AND id < $3 ORDER BY id DESC LIMIT $4";
    NOTICES_IN = "SELECT id, recipient, body, made_at, read_at FROM notice \
        WHERE municipality = $1 AND message = $2 ORDER BY id LIMIT $3";
    UNREAD = "SELECT COUNT(*) FROM (SELECT id FROM notice \
        WHERE municipality = $1 AND recipient = $2 AND read_at IS NULL LIMIT 1000) AS counted";
    READ_NOTICE = "UPDATE notice SET read_at = $4 \
        WHERE municipality = $1 AND recipient = $2 AND id = $3 AND read_at IS NULL";
    READ_NOTICES_TO = "UPDATE notice SET read_at = $4 \
        WHERE municipality = $1 AND recipient = $2 AND id <= $3 AND read_at IS NULL";
    SWEEP_NOTICES = "DELETE FROM notice WHERE municipality = $1 AND made_at < $2";

    CHOICE = "SELECT how, address, asked_address, code_digest, code_until, code_tries, asked_on, asked_times, \
        version FROM notice_choice WHERE municipality = $1 AND person = $2 AND channel = $3";
    NEW_CHOICE = "INSERT INTO notice_choice (municipality, person, channel, how, address, asked_address, \
        code_digest, code_until, code_tries, asked_on, asked_times, version) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1) \
        ON CONFLICT (municipality, person, channel) DO NOTHING";
    CHANGE_CHOICE = "UPDATE notice_choice SET how = $4, address = $5, asked_address = $6, code_digest = $7, \
        code_until = $8, code_tries = $9, asked_on = $10, asked_times = $11, version = version + 1 \
        WHERE municipality = $1 AND person = $2 AND channel = $3 AND version = $12";

    PUT_MESSAGE = "INSERT INTO message (municipality, id, channel, recipient, sort, body, state, made_at, \
        waits_since, due_at, lease_until, attempts, idem_key) \
        VALUES ($1, $2, $3, $4, $5, $6, 'waiting', $7, $8, $8, 0, 0, $9) \
        ON CONFLICT (municipality, idem_key) DO NOTHING";
    MESSAGE_BY_KEY = "SELECT id FROM message WHERE municipality = $1 AND idem_key = $2";
    MESSAGES_SINCE = "SELECT COUNT(*) FROM message \
        WHERE municipality = $1 AND recipient = $2 AND made_at > $3";
    END_MESSAGE = "UPDATE message SET state = $4, ended_at = $5, last_error = $6, lease_until = 0, \
        body = CASE WHEN $4 = 'given_up' THEN body ELSE '{}' END \
        WHERE municipality = $1 AND id = $2 AND attempts = $3 AND state = 'waiting'";
    FAIL_MESSAGE = "UPDATE message SET due_at = $4, lease_until = 0, last_error = $5 \
        WHERE municipality = $1 AND id = $2 AND attempts = $3 AND state = 'waiting'";
    RETRY_MESSAGE = "UPDATE message SET state = 'waiting', due_at = $3, waits_since = $3, lease_until = 0, \
        ended_at = NULL WHERE municipality = $1 AND id = $2 AND \
        (state = 'given_up' OR (state = 'waiting' AND lease_until <= $3))";
    DROP_MESSAGE = "UPDATE message SET state = 'dropped', ended_at = $3, lease_until = 0, body = '{}' \
        WHERE municipality = $1 AND id = $2 AND \
        (state = 'given_up' OR (state = 'waiting' AND lease_until <= $3))";
    UNSENT = "SELECT id, channel, recipient, sort, state, made_at, due_at, attempts, last_error FROM message \
        WHERE municipality = $1 AND (ended_at IS NULL OR state = 'given_up') AND channel <> 'inside' \
        AND id > $2 ORDER BY id LIMIT $3";
    NEXT_MESSAGE = "SELECT MIN(CASE WHEN lease_until > due_at THEN lease_until ELSE due_at END) \
        FROM message WHERE municipality = $1 AND state = 'waiting'";
    TRY_WRITING = "UPDATE message SET due_at = due_at WHERE municipality = $1 AND id = ''";
    UNSENT_SINCE = "SELECT channel, MIN(waits_since) FROM message \
        WHERE municipality = $1 AND state = 'waiting' AND attempts > 0 GROUP BY channel ORDER BY channel LIMIT 10";
    SENT_AFTER = "SELECT id FROM message \
        WHERE municipality = $1 AND ended_at > $2 AND state = 'sent' AND channel = $3 LIMIT 1";
    SWEEP_MESSAGES = "DELETE FROM message \
        WHERE municipality = $1 AND ended_at < $2";

    LOCK_NEXT = "UPDATE next_state SET size = size WHERE municipality = $1 RETURNING version, size";
    DIFFERENT_RECORDS = "SELECT c.noun, c.id FROM view_record c WHERE c.municipality = $1 \
        AND (c.noun, c.id) > ($2, $3) AND NOT EXISTS (SELECT 1 FROM next_record n \
        WHERE n.municipality = c.municipality AND n.noun = c.noun AND n.id = c.id \
        AND n.body = c.body AND n.version = c.version AND n.sort = c.sort \
        AND n.a IS NOT DISTINCT FROM c.a AND n.b IS NOT DISTINCT FROM c.b \
        AND n.c IS NOT DISTINCT FROM c.c) ORDER BY c.noun, c.id LIMIT $4";
    MISSING_RECORDS = "SELECT n.noun, n.id FROM next_record n WHERE n.municipality = $1 \
        AND (n.noun, n.id) > ($2, $3) AND NOT EXISTS (SELECT 1 FROM view_record c \
        WHERE c.municipality = n.municipality AND c.noun = n.noun AND c.id = n.id) \
        ORDER BY n.noun, n.id LIMIT $4";
    DIFFERENT_ADDRESSES = "SELECT c.address, c.account FROM view_address c WHERE c.municipality = $1 \
        AND (c.address, c.account) > ($2, $3) AND NOT EXISTS (SELECT 1 FROM next_address n \
        WHERE n.municipality = c.municipality AND n.address = c.address \
        AND n.account = c.account AND n.live = c.live) ORDER BY c.address, c.account LIMIT $4";
    MISSING_ADDRESSES = "SELECT n.address, n.account FROM next_address n WHERE n.municipality = $1 \
        AND (n.address, n.account) > ($2, $3) AND NOT EXISTS (SELECT 1 FROM view_address c \
        WHERE c.municipality = n.municipality AND c.address = n.address \
        AND c.account = n.account) ORDER BY n.address, n.account LIMIT $4";
    DIFFERENT_NUMBERS = "SELECT c.number, c.case_id FROM view_number c WHERE c.municipality = $1 \
        AND (c.number, c.case_id) > ($2, $3) AND NOT EXISTS (SELECT 1 FROM next_number n \
        WHERE n.municipality = c.municipality AND n.number = c.number \
        AND n.case_id = c.case_id AND n.seq = c.seq) ORDER BY c.number, c.case_id LIMIT $4";
    MISSING_NUMBERS = "SELECT n.number, n.case_id FROM next_number n WHERE n.municipality = $1 \
        AND (n.number, n.case_id) > ($2, $3) AND NOT EXISTS (SELECT 1 FROM view_number c \
        WHERE c.municipality = n.municipality AND c.number = n.number \
        AND c.case_id = n.case_id) ORDER BY n.number, n.case_id LIMIT $4";
    DIFFERENT_TASKS = "SELECT c.waits_for, c.case_id FROM view_task c WHERE c.municipality = $1 \
        AND (c.waits_for, c.case_id) > ($2, $3) AND NOT EXISTS (SELECT 1 FROM next_task n \
        WHERE n.municipality = c.municipality AND n.waits_for = c.waits_for \
        AND n.due = c.due \
        AND n.sort = c.sort \
        AND n.step = c.step \
        AND n.case_id = c.case_id \
        AND n.whose = c.whose \
        AND n.not_by = c.not_by \
        AND n.body = c.body) \
        ORDER BY c.waits_for, c.case_id LIMIT $4";
    MISSING_TASKS = "SELECT n.waits_for, n.case_id FROM next_task n WHERE n.municipality = $1 \
        AND (n.waits_for, n.case_id) > ($2, $3) AND NOT EXISTS (SELECT 1 FROM view_task c \
        WHERE c.municipality = n.municipality AND c.waits_for = n.waits_for \
        AND c.due = n.due \
        AND c.sort = n.sort \
        AND c.step = n.step \
        AND c.case_id = n.case_id \
        AND c.whose = n.whose \
        AND c.not_by = n.not_by \
        AND c.body = n.body) \
        ORDER BY n.waits_for, n.case_id LIMIT $4";
    DIFFERENT_TERMS = "SELECT c.term, c.id FROM view_term c WHERE c.municipality = $1 \
        AND (c.term, c.id) > ($2, $3) AND NOT EXISTS (SELECT 1 FROM next_term n \
        WHERE n.municipality = c.municipality AND n.noun = c.noun \
        AND n.term = c.term \
        AND n.sort = c.sort \
        AND n.id = c.id) \
        ORDER BY c.term, c.id LIMIT $4";
    MISSING_TERMS = "SELECT n.term, n.id FROM next_term n WHERE n.municipality = $1 \
        AND (n.term, n.id) > ($2, $3) AND NOT EXISTS (SELECT 1 FROM view_term c \
        WHERE c.municipality = n.municipality AND c.noun = n.noun \
        AND c.term = n.term \
        AND c.sort = n.sort \
        AND c.id = n.id) \
        ORDER BY n.term, n.id LIMIT $4";
    DIFFERENT_TRACES = "SELECT c.about, CAST(c.seq AS TEXT) FROM view_trace c WHERE c.municipality = $1 \
        AND (c.about, CAST(c.seq AS TEXT)) > ($2, $3) AND NOT EXISTS (SELECT 1 FROM next_trace n \
        WHERE n.municipality = c.municipality AND n.about = c.about \
        AND n.seq = c.seq) \
        ORDER BY c.about, CAST(c.seq AS TEXT) LIMIT $4";
    MISSING_TRACES = "SELECT n.about, CAST(n.seq AS TEXT) FROM next_trace n WHERE n.municipality = $1 \
        AND (n.about, CAST(n.seq AS TEXT)) > ($2, $3) AND NOT EXISTS (SELECT 1 FROM view_trace c \
        WHERE c.municipality = n.municipality AND c.about = n.about \
        AND c.seq = n.seq) \
        ORDER BY n.about, CAST(n.seq AS TEXT) LIMIT $4";
    CLEAR_RECORDS = "DELETE FROM view_record WHERE municipality = $1";
    CLEAR_ADDRESSES = "DELETE FROM view_address WHERE municipality = $1";
    CLEAR_NUMBERS = "DELETE FROM view_number WHERE municipality = $1";
    CLEAR_TASKS = "DELETE FROM view_task WHERE municipality = $1";
    CLEAR_TERMS = "DELETE FROM view_term WHERE municipality = $1";
    CLEAR_TRACES = "DELETE FROM view_trace WHERE municipality = $1";
    CLEAR_NEXT_STATE = "DELETE FROM next_state WHERE municipality = $1";
    TAKE_RECORDS = "INSERT INTO view_record (municipality, noun, id, body, version, a, b, c, sort) \
        SELECT municipality, noun, id, body, version, a, b, c, sort FROM next_record \
        WHERE municipality = $1";
    TAKE_ADDRESSES = "INSERT INTO view_address (municipality, address, account, live) \
        SELECT municipality, address, account, live FROM next_address WHERE municipality = $1";
    TAKE_NUMBERS = "INSERT INTO view_number (municipality, number, case_id, seq) \
        SELECT municipality, number, case_id, seq FROM next_number WHERE municipality = $1";
    TAKE_TASKS = "INSERT INTO view_task \
        (municipality, waits_for, due, sort, step, case_id, whose, not_by, body) \
        SELECT municipality, waits_for, due, sort, step, case_id, whose, not_by, body FROM next_task \
        WHERE municipality = $1";
    TAKE_TERMS = "INSERT INTO view_term (municipality, noun, term, sort, id) \
        SELECT municipality, noun, term, sort, id FROM next_term WHERE municipality = $1";
    TAKE_TRACES = "INSERT INTO view_trace (municipality, about, seq) \
        SELECT municipality, about, seq FROM next_trace WHERE municipality = $1";
}

/// Everything about the tables themselves, run before there are any.
pub(crate) mod schema {
    pub(crate) const CREATE: &str =
        "CREATE TABLE IF NOT EXISTS schema_state (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)";
    pub(crate) const GET: &str = "SELECT value FROM schema_state WHERE name = $1";
    pub(crate) const PUT: &str = "INSERT INTO schema_state (name, value) VALUES ($1, $2) \
        ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    pub(crate) const PUT_FIRST: &str =
        "INSERT INTO schema_state (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
}
