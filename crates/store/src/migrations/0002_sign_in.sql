-- Who signs in. All of it is workshop data: nothing official rests on it. No token, code or seed lies here in the clear:
-- of tokens and recovery codes only a SHA-256, of passwords only a slow hash, of TOTP seeds only what the key file seals.

CREATE TABLE login (
    municipality TEXT NOT NULL REFERENCES ledger_head (municipality),
    id TEXT NOT NULL,
    name TEXT,
    subject TEXT NOT NULL CHECK (subject IN ('operator', 'officer')),
    person TEXT,
    state TEXT NOT NULL CHECK (state IN ('invited', 'active', 'suspended')),
    password TEXT,
    totp BYTEA,
    totp_step BIGINT NOT NULL,
    stamp BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (municipality, id),
    UNIQUE (municipality, name),
    UNIQUE (municipality, person)
);

CREATE TABLE session (
    municipality TEXT NOT NULL,
    id TEXT NOT NULL,
    login TEXT NOT NULL,
    stamp BIGINT NOT NULL,
    factor TEXT NOT NULL,
    device TEXT NOT NULL,
    began_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    proved_at BIGINT NOT NULL,
    PRIMARY KEY (municipality, id),
    FOREIGN KEY (municipality, login) REFERENCES login (municipality, id)
);

CREATE INDEX session_of_login ON session (municipality, login, id);

CREATE TABLE invitation (
    municipality TEXT NOT NULL,
    id TEXT NOT NULL,
    login TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (municipality, id),
    FOREIGN KEY (municipality, login) REFERENCES login (municipality, id)
);

CREATE INDEX invitation_of_login ON invitation (municipality, login);

CREATE TABLE recovery_code (
    municipality TEXT NOT NULL,
    login TEXT NOT NULL,
    id TEXT NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (municipality, login, id),
    FOREIGN KEY (municipality, login) REFERENCES login (municipality, id)
);

CREATE TABLE passkey (
    municipality TEXT NOT NULL,
    id TEXT NOT NULL,
    login TEXT NOT NULL,
    name TEXT NOT NULL,
    data TEXT NOT NULL,
    added_at BIGINT NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (municipality, id),
    FOREIGN KEY (municipality, login) REFERENCES login (municipality, id)
);

CREATE INDEX passkey_of_login ON passkey (municipality, login, id);

CREATE TABLE pending (
    municipality TEXT NOT NULL REFERENCES ledger_head (municipality),
    id TEXT NOT NULL,
    purpose TEXT NOT NULL,
    login TEXT NOT NULL,
    stamp BIGINT NOT NULL,
    data TEXT NOT NULL,
    tries BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (municipality, id)
);

CREATE INDEX pending_end ON pending (municipality, expires_at);

CREATE TABLE attempt (
    municipality TEXT NOT NULL REFERENCES ledger_head (municipality),
    id TEXT NOT NULL,
    failures BIGINT NOT NULL,
    until_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (municipality, id)
);

CREATE INDEX attempt_end ON attempt (municipality, last_at);

CREATE TABLE known_device (
    municipality TEXT NOT NULL,
    login TEXT NOT NULL,
    id TEXT NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (municipality, login, id),
    FOREIGN KEY (municipality, login) REFERENCES login (municipality, id)
);

CREATE TABLE sign_in_event (
    municipality TEXT NOT NULL REFERENCES ledger_head (municipality),
    id TEXT NOT NULL,
    at BIGINT NOT NULL,
    event TEXT NOT NULL,
    login TEXT,
    name TEXT,
    source TEXT NOT NULL,
    device TEXT NOT NULL,
    PRIMARY KEY (municipality, id)
);

CREATE INDEX sign_in_event_of_login ON sign_in_event (municipality, login, id);
