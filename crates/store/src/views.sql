-- The views: what the ledger says, in tables that can be dropped and rebuilt. `view_*` is read by
-- everybody; `next_*` has the same shape and is where a rebuild works beside it. A changed text of this
-- file empties the views, and the municipality refuses to write until they are rebuilt.

DROP TABLE IF EXISTS view_record;
DROP TABLE IF EXISTS view_address;
DROP TABLE IF EXISTS view_number;
DROP TABLE IF EXISTS view_state;
DROP TABLE IF EXISTS view_task;
DROP TABLE IF EXISTS view_term;
DROP TABLE IF EXISTS view_trace;
DROP TABLE IF EXISTS next_record;
DROP TABLE IF EXISTS next_address;
DROP TABLE IF EXISTS next_number;
DROP TABLE IF EXISTS next_state;
DROP TABLE IF EXISTS next_task;
DROP TABLE IF EXISTS next_term;
DROP TABLE IF EXISTS next_trace;

CREATE TABLE view_record (
    municipality TEXT NOT NULL,
    noun TEXT NOT NULL,
    id TEXT NOT NULL,
    body TEXT NOT NULL,
    version BIGINT NOT NULL,
    a TEXT,
    b TEXT,
    c TEXT,
    sort TEXT NOT NULL,
    PRIMARY KEY (municipality, noun, id)
);

CREATE INDEX view_record_a ON view_record (municipality, noun, a, id);
CREATE INDEX view_record_b ON view_record (municipality, noun, b, id);
CREATE INDEX view_record_c ON view_record (municipality, noun, c, id);
CREATE INDEX view_record_sort ON view_record (municipality, noun, sort, id);

CREATE TABLE view_address (
    municipality TEXT NOT NULL,
    address TEXT NOT NULL,
    account TEXT NOT NULL,
    live BIGINT NOT NULL CHECK (live IN (0, 1)),
    PRIMARY KEY (municipality, address, account)
);

-- The net under the sixth promise: two live accounts never share one address.
CREATE UNIQUE INDEX view_address_live ON view_address (municipality, address) WHERE live = 1;

CREATE TABLE view_number (
    municipality TEXT NOT NULL,
    number TEXT NOT NULL,
    case_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (municipality, number)
);

-- Open steps of running cases, a row for each holder that a step can wait for. Those that wait for a
-- unit's attention only, whoever has to do them, are marked by `whose` 1.
CREATE TABLE view_task (
    municipality TEXT NOT NULL,
    waits_for TEXT NOT NULL,
    due TEXT NOT NULL,
    sort TEXT NOT NULL,
    step TEXT NOT NULL,
    case_id TEXT NOT NULL,
    whose BIGINT NOT NULL CHECK (whose IN (0, 1)),
    not_by TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (municipality, waits_for, due, sort, step)
);

CREATE INDEX view_task_case ON view_task (municipality, case_id);

-- By what a record is found: pieces of its words, and the keys that lists are filtered by.
CREATE TABLE view_term (
    municipality TEXT NOT NULL,
    noun TEXT NOT NULL,
    term TEXT NOT NULL,
    sort TEXT NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (municipality, noun, term, sort, id)
);

-- Which entries speak of a case, an account and so on.
CREATE TABLE view_trace (
    municipality TEXT NOT NULL,
    about TEXT NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (municipality, about, seq)
);

-- Up to which size of the ledger, and by which version of the fold, these tables were built.
CREATE TABLE view_state (
    municipality TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    size BIGINT NOT NULL
);

CREATE TABLE next_record (
    municipality TEXT NOT NULL,
    noun TEXT NOT NULL,
    id TEXT NOT NULL,
    body TEXT NOT NULL,
    version BIGINT NOT NULL,
    a TEXT,
    b TEXT,
    c TEXT,
    sort TEXT NOT NULL,
    PRIMARY KEY (municipality, noun, id)
);

CREATE INDEX next_record_a ON next_record (municipality, noun, a, id);
CREATE INDEX next_record_b ON next_record (municipality, noun, b, id);
CREATE INDEX next_record_c ON next_record (municipality, noun, c, id);
CREATE INDEX next_record_sort ON next_record (municipality, noun, sort, id);

CREATE TABLE next_address (
    municipality TEXT NOT NULL,
    address TEXT NOT NULL,
    account TEXT NOT NULL,
    live BIGINT NOT NULL CHECK (live IN (0, 1)),
    PRIMARY KEY (municipality, address, account)
);

-- The net under the sixth promise: two live accounts never share one address.
CREATE UNIQUE INDEX next_address_live ON next_address (municipality, address) WHERE live = 1;

CREATE TABLE next_number (
    municipality TEXT NOT NULL,
    number TEXT NOT NULL,
    case_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (municipality, number)
);

-- Open steps of running cases, a row for each holder that a step can wait for. Those that wait for a
-- unit's attention only, whoever has to do them, are marked by `whose` 1.
CREATE TABLE next_task (
    municipality TEXT NOT NULL,
    waits_for TEXT NOT NULL,
    due TEXT NOT NULL,
    sort TEXT NOT NULL,
    step TEXT NOT NULL,
    case_id TEXT NOT NULL,
    whose BIGINT NOT NULL CHECK (whose IN (0, 1)),
    not_by TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (municipality, waits_for, due, sort, step)
);

CREATE INDEX next_task_case ON next_task (municipality, case_id);

-- By what a record is found: pieces of its words, and the keys that lists are filtered by.
CREATE TABLE next_term (
    municipality TEXT NOT NULL,
    noun TEXT NOT NULL,
    term TEXT NOT NULL,
    sort TEXT NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (municipality, noun, term, sort, id)
);

-- Which entries speak of a case, an account and so on.
CREATE TABLE next_trace (
    municipality TEXT NOT NULL,
    about TEXT NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (municipality, about, seq)
);

-- Up to which size of the ledger, and by which version of the fold, these tables were built.
CREATE TABLE next_state (
    municipality TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    size BIGINT NOT NULL
);
