#!/usr/bin/env python3
"""台帳の書き出し(ledger.jsonl)を、しるべ本体とは別に検証する。

An independent verifier: written from docs/ledger.md alone, with Python's standard library only, so that no verdict
about a ledger rests on the program that wrote it.

    verify_ledger.py ledger.jsonl
    verify_ledger.py ledger.jsonl --checkpoint checkpoint.txt --key 公開鍵の16進64桁
    verify_ledger.py --batch フォルダ [--checkpoint … --key …]
    verify_ledger.py --proof 証明.txt --key 公開鍵の16進64桁

終了コード: 0 問題なし / 1 問題が見つかった / 2 検証できない
"""

import argparse
import base64
import binascii
import hashlib
import json
import pathlib
import re
import sys

SOUND, FOUND, CANNOT = 0, 1, 2
I64 = range(-(2**63), 2**63)
U64 = range(2**64)


class Unusable(Exception):
    """検証そのものができない理由。"""


# ---- JSON, read strictly -------------------------------------------------------------------------------------------


def _no_twins(pairs):
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a field is said twice")
    return found


def _no_constant(name):
    raise ValueError(name)


_READER = json.JSONDecoder(object_pairs_hook=_no_twins, parse_constant=_no_constant)


def read_json(text):
    """The object in the text, or None."""
    try:
        value = _READER.decode(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def whole(value, limits):
    return type(value) is int and value in limits


def is_text(value):
    """Half of a surrogate pair is no text."""
    return isinstance(value, str) and not re.search("[\ud800-\udfff]", value)


def digest32(text):
    """32 bytes from 64 lower-case hexadecimal digits, or None."""
    if isinstance(text, str) and re.fullmatch("[0-9a-f]{64}", text):
        return bytes.fromhex(text)
    return None


# ---- the dump ------------------------------------------------------------------------------------------------------


def exact_bytes(row):
    text, raw = row.get("bytes"), row.get("bytes_hex")
    if isinstance(text, str) and raw is None:
        try:
            return text.encode("utf-8")
        except UnicodeEncodeError:
            return None
    if text is None and isinstance(raw, str) and re.fullmatch("([0-9a-f]{2})*", raw):
        return bytes.fromhex(raw)
    return None


def read_header(line):
    head = read_json(line) or {}
    if head.get("ledger") != "shirube":
        raise Unusable("台帳の書き出しではありません(1行目)。ファイルを確かめてください。")
    if head.get("format") != 1:
        raise Unusable(f"書き出しの形式 {head.get('format')} は、この検証プログラムでは読めません。")
    if not (isinstance(head.get("municipality"), str) and whole(head.get("size"), U64)
            and isinstance(head.get("frontier"), str)):
        raise Unusable("書き出しの1行目を読めません。書き出しをやり直してください。")
    return head


def read_row(line, number):
    """seq, recorded_at, salt, bytes, commitment, (private salt, private bytes) or None"""
    row = read_json(line)
    if row is not None:
        salt, commitment, data = digest32(row.get("salt")), digest32(row.get("commitment")), exact_bytes(row)
        part, private, readable = row.get("private"), None, True
        if isinstance(part, dict):
            private = (digest32(part.get("salt")), exact_bytes(part))
            readable = None not in private
        elif part is not None:
            readable = False
        if (readable and None not in (salt, commitment, data)
                and whole(row.get("seq"), U64) and whole(row.get("recorded_at"), I64)):
            return row["seq"], row["recorded_at"], salt, data, commitment, private
    raise Unusable(f"書き出しの{number}行目を読めません。途中で切れていないかを確かめてください。")


# ---- the tree ------------------------------------------------------------------------------------------------------


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


class Tree:
    """Perfect subtrees from left to right, as (how many leaves, root)."""

    def __init__(self):
        self.size, self.peaks = 0, []

    def add(self, leaf_data):
        width, node = 1, sha256(b"\x00", leaf_data)
        while self.peaks and self.peaks[-1][0] == width:
            node = sha256(b"\x01", self.peaks.pop()[1], node)
            width *= 2
        self.peaks.append((width, node))
        self.size += 1

    def root(self):
        if not self.peaks:
            return sha256()
        node = self.peaks[-1][1]
        for _, left in reversed(self.peaks[:-1]):
            node = sha256(b"\x01", left, node)
        return node

    def edge(self):
        return ",".join(node.hex() for _, node in self.peaks)


# ---- Ed25519 (RFC 8032), verification only -------------------------------------------------------------------------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
NEUTRAL = (0, 1, 1, 0)


def _plus(a, b):
    e = (a[1] - a[0]) * (b[1] - b[0]) % P
    f = (a[1] + a[0]) * (b[1] + b[0]) % P
    g = 2 * a[3] * b[3] * D % P
    h = 2 * a[2] * b[2] % P
    w, x, y, z = f - e, h - g, h + g, f + e
    return (w * x % P, y * z % P, x * y % P, w * z % P)


def _times(scalar, point):
    total = NEUTRAL
    while scalar:
        if scalar & 1:
            total = _plus(total, point)
        point, scalar = _plus(point, point), scalar >> 1
    return total


def _same(a, b):
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def _point(raw):
    """The point of a 32-byte encoding, or None."""
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    if x * x % P != square or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


BASE = _point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def ed25519_holds(key, signature, message):
    if len(signature) != 64:
        return False
    a, r, s = _point(key), _point(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L:
        return False
    # A key or a commitment of small order would accept signatures over several texts.
    if _same(_times(8, a), NEUTRAL) or _same(_times(8, r), NEUTRAL):
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    return _same(_times(s, BASE), _plus(r, _times(k, a)))


# ---- checkpoints (C2SP signed notes) -------------------------------------------------------------------------------


def strict_base64(text):
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if base64.b64encode(raw).decode() == text else None


def open_checkpoint(note, key):
    """origin, size and root of a note that this key has signed."""
    text, gap, tail = note.rpartition("\n\n")
    lines = text.split("\n")
    if not gap or len(lines) < 3 or not tail.endswith("\n") or "" in lines:
        raise Unusable("チェックポイントを読めません。途中で切れていないかを確かめてください。")
    origin, size, root = lines[0], lines[1], strict_base64(lines[2])
    if not re.fullmatch("0|[1-9][0-9]{0,19}", size) or int(size) not in U64 or root is None or len(root) != 32:
        raise Unusable("チェックポイントの件数かハッシュを読めません。写し間違いがないかを確かめてください。")
    wanted = sha256(origin.encode(), b"\n\x01", key)[:4]
    for line in tail[:-1].split("\n"):
        match = re.fullmatch("\u2014 ([^ ]+) ([^ ]+)", line)
        raw = strict_base64(match[2]) if match else None
        if raw is None or len(raw) < 4:
            raise Unusable("チェックポイントの署名の行を読めません。")
        if match[1] == origin and raw[:4] == wanted:
            if ed25519_holds(key, raw[4:], (text + "\n").encode()):
                return origin, int(size), root
            raise Unusable("チェックポイントの署名が本文と合いません。写し間違いか偽造です。")
    raise Unusable("チェックポイントに、指定された鍵の署名がありません。")


# ---- the proof of one entry (C2SP tlog-proof) ----------------------------------------------------------------------


def root_along(path, leaf, index, size):
    """The root to which the path leads from the leaf (RFC 9162, 2.1.3.2), or None."""
    node, at, last = leaf, index, size - 1
    for step in path:
        if last == 0:
            return None
        if at & 1 or at == last:
            node = sha256(b"\x01", step, node)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            node = sha256(b"\x01", node, step)
        at, last = at >> 1, last >> 1
    return node if last == 0 else None


def read_proof(text):
    """index, path, the entry's row, the checkpoint's note"""
    head, gap, note = text.partition("\n\n")
    lines = head.split("\n")
    if not gap or len(lines) < 3 or lines[0] != "c2sp.org/tlog-proof@v1":
        raise Unusable("記録の証明ではありません。途中で切れていないかを確かめてください。")
    extra = strict_base64(lines[1].removeprefix("extra ")) if lines[1].startswith("extra ") else None
    index = re.fullmatch("index (0|[1-9][0-9]{0,19})", lines[2])
    path = [strict_base64(line) for line in lines[3:]]
    if extra is None or index is None or any(step is None or len(step) != 32 for step in path):
        raise Unusable("記録の証明を読めません。写し間違いがないかを確かめてください。")
    try:
        row = read_row(extra.decode("utf-8"), 1)
    except UnicodeDecodeError:
        row = None
    if row is None or row[0] != int(index[1]) or row[5] is not None:
        raise Unusable("証明に書かれた記録を読めません。")
    return int(index[1]), path, row, note


def tell_proof(text, key):
    """What a proof proves: FOUND when the entry or the path is not what the checkpoint covers."""
    index, path, (_, _, salt, data, commitment, _), note = read_proof(text)
    origin, size, root = open_checkpoint(note, key)
    entry = read_entry(data)
    wrong = None
    if sha256(salt, data) != commitment:
        wrong = "changed", f"記録{index}番の内容またはソルトが、書かれたときのものと違います。"
    elif entry is None or entry["seq"] != index or "shirube/" + entry["municipality"] != origin:
        wrong = "unreadable", f"記録{index}番の内容が、この台帳のこの番号の記録ではありません。"
    elif index >= size or root_along(path, sha256(b"\x00", commitment), index, size) != root:
        wrong = "not-included", f"記録{index}番は、チェックポイントの時点の台帳にありません。"
    if wrong:
        print(f"問題[{wrong[0]}]: {wrong[1]}")
        return FOUND
    print(f"記録{index}番（{entry['kind']}）は、{origin} の{size}件の台帳に、この内容で入っています。")
    print(data.decode("utf-8"))
    return SOUND


# ---- verification --------------------------------------------------------------------------------------------------

FIELDS = {"kind": str, "municipality": str, "id": str}


def read_entry(data):
    """The entry in the stored bytes, or None."""
    try:
        entry = read_json(data.decode("utf-8"))
    except UnicodeDecodeError:
        return None
    if entry is None or any(not isinstance(entry.get(name), sort) for name, sort in FIELDS.items()):
        return None
    if not (whole(entry.get("version"), range(2**32)) and whole(entry.get("seq"), U64)
            and whole(entry.get("recorded_at"), I64) and "facts" in entry and "private" in entry):
        return None
    if not (entry["private"] is None or isinstance(entry["private"], str)):
        return None
    texts = (entry["kind"], entry["municipality"], entry["id"], entry["private"] or "")
    return entry if all(map(is_text, texts)) else None


def read_leaves(facts):
    """The ranges of entries that an erasure names, in order and apart; None where it names them in no way."""
    leaf, listed = facts.get("leaf"), facts.get("ranges")
    if listed is None:
        return [(leaf, leaf)] if whole(leaf, U64) else None
    ranges, last = [], -1
    if not isinstance(listed, list) or not listed or leaf is not None:
        return None
    for one in listed:
        if not isinstance(one, dict) or not whole(one.get("from"), U64) or not whole(one.get("to"), U64):
            return None
        if not last < one["from"] <= one["to"]:
            return None
        last = one["to"]
        ranges.append((one["from"], one["to"]))
    return ranges


def verify(lines, checkpoint=None):
    """(findings, what could not be excluded, lawful erasures, size, root); each finding is (code, sentence)."""
    lines = iter(lines)
    header = read_header(next(lines, ""))
    tree, findings = Tree(), []
    gone, there, erased = {}, set(), {}  # private parts by number
    expected, last, covered = 0, None, None

    def found(code, sentence):
        findings.append((code, sentence))

    if checkpoint and checkpoint[0] != "shirube/" + header["municipality"]:
        found("checkpoint-foreign", f"チェックポイントは別の台帳「{checkpoint[0]}」のものです。")
        checkpoint = None

    def meet():
        nonlocal covered
        if checkpoint and checkpoint[1] == tree.size:
            if checkpoint[2] == tree.root():
                covered = tree.size
            else:
                found("history-changed",
                      f"はじめの{tree.size}件が、チェックポイントの時点の記録と違います。書き換えと再計算の疑いがあります。")

    meet()
    for number, line in enumerate(lines, start=2):
        seq, at, salt, data, commitment, private = read_row(line, number)
        if seq > expected:
            found("missing", f"記録{expected}番から{seq - 1}番までがありません。")
        elif seq < expected:
            found("out-of-order", f"記録{expected}番があるべき所に記録{seq}番があります。")
        expected = max(expected, seq + 1)
        if last is not None and at < last:
            found("time-runs-back", f"記録{seq}番の記録時刻({at})が、その前の記録({last})より前です。")
        last = at
        intact = sha256(salt, data) == commitment
        if not intact:
            found("changed", f"記録{seq}番の内容またはソルトが、書かれたときのものと違います。")
        entry = read_entry(data)
        if entry is None:
            found("unreadable", f"記録{seq}番の内容を記録として読めません。")
        else:
            if entry["seq"] != seq:
                found("seq-differs", f"記録{seq}番の内容には、{entry['seq']}番と書かれています。")
            if entry["recorded_at"] != at:
                found("time-differs", f"記録{seq}番の記録時刻({at})が、内容の時刻({entry['recorded_at']})と違います。")
            if entry["municipality"] != header["municipality"]:
                found("municipality-differs", f"記録{seq}番は、別の団体「{entry['municipality']}」の記録です。")
            if entry["private"] is None:
                if private is not None:
                    found("private-unexpected", f"記録{seq}番に、ないはずの非公開部分が付け加えられています。")
            elif private is None:
                gone[seq] = True
            else:
                there.add(seq)
                if sha256(*private).hex() != entry["private"]:
                    found("private-changed", f"記録{seq}番の非公開部分が、書かれたときのものと違います。")
            if intact and entry["kind"] == "erased":
                facts = entry["facts"] if isinstance(entry["facts"], dict) else {}
                ranges, decision = read_leaves(facts), facts.get("decision")
                if ranges is None or not is_text(decision):
                    found("unreadable", f"消去の記録{seq}番の内容を読めません。")
                elif ranges[-1][1] >= seq:
                    found("erasure-misnamed", f"消去の記録{seq}番が、消去できる部分のない記録{ranges[-1][1]}番を指しています。")
                else:
                    any_part = False
                    for leaf in (leaf for first, last in ranges for leaf in range(first, last + 1)):
                        if gone.pop(leaf, False):
                            erased[leaf] = (seq, decision)
                        elif leaf in there:
                            found("private-kept",
                                  f"記録{leaf}番の非公開部分が残っています。記録{seq}番で消去したことになっています。")
                        any_part = any_part or leaf in erased or leaf in there
                    if not any_part:
                        found("erasure-misnamed",
                              f"消去の記録{seq}番が、消去できる部分のない記録{ranges[0][0]}番を指しています。")
        tree.add(commitment)
        meet()

    for seq in sorted(gone):
        found("private-missing", f"記録{seq}番の非公開部分がなく、消去の決定も記録されていません。改ざんの疑いがあります。")
    if header["size"] != tree.size:
        found("head-size", f"台帳の先頭には{header['size']}件とありますが、記録は{tree.size}件です。")
    if header["frontier"] != tree.edge():
        found("head-root", "台帳の先頭のハッシュが、記録から計算したものと違います。")
    if checkpoint and checkpoint[1] > tree.size:
        found("shortened", f"チェックポイントの時点で{checkpoint[1]}件あった記録が{tree.size}件しかありません。"
                           "末尾の切り詰め、または古い写しです。")
    if covered is None:
        open_questions = [
            ("truncation", "末尾の切り詰め(台帳の先頭も合わせて直した場合)は、否定できません。"),
            ("rehash", "全体の再計算(すべてのハッシュを計算し直した場合)は、否定できません。"),
            ("old-copy", "古い写しへの差し替えは、否定できません。"),
        ]
    else:
        open_questions = [("after-checkpoint", f"はじめの{covered}件はチェックポイントと一致しました。"
                                               "その後の記録については、切り詰め・再計算・古い写しを否定できません。")]
    return findings, open_questions, erased, tree.size, tree.root()


def file_lines(path):
    # Lines end with U+000A only: a text may hold other line ends.
    with open(path, encoding="utf-8", newline="\n") as file:
        for line in file:
            yield line.removesuffix("\n")


def tell_one(path, checkpoint):
    findings, open_questions, erased, size, root = verify(file_lines(path), checkpoint)
    print(f"記録 {size}件、ルート {root.hex()}")
    for leaf, (by, decision) in sorted(erased.items()):
        print(f"消去: 記録{leaf}番の非公開部分は、記録{by}番(決定「{decision}」)により消去されています。")
    for code, sentence in findings:
        print(f"問題[{code}]: {sentence}")
    for code, sentence in open_questions:
        print(f"注意[{code}]: {sentence}")
    print("問題が見つかりました。台帳への書き込みを止め、写しを取ってから調べてください。" if findings
          else "問題は見つかりませんでした。")
    return FOUND if findings else SOUND


def tell_many(folder, checkpoint):
    """One line a dump: name, verdict, codes of findings, codes of what could not be excluded."""
    worst = SOUND
    for path in sorted(pathlib.Path(folder).glob("*.jsonl")):
        try:
            findings, open_questions, *_ = verify(file_lines(path), checkpoint)
            codes = (",".join(sorted({code for code, _ in findings})), ",".join(code for code, _ in open_questions))
            verdict = FOUND if findings else SOUND
        except (Unusable, OSError, UnicodeDecodeError) as reason:
            codes, verdict = (str(reason), ""), CANNOT
        print("\t".join((path.name, str(verdict), *codes)))
        worst = max(worst, verdict)
    return worst


def main():
    sys.stdout.reconfigure(encoding="utf-8")
    sys.stderr.reconfigure(encoding="utf-8")
    words = argparse.ArgumentParser(description="しるべの台帳の書き出しを検証します。")
    words.add_argument("dump", nargs="?", help="台帳の書き出し(ledger.jsonl)")
    words.add_argument("--checkpoint", help="データベースの外に保管しているチェックポイントのファイル")
    words.add_argument("--key", help="チェックポイントの公開鍵(16進64桁)")
    words.add_argument("--batch", metavar="FOLDER", help="フォルダの中の書き出しをすべて検証し、1行ずつ答える")
    words.add_argument("--proof", metavar="FILE", help="一つの記録の証明を、--key の公開鍵で検証する")
    given = words.parse_args()
    try:
        if given.proof:
            key = digest32(given.key)
            if key is None:
                raise Unusable("--proof には --key(公開鍵の16進64桁)が必要です。")
            with open(given.proof, encoding="utf-8", newline="") as file:
                return tell_proof(file.read(), key)
        checkpoint = None
        if given.checkpoint or given.key:
            key = digest32(given.key)
            if not given.checkpoint or key is None:
                raise Unusable("--checkpoint と --key(16進64桁)は、両方を指定してください。")
            with open(given.checkpoint, encoding="utf-8", newline="") as file:
                checkpoint = open_checkpoint(file.read(), key)
        if given.batch:
            return tell_many(given.batch, checkpoint)
        if not given.dump:
            raise Unusable("台帳の書き出し(ledger.jsonl)を指定してください。")
        return tell_one(given.dump, checkpoint)
    except (Unusable, OSError, UnicodeDecodeError) as reason:
        print(f"検証できません: {reason}", file=sys.stderr)
        return CANNOT


if __name__ == "__main__":
    sys.exit(main())
