-- Whole subtrees of the ledger's tree, from 256 leaves up, so that a proof is made without reading the ledger. They follow
-- from the entries: what is missing here is worked out from them, and a proof is checked before it is handed out.

CREATE TABLE tree_node (
    municipality TEXT NOT NULL REFERENCES ledger_head (municipality),
    subtree TEXT NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (municipality, subtree)
);
