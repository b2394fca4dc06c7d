-- What a used key is good for: the person, the act and its content, beside the answer in `idempotency`. A key that was used
-- before this table was there has no row: whether it is the same act cannot be told, so it is good for nothing more.

CREATE TABLE idempotency_bound (
    municipality TEXT NOT NULL,
    idem_key TEXT NOT NULL,
    bound TEXT NOT NULL,
    PRIMARY KEY (municipality, idem_key),
    FOREIGN KEY (municipality, idem_key) REFERENCES idempotency (municipality, idem_key)
);
