# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""What was found: tools/proofs/results.json, of which doc/reliability.md is made, and what is done
already in this build folder, by the content of the repository."""

import contextlib
import datetime
import fcntl
import hashlib
import json
import os
import pathlib
import platform
import subprocess

from manifests import HERE, ROOT

RESULTS = HERE / "results.json"
STATE = ROOT / "build" / "prove" / "state.json"
BUGS = "planted bugs"  # stands beside the numbers of the rows


def output_of(*command):
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True,
                          stderr=subprocess.DEVNULL).stdout.strip()


def content_key():
    """Of all that a proof depends on: a commit that only brings results, or words, leaves it."""
    listed = output_of("git", "ls-files", "-z").split("\0")
    digest = hashlib.sha256()
    for name in listed:
        path = ROOT / name
        if name.endswith(".md") or path == RESULTS or not path.is_file():
            continue
        digest.update(f"{name}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def commit():
    told = output_of("git", "rev-parse", "--short=12", "HEAD") or "not under version control"
    mine = [":!tools/proofs/results.json", ":!doc/reliability.md"]
    changed = output_of("git", "status", "--porcelain", "--untracked-files=no", "--", ".", *mine)
    return told + (", and uncommitted changes" if changed else "")


def machine():
    models = []
    if pathlib.Path("/proc/cpuinfo").exists():
        models = [line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo")
                  if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (f"{models[0] if models else platform.machine()}, {len(os.sched_getaffinity(0))} cores, "
            f"{memory:.0f} GiB, {platform.system()} {platform.release()}")


def circumstances():
    return {"date": datetime.date.today().isoformat(), "commit": commit(), "machine": machine()}


def read(path=RESULTS):
    return json.loads(path.read_text()) if path.exists() else {}


def write(found, path=RESULTS):
    path.parent.mkdir(parents=True, exist_ok=True)
    in_order = sorted(found, key=lambda row: (not row.isdigit(), row.zfill(3)))
    text = json.dumps({row: found[row] for row in in_order}, indent=1)
    unfinished = path.with_suffix(".new")
    unfinished.write_text(text + "\n")
    unfinished.replace(path)


@contextlib.contextmanager
def alone():
    """While another tools/prove may write, too."""
    STATE.parent.mkdir(parents=True, exist_ok=True)
    with open(STATE.parent / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class State:
    """What was done in this build folder, so that it need not be done again."""

    def __init__(self):
        self.key = content_key()

    def done(self, name):
        return self._known().get(name)

    def keep(self, name, outcome):
        with alone():
            unfinished = STATE.with_suffix(".new")
            unfinished.write_text(json.dumps({**self._known(), name: outcome}, indent=1))
            unfinished.replace(STATE)

    def _known(self):
        known = read(STATE)
        return known if known.get("key") == self.key else {"key": self.key}
