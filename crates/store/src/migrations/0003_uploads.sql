-- Files that were kept and that no entry names yet, each under a key that nobody can foretell.
CREATE TABLE upload (
    municipality TEXT NOT NULL REFERENCES ledger_head (municipality),
    id TEXT NOT NULL,
    hash TEXT NOT NULL,
    media TEXT NOT NULL,
    bytes BIGINT NOT NULL CHECK (bytes >= 0),
    kept_at BIGINT NOT NULL,
    PRIMARY KEY (municipality, id)
);

CREATE INDEX upload_kept ON upload (municipality, kept_at, id);
