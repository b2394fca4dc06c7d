#!/usr/bin/env bash
# Measures how soon citizens get an answer after a start, and how soon every public page follows an act.
#
#   bench/publication.sh [accounts ...]     1,000 and 10,000, unless told
#
# For each size: a start without a published list, a start with one, and the delisting of one account while it serves.
set -euo pipefail
cd "$(dirname "$0")/.."

sizes=("$@")
[ $# -gt 0 ] || sizes=(1000 10000)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cargo build --release --quiet -p app --bin shirube -p testkit --bin make_large_town
bin="${CARGO_TARGET_DIR:-target}/release"
code=$(sed -n 's/^notice = \["[a-z]*", "\([0-9]*\)".*/\1/p' crates/testkit/guides.toml)
for accounts in "${sizes[@]}"; do
    data=$work/$accounts
    mkdir -p "$data/keys"
    "$bin/make_large_town" "$data/$code.sqlite" "$accounts" "$((accounts * 10))" >/dev/null
    head -c 32 /dev/urandom >"$data/keys/$code.key"
    chmod 600 "$data/keys/$code.key"
    python3 bench/publication.py "$bin/shirube" "$data" "$code" "$accounts"
    rm -rf "$data"
done
