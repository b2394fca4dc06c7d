-- Which login belongs to which person at the city's own sign-in. A link is made by that person alone; an e-mail address
-- stands nowhere here.

CREATE TABLE identity_link (
    municipality TEXT NOT NULL,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    login TEXT NOT NULL,
    linked_at BIGINT NOT NULL,
    PRIMARY KEY (municipality, issuer, subject),
    UNIQUE (municipality, login, issuer),
    FOREIGN KEY (municipality, login) REFERENCES login (municipality, id)
);
