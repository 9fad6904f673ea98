#!/usr/bin/env python3
"""Random mutations of sound logs of up to 64 entries: deploy/verify.py must find every one, and accuse no sound log.

    audit_mutations.py COUNT

The entries are those of the published vectors, and so is the key, whose secret is 32 bytes of 1. A mutation that leaves the
bytes as they were does not count. What only somebody with the key can do is judged with the checkpoint from before.
"""
import base64
import hashlib
import io
import json
import random
import re
import sys
from collections import Counter
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ROOT = Path(__file__).parents[1]
FIXTURES = ROOT / "tests/fixtures/audit"
sys.path.insert(0, str(ROOT / "deploy"))
sys.dont_write_bytecode = True
from verify import Flaw, Key, root_of, verify_export  # noqa: E402

NAME = "majlis.example/audit"
KEY = Key((FIXTURES / "log.pub").read_text())
OURS, OTHERS = (Ed25519PrivateKey.from_private_bytes(bytes([secret] * 32)) for secret in (1, 2))
SIZES = [1, 2, 3, 7, 8, 33, 63, 64]


def published():
    lines = (FIXTURES / "sound/long.jsonl").read_bytes().splitlines()
    return [line for line in lines if line.startswith(b'{"act"')]


def leaves(log):
    return [hashlib.sha256(b"\0" + entry).digest() for entry in log]


def note(log, secret=OURS):
    text = f"{NAME}\n{len(log)}\n{base64.b64encode(root_of(leaves(log))).decode()}\n"
    public = b"\1" + secret.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    key_id = hashlib.sha256(NAME.encode() + b"\n" + public).digest()[:4]
    return f"{text}\n— {NAME} {base64.b64encode(key_id + secret.sign(text.encode())).decode()}\n"


def export(log, secret=OURS):
    """The export of at most 256 entries, consistent in itself whatever they are."""
    def line(**members):
        return json.dumps(members, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()

    lines = [line(format="majlis-audit-export/1", origin=NAME, size=len(log)), *log]
    if log:
        lines.append(line(hashes=base64.b64encode(b"".join(leaves(log))).decode(), tile=0))
    return b"\n".join([*lines, line(checkpoint=note(log, secret)), b""])


def renumbered(log):
    return [re.sub(rb'"seq":\d+,"v":1}$', b'"seq":%d,"v":1}' % seq, entry) for seq, entry in enumerate(log)]


def found(data, earlier):
    try:
        verify_export(io.BytesIO(data), KEY, earlier)
    except Flaw:
        return True
    return False


def swapped(items, here, there):
    items = list(items)
    items[here], items[there] = items[there], items[here]
    return items


def mutations(log, rng):
    """What can be done to a log, by name: the mutated export, and whether it is judged with the checkpoint from before."""
    sound = export(log)
    at, byte = rng.randrange(len(sound)), rng.randrange(1, 256)
    lines = sound.splitlines(keepends=True)
    line, other_line = rng.randrange(len(lines)), rng.randrange(len(lines))
    here, there = rng.randrange(len(log)), rng.randrange(len(log))
    forged = log[here].replace(b"spam", b"indecent")
    earlier_day = [entry.replace(b"2026-11-24", b"2026-11-23") for entry in log]
    return {
        "a byte flipped": lambda: (sound[:at] + bytes([sound[at] ^ byte]) + sound[at + 1 :], False),
        "a byte dropped": lambda: (sound[:at] + sound[at + 1 :], False),
        "a byte inserted": lambda: (sound[:at] + bytes([byte]) + sound[at:], False),
        "cut at a byte": lambda: (sound[:at], False),
        "a line dropped": lambda: (b"".join(lines[:line] + lines[line + 1 :]), False),
        "a line inserted": lambda: (b"".join(lines[:line] + [lines[other_line]] + lines[line:]), False),
        "two lines swapped": lambda: (b"".join(swapped(lines, line, other_line)), False),
        "signed with another key": lambda: (export(log, OTHERS), False),
        "a clock rolled back, signed again": lambda: (export(log[:here] + [earlier_day[here]] + log[here + 1 :]), True),
        "the clock rolled back up to here, signed again": lambda: (export(earlier_day[: here + 1] + log[here + 1 :]), True),
        "truncated, signed again": lambda: (export(log[:here]), True),
        "an entry forged, signed again": lambda: (export(log[:here] + [forged] + log[here + 1 :]), True),
        "an entry dropped, signed again": lambda: (export(renumbered(log[:here] + log[here + 1 :])), True),
        # Forged, because an entry put after its equal is no more than one that the log grew by.
        "an entry inserted, signed again": lambda: (export(renumbered(log[:here] + [forged] + log[here:])), True),
        "two entries swapped, signed again": lambda: (export(renumbered(swapped(log, here, there))), True),
    }


def main(count):
    log = published()
    for size in [0, *SIZES]:
        data = export(log[:size])
        for earlier in [None, *(note(log[:before]) for before in {0, size // 2, size})]:
            assert not found(data, earlier), f"a sound log of {size} entries was accused"
    assert export(log[:5]) == (FIXTURES / "sound/five.jsonl").read_bytes(), "this file writes another form"
    kinds, seed = Counter(), 0
    while sum(kinds.values()) < count:
        rng = random.Random(seed)
        entries = log[: rng.choice(SIZES)]
        name, mutate = rng.choice(list(mutations(entries, rng).items()))
        data, with_earlier = mutate()
        if data != export(entries):
            assert found(data, note(entries) if with_earlier else None), f"{name}: not found (seed {seed}): {data}"
            kinds[name] += 1
        seed += 1
    print(f"{sum(kinds.values())} mutations, all found; no sound log accused")
    for name, times in sorted(kinds.items()):
        print(f"{times:6} {name}")


if __name__ == "__main__":
    main(int(sys.argv[1]))
