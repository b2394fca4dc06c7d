-- The first tables of the ledger and of the workshop. The same text runs on both engines:
-- instants are BIGINT (ms, UTC), booleans 0/1, JSON is TEXT, and every key begins with the municipality.

CREATE TABLE ledger_head (
    municipality TEXT NOT NULL PRIMARY KEY,
    size BIGINT NOT NULL CHECK (size >= 0),
    frontier TEXT NOT NULL,
    last_recorded_at BIGINT NOT NULL,
    locks BIGINT NOT NULL
);

CREATE TABLE entry (
    municipality TEXT NOT NULL REFERENCES ledger_head (municipality),
    seq BIGINT NOT NULL CHECK (seq >= 0),
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    salt BYTEA NOT NULL,
    bytes BYTEA NOT NULL,
    commitment BYTEA NOT NULL,
    PRIMARY KEY (municipality, seq),
    UNIQUE (municipality, id)
);

CREATE TABLE entry_private (
    municipality TEXT NOT NULL,
    seq BIGINT NOT NULL,
    salt BYTEA NOT NULL,
    bytes BYTEA NOT NULL,
    PRIMARY KEY (municipality, seq),
    FOREIGN KEY (municipality, seq) REFERENCES entry (municipality, seq)
);

CREATE TABLE idempotency (
    municipality TEXT NOT NULL,
    idem_key TEXT NOT NULL,
    seq BIGINT NOT NULL,
    answer TEXT NOT NULL,
    PRIMARY KEY (municipality, idem_key),
    FOREIGN KEY (municipality, seq) REFERENCES entry (municipality, seq)
);

CREATE TABLE guideline_file (
    municipality TEXT NOT NULL REFERENCES ledger_head (municipality),
    hash TEXT NOT NULL,
    path TEXT NOT NULL,
    bytes BYTEA NOT NULL,
    PRIMARY KEY (municipality, hash, path)
);

CREATE TABLE blob (
    municipality TEXT NOT NULL REFERENCES ledger_head (municipality),
    hash TEXT NOT NULL,
    chunk BIGINT NOT NULL CHECK (chunk >= 0),
    bytes BYTEA NOT NULL,
    PRIMARY KEY (municipality, hash, chunk)
);

CREATE TABLE draft (
    municipality TEXT NOT NULL REFERENCES ledger_head (municipality),
    id TEXT NOT NULL,
    body TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    version BIGINT NOT NULL CHECK (version >= 1),
    PRIMARY KEY (municipality, id)
);

CREATE TABLE job (
    municipality TEXT NOT NULL REFERENCES ledger_head (municipality),
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    lease_until BIGINT NOT NULL,
    attempts BIGINT NOT NULL CHECK (attempts >= 0),
    idem_key TEXT NOT NULL,
    done_at BIGINT,
    last_error TEXT,
    PRIMARY KEY (municipality, id),
    UNIQUE (municipality, idem_key)
);

CREATE INDEX job_open ON job (municipality, due_at, id) WHERE done_at IS NULL;
