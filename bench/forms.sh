#!/usr/bin/env bash
# Measures printed forms, beside LibreOffice converting the same forms in the same run. Debian: libreoffice-writer-nogui.
#
#   bench/forms.sh [how many forms the peer converts]
set -euo pipefail
cd "$(dirname "$0")/.."

peers=${1:-50}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cargo build --release --quiet -p pdf --example bench_forms
"${CARGO_TARGET_DIR:-target}/release/examples/bench_forms" "$work" "$peers" | tee "$work/figures"

if ! command -v soffice >/dev/null; then
    echo "LibreOffice was not found, so nothing was compared: apt-get install --no-install-recommends libreoffice-writer-nogui" >&2
    exit 1
fi
soffice="soffice -env:UserInstallation=file://$work/office --headless --convert-to pdf:writer_web_pdf_Export --outdir $work/peer"
$soffice "$work/form0001.html" >/dev/null 2>&1 # makes its profile
began=$(date +%s.%N)
# A hundred at a time: told some 250 files at once, it leaves the others out without a word.
printf '%s\0' "$work"/form*.html | xargs -0 -n 100 $soffice >/dev/null 2>&1
ended=$(date +%s.%N)
made=$(find "$work/peer" -name '*.pdf' | wc -l)
[ "$made" -eq "$peers" ] || { echo "LibreOffice made $made of $peers forms" >&2; exit 1; }
python3 - "$began" "$ended" "$peers" "$work/figures" <<'PYTHON'
import re, sys
began, ended, peers = float(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
peer = (ended - began) / peers
count, seconds = re.search(r"(\d+) forms in one ZIP: ([0-9.]+) s", open(sys.argv[4]).read()).groups()
ours = float(seconds) / int(count)
print(f"LibreOffice: {peers} forms in {ended - began:.1f} s, {peer * 1000:.0f} ms each; one of ours {ours * 1000:.1f} ms; {peer / ours:.1f} times as fast")
PYTHON
