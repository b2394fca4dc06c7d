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
    mkdir -p "$town"
    "$bin/make_large_town" "$work/$code.sqlite" "$accounts" "$entries"
    mv "$work/$code".sqlite* "$town/"
fi
# The pages are asked of a copy: people sign in there and write, and the next run begins like this one.
data=$work/data
mkdir -p "$data/keys"
cp "$town/$code".sqlite* "$data/"
head -c 32 /dev/urandom >"$data/keys/$code.key"
chmod 600 "$data/keys/$code.key"

read -r port staff_port < <(python3 -c '
import socket
ports = [socket.socket() for _ in range(2)]
for one in ports: one.bind(("127.0.0.1", 0))
print(*(one.getsockname()[1] for one in ports))')
"$bin/shirube" --data "$data" sign-in link >"$work/link" 2>/dev/null || true
"$bin/shirube" --data "$data" serve --port "$port" --staff-port "$staff_port" >"$work/serve.log" 2>&1 &
server=$!
began=$SECONDS
until [ -e "$data/public/$code/current" ]; do
    kill -0 "$server"
    sleep 0.2
done
echo "the list of $accounts accounts was published $((SECONDS - began)) s after the start"
# The server still reads it back.
sleep 20
python3 bench/pages.py "$server" "$staff_port" "$code" "$work" "$requests" "$entries"
