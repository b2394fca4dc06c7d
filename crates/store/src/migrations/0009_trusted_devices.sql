-- Browsers on which a second proof is not asked again for a time: of which login, under which stamp and posts.
CREATE TABLE trusted_device (
    municipality TEXT NOT NULL,
    login TEXT NOT NULL,
    id TEXT NOT NULL,
    stamp BIGINT NOT NULL,
    posts TEXT NOT NULL,
    browser TEXT NOT NULL,
    trusted_at BIGINT NOT NULL,
    until_at BIGINT NOT NULL,
    PRIMARY KEY (municipality, login, id),
    FOREIGN KEY (municipality, login) REFERENCES login (municipality, id)
);

CREATE INDEX trusted_device_end ON trusted_device (municipality, until_at);
