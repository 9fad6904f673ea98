#!/usr/bin/env python3
"""Check that an audit log is whole, unchanged, and the one that its key signed.

A second opinion beside majlis-verify, so that nobody need trust one program; AUDIT.md tells the forms. It needs
Python 3.8, `cryptography` (Debian: python3-cryptography) and some 80 bytes of memory for each entry.
Exit codes: 0 the log is sound, 1 it was tampered with, 2 wrong usage or a file that cannot be read.
"""
import argparse, json, re, sys  # noqa: E401
from base64 import b64decode, b64encode
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

WIDTH, NOTE_MAX, ENTRY_MAX = 256, 65_536, 65_535  # of a full tile, in hashes or entries; of others, in bytes
# Keys (C2SP signed-note), and checkpoints: origin, size, root and perhaps more lines; an empty line; signatures.
BASE64 = "(?:[0-9A-Za-z+/]{4})*(?:[0-9A-Za-z+/][AQgw]==|[0-9A-Za-z+/]{2}[AEIMQUYcgkosw048]=)?"
NAME, LINE = r"[^\s+\x00-\x1f\x7f-\x9f\ud800-\udfff]+", r"[^\x00-\x1f\ud800-\udfff]+"
NATURAL = "(?:0|[1-9][0-9]{0,18})"
KEY = re.compile(rf"({NAME})\+([0-9a-fA-F]{{8}})\+({BASE64})")
SIGNATURE = re.compile(rf"— ({NAME}) ({BASE64})\n")
NOTE = re.compile(rf"(({LINE})\n({NATURAL})\n({BASE64})\n(?:{LINE}\n)*)\n((?:— {NAME} {BASE64}\n)+)")
# Entries, and the other lines of an export: JSON in its one canonical spelling (RFC 8785), which a grammar can tell.
TEXT = r'"(?:[^"\\\x00-\x1f\ud800-\udfff]|\\["\\bfnrt]|\\u00(?:0[0-7bef]|1[0-9a-f]))*"'
TIME = "[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}[.][0-9]{6}"
FIELD = rf'({TEXT}):(?:(0|-?[1-9][0-9]{{0,15}})|null|{TEXT}|{{"commitment":{TEXT}}})'
ENTRY = re.compile(
    rf'{{"act":{TEXT},"actor":{{(?:"as":{TEXT},)?"kind":{TEXT},"name":{TEXT}}},"at":"(?P<at>{TIME})Z",(?:"clock":"(?P<clock>{TIME})Z",)?'
    rf'"fields":{{(?P<fields>(?:{FIELD}(?:,{FIELD})*)?)}},"object":{TEXT},"seq":(?P<seq>{NATURAL}),"v":1}}'
)
HEADER = re.compile(rf'{{"format":"majlis-audit-export/1","origin":({TEXT}),"size":({NATURAL})}}')
HASHES = re.compile(rf'{{"hashes":"({BASE64})","tile":({NATURAL})}}')
END = re.compile(rf'{{"checkpoint":({TEXT})}}')

class Flaw(Exception):
    """What is wrong with a log, and the first entry that is wrong, or None."""

def require(holds, reason, entry=None):
    if not holds:
        raise Flaw(reason, entry)
    return holds

class Key:
    """The public key of the log, or of a witness; ValueError where the text is none."""
    def __init__(self, text, sort=b"\x01"):
        match = KEY.fullmatch(text.strip())
        self.name, self.id, key = (match[1], bytes.fromhex(match[2]), b64decode(match[3])) if match else ("", b"", b"")
        if key[:1] != sort or sha256(f"{self.name}\n".encode() + key).digest()[:4] != self.id:
            raise ValueError("it is not NAME+ID+BASE64 of this sort, or its id is not that of its name and key")
        self.key = Ed25519PublicKey.from_public_bytes(key[1:])
    def signed(self, signature, text):
        try:
            return self.key.verify(signature, text.encode()) is None
        except InvalidSignature:
            return False
    def lines(self, note):
        """The text of a note, and what its lines say that this key signed."""
        found = [(name, b64decode(signature)) for name, signature in SIGNATURE.findall(NOTE.fullmatch(note)[5])]
        require(all(len(signature) > 4 for _, signature in found), "a signature is too short")
        return NOTE.fullmatch(note)[1], [it[4:] for name, it in found if (name, it[:4]) == (self.name, self.id)]
    def checkpoint(self, note, which):
        """Size and root in a checkpoint that this key signed."""
        match = require(len(note.encode()) <= NOTE_MAX and NOTE.fullmatch(note), which + " has not a checkpoint's form")
        text, ours = self.lines(note)
        require(all(self.signed(signature, text) for signature in ours), which + " has a false signature")
        require(ours and match[2] == self.name, which + " is not this log's, signed with its key")
        return int(match[3]), b64decode(match[4])
    def cosigned(self, note):
        """Whether this witness signed the checkpoint in a note, and a time (C2SP tlog-cosignature)."""
        text, signatures = self.lines(note)
        return any(self.signed(it[8:], f"cosignature/v1\ntime {int.from_bytes(it[:8], 'big')}\n{text}") for it in signatures)

def root_of(leaves):
    """The root of the Merkle tree over these hashes (RFC 6962, 2.1)."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256().digest()
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\x01" + root_of(leaves[:half]) + root_of(leaves[half:])).digest()

def compare(hashes, stored, first, span=1):
    """Requires that `stored` is these hashes, each over `span` entries from entry `first` on."""
    other = (place for place, ours in enumerate(hashes) if stored[32 * place : 32 * place + 32] != ours)
    place = next(other, len(hashes) - 1)
    require(stored == b"".join(hashes), "the entry and the hash recorded for it do not agree", first + place * span)

class Replay:
    """A log as far as it has been read."""
    def __init__(self, key, earlier=None, witnesses=()):
        self.key, self.witnesses, self.leaves, self.times = key, witnesses, [], (None, None)
        self.had, self.had_root = (None, None) if earlier is None else key.checkpoint(earlier, "the earlier checkpoint")
    def entry(self, raw):
        place, match = len(self.leaves), ENTRY.fullmatch(raw.decode(errors="surrogateescape"))
        require(match and len(raw) <= ENTRY_MAX, "it is not an entry in canonical form", place)
        at, clock, seq, fields = *match.group("at", "clock", "seq"), re.findall(FIELD, match["fields"])
        names = [json.loads(name).encode("utf-16-be") for name, _ in fields]
        exact = all(abs(int(number or 0)) < 2**53 for _, number in fields)
        require(exact and names == sorted(set(names)), "its fields are not in canonical form", place)
        try:
            datetime.fromisoformat(at), datetime.fromisoformat(clock or at)
        except ValueError:
            raise Flaw("it has a time that no calendar has", place) from None
        require(int(seq) == place, f"the entry in its place has the number {seq}", place)
        # Instants have one spelling, of one length: they stand in the order of their letters.
        require(not place or self.times[1] <= at, "its time is before that of the entry before it", place)
        self.times = self.times[0] or at, at
        self.leaves.append(sha256(b"\x00" + raw).digest())
    def conclude(self, note):
        (size, root), count = self.key.checkpoint(note, "the log's checkpoint"), len(self.leaves)
        absent = [witness.name for witness in self.witnesses if not witness.cosigned(note)]
        require(size == count, f"its checkpoint was signed over {size} entries, and there are {count}")
        if self.had is not None:
            require(self.had <= size, f"the log was cut: it once had {self.had} entries, and now has {size}")
            require(root_of(self.leaves[: self.had]) == self.had_root, f"its first {self.had} entries were rewritten")
        require(root_of(self.leaves) == root, "its entries are not all those that the checkpoint was signed over")
        require(not absent, f"the witness {', '.join(absent)} did not cosign its checkpoint")
        checkpoint = {"origin": self.key.name, "size": size, "root": b64encode(root).decode()}
        first_at, last_at = (at and at + "Z" for at in self.times)
        return {"sound": True, "entries": size, "first_at": first_at, "last_at": last_at, "grew_from": self.had,
                "checkpoint": checkpoint, "witnessed_by": [witness.name for witness in self.witnesses]}

def verify_export(lines, key, *judged):
    """Checks an export, of which `lines` gives every line with its newline."""
    replay, lines, size = Replay(key, *judged), iter(lines), 0
    def next_line(form=None, place=None):
        line, seq = next(lines, b""), len(replay.leaves)
        require(line.endswith(b"\n"), "the export ends too early", seq if seq < size else None)
        match = form and form.fullmatch(line[:-1].decode(errors="surrogateescape"))
        return require(match, "a line is missing that should follow", place) if form else line[:-1]

    origin, size = next_line(HEADER).groups()
    size = int(size)
    for first in range(0, size, WIDTH):
        for _ in range(min(WIDTH, size - first)):
            replay.entry(next_line())
        hashes, tile = next_line(HASHES, first).groups()
        require(int(tile) == first // WIDTH, "the hashes are those of another tile", first)
        compare(replay.leaves[first:], b64decode(hashes), first)
    note = json.loads(next_line(END)[1])
    require(not next(lines, b"") and json.loads(origin) == key.name, "the header names another log, or lines follow")
    return replay.conclude(note)

def verify_tiles(directory, key, *judged):
    """Checks a directory of tiles (C2SP tlog-tiles)."""
    def read(path):
        return (directory / path).read_bytes() if (directory / path).exists() else None
    def tile(kind, index, width):
        digits = str(index).zfill((len(str(index)) + 2) // 3 * 3)
        full = f"tile/{kind}/" + re.sub("(...)(?=.)", r"x\1/", digits)
        data = read(full if width == WIDTH else f"{full}.p/{width}")
        # A partial tile may be gone once it is full: the full one begins with it.
        return (data, False) if data is not None else (read(full) or b"", True)

    next(directory.iterdir(), None)  # an error, and no answer, where there is no directory
    replay, note = Replay(key, *judged), (read("checkpoint") or b"").decode(errors="surrogateescape")
    size, _ = key.checkpoint(note, "the log's checkpoint")
    for first in range(0, size, WIDTH):
        width, place = min(WIDTH, size - first), 0
        data, grown = tile("entries", first // WIDTH, width)
        for seq in range(first, first + width):
            start = place + 2
            place = start + int.from_bytes(data[place:start], "big")
            require(place <= len(data), "it is missing from its tile", seq)
            replay.entry(data[start:place])
        require(grown or place == len(data), "its tile holds more entries than the log", first + width)
    level, hashes = 0, replay.leaves
    while hashes:
        rows = [hashes[at : at + WIDTH] for at in range(0, len(hashes), WIDTH)]
        for index, row in enumerate(rows):
            data, grown = tile(level, index, len(row))
            compare(row, data[: 32 * len(row)] if grown else data, index * WIDTH ** (level + 1), WIDTH**level)
        level, hashes = level + 1, [root_of(row) for row in rows if len(row) == WIDTH]
    return replay.conclude(note)

def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    log = parser.add_mutually_exclusive_group(required=True)
    log.add_argument("--export", metavar="FILE", help="the log as one file")
    log.add_argument("--tiles", metavar="DIR", help="the log as a directory of tiles")
    parser.add_argument("--key", metavar="FILE", required=True, help="its public key, got by another way than the log")
    parser.add_argument("--checkpoint", metavar="FILE", help="a checkpoint that you kept earlier")
    parser.add_argument("--witness", metavar="FILE", action="append", default=[], help="who must have cosigned: a key")
    parser.add_argument("--json", action="store_true", help="print the answer on one line")
    given, code = parser.parse_args(), 0
    try:
        key = Key(Path(given.key).read_text("utf-8"))
        kept = given.checkpoint and Path(given.checkpoint).read_bytes().decode(errors="replace")
        judged = kept, [Key(Path(witness).read_text("utf-8"), b"\x04") for witness in given.witness]
        verify, log = (verify_export, open(given.export, "rb")) if given.tiles is None else (verify_tiles, Path(given.tiles))
        report = verify(log, key, *judged)
    except Flaw as flaw:
        report, code = {"sound": False, "first_bad": flaw.args[1], "reason": flaw.args[0]}, 1
    except (OSError, ValueError) as error:
        report, code = {"sound": None, "error": str(error)}, 2
    print(json.dumps(report, ensure_ascii=False, indent=None if given.json else 2))
    sys.exit(code)

if __name__ == "__main__":
    main()
