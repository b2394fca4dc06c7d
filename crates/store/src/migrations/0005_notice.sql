-- Notices, how people want to be told, and the messages that leave. All of it is workshop: nothing official rests on it.
-- A recipient is a person (person:…) or a team's chat (hook:…).

CREATE TABLE notice (
    municipality TEXT NOT NULL REFERENCES ledger_head (municipality),
    id TEXT NOT NULL,
    recipient TEXT NOT NULL,
    body TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    read_at BIGINT,
    idem_key TEXT NOT NULL,
    message TEXT,
    PRIMARY KEY (municipality, id),
    UNIQUE (municipality, recipient, idem_key)
);

CREATE INDEX notice_of ON notice (municipality, recipient, id);
CREATE INDEX notice_unread ON notice (municipality, recipient) WHERE read_at IS NULL;
CREATE INDEX notice_message ON notice (municipality, message, id) WHERE message IS NOT NULL;
CREATE INDEX notice_age ON notice (municipality, made_at);

CREATE TABLE notice_choice (
    municipality TEXT NOT NULL REFERENCES ledger_head (municipality),
    person TEXT NOT NULL,
    channel TEXT NOT NULL,
    how TEXT NOT NULL,
    address TEXT,
    asked_address TEXT,
    code_digest TEXT,
    code_until BIGINT,
    code_tries BIGINT NOT NULL,
    asked_on TEXT NOT NULL,
    asked_times BIGINT NOT NULL,
    version BIGINT NOT NULL CHECK (version >= 1),
    PRIMARY KEY (municipality, person, channel)
);

CREATE TABLE message (
    municipality TEXT NOT NULL REFERENCES ledger_head (municipality),
    id TEXT NOT NULL,
    channel TEXT NOT NULL,
    recipient TEXT NOT NULL,
    sort TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    waits_since BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    lease_until BIGINT NOT NULL,
    attempts BIGINT NOT NULL CHECK (attempts >= 0),
    idem_key TEXT NOT NULL,
    ended_at BIGINT,
    last_error TEXT,
    PRIMARY KEY (municipality, id),
    UNIQUE (municipality, idem_key)
);

CREATE INDEX message_due ON message (municipality, due_at, id) WHERE state = 'waiting';
CREATE INDEX message_unsent ON message (municipality, id) WHERE ended_at IS NULL OR state = 'given_up';
CREATE INDEX message_recent ON message (municipality, recipient, made_at);
CREATE INDEX message_age ON message (municipality, ended_at) WHERE ended_at IS NOT NULL;
