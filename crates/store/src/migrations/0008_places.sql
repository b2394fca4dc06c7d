-- Who keeps a file that no entry names yet, and for which case: what is counted before another one is kept.
CREATE TABLE upload_owner (
    municipality TEXT NOT NULL REFERENCES ledger_head (municipality),
    id TEXT NOT NULL,
    person TEXT NOT NULL,
    about TEXT NOT NULL,
    bytes BIGINT NOT NULL CHECK (bytes >= 0),
    PRIMARY KEY (municipality, id)
);

CREATE INDEX upload_owner_person ON upload_owner (municipality, person);
CREATE INDEX upload_owner_about ON upload_owner (municipality, about);

-- What was begun from one place is counted there, and a browser is known by what it keeps before it says a name.
CREATE INDEX pending_login ON pending (municipality, purpose, login);
CREATE INDEX known_device_id ON known_device (municipality, id);
