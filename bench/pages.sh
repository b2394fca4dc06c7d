#!/usr/bin/env bash
# Measures the staff's pages in a large town: time, weight, and the server's memory.
#
#   bench/pages.sh [accounts] [entries] [requests a page]
#
# SHIRUBE_BENCH_TOWN names a folder in which the large town is kept between runs.
set -euo pipefail
cd "$(dirname "$0")/.."

accounts=${1:-10000}
entries=${2:-1000000}
requests=${3:-200}
code=$(sed -n 's/^notice = \["[a-z]*", "\([0-9]*\)".*/\1/p' crates/testkit/guides.toml)
work=$(mktemp -d)
server=
finish() {
    if [ -n "$server" ]; then kill "$server" 2>/dev/null || true; fi
    rm -rf "$work"
}
trap finish EXIT

cargo build --release --quiet -p app --bin shirube -p testkit --bin make_large_town
bin="${CARGO_TARGET_DIR:-target}/release"
town=${SHIRUBE_BENCH_TOWN:-$work/town}
if [ ! -f "$town/$code.sqlite" ]; then
    mkdir -p "$town/keys"
    "$bin/make_large_town" "$work/$code.sqlite" "$accounts" "$entries"
    mv "$work/$code".sqlite* "$town/"
    head -c 32 /dev/urandom >"$town/keys/$code.key"
    chmod 600 "$town/keys/$code.key"
fi

read -r port staff_port < <(python3 -c '
import socket
ports = [socket.socket() for _ in range(2)]
for one in ports: one.bind(("127.0.0.1", 0))
print(*(one.getsockname()[1] for one in ports))')
"$bin/shirube" --data "$town" sign-in link >"$work/link" 2>/dev/null || true
"$bin/shirube" --data "$town" serve --port "$port" --staff-port "$staff_port" >"$work/serve.log" 2>&1 &
server=$!
python3 bench/pages.py "$server" "$staff_port" "$code" "$work" "$requests" "$entries"
