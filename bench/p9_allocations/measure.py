# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Row P9: what allocates in steady state, and whose it is."""

import re
import shutil
import subprocess

from harness.programs import measured
from p9_allocations import drivers
from p9_allocations.blocks import under_dhat

PROGRAMS = ["p3_lines", "p4_http", "p5_resp", "p6_relay", "p7_files", "p8_idle",
            "http_file_server"]
FORMS = [  # row, program, its arguments, what one piece of work is
    ("P1", "p1_handoff", ["one"], "chunk"),
    ("P2", "p1_handoff", ["two"], "chunk"),
    ("P3", "p3_lines", ["memory"], "line"),
    ("P3", "p3_lines", ["tcp"], "line")]
SERVERS = [  # row, program, its arguments, what drives it, one piece of work
    ("P4", "p4_http", ["sluice_callbacks"], drivers.http, "request"),
    ("P4", "p4_http", ["sluice_coroutine"], drivers.http, "request"),
    ("P4", "p4_http", ["sluice_callbacks"], drivers.pipelined_http, "request, 16 at a time"),
    ("P4", "p4_http", ["beast_callbacks"], drivers.http, "request"),
    ("P5", "p5_resp", ["sluice"], drivers.resp, "command"),
    ("P6", "p6_relay", ["sluice"], drivers.relayed, "megabyte"),
    ("P6", "p6_relay", ["sluice_copy"], drivers.relayed, "megabyte"),
    ("P7", "http_file_server", [], drivers.files, "file of 1 MiB"),
    ("P7", "http_file_server", ["--no-sendfile"], drivers.files, "file of 1 MiB"),
    ("P8", "p8_idle", ["sluice_callbacks"], drivers.echo, "message"),
    ("P8", "p8_idle", ["sluice_coroutine"], drivers.echo, "message"),
    ("P8", "p8_idle", ["sluice_connection"], drivers.echo, "message")]


def run(program, quick, cores):
    results = []
    for row, name, arguments, piece in FORMS:
        milliseconds = "25" if arguments == ["two"] else "5"  # starting the other thread allocates
        found = measured([[program.with_name(name), "1", milliseconds, *arguments]], 1, cores)
        results += [{"row": row, "what": described(one), "piece": piece,
                     "allocations": one["allocations"][0], "whose": {}}
                    for one in found if one["form"] == "sluice"]
    if shutil.which("valgrind") is None:
        return {"absent": ["valgrind"], "results": results}
    for row, name, arguments, drive, piece in SERVERS:
        folder = "examples" if drive is drivers.files else "bench"
        path = program.parent.parent / folder / name
        few, many = (40, 120) if drive in (drivers.files, drivers.relayed) else (320, 960)
        try:
            first, second = (traced(path, arguments, drive, n) for n in (few, many))
        except (OSError, RuntimeError, subprocess.SubprocessError) as failure:
            print(f"P9: {name} {' '.join(arguments)} is left out: {failure}")
            continue
        whose = {owner: (blocks - first.get(owner, 0)) / (many - few)
                 for owner, blocks in second.items()}
        whose = {owner: each for owner, each in whose.items() if each >= 0.01}
        results.append({"row": row, "what": " ".join([name, *arguments]), "piece": piece,
                        "allocations": sum(whose.values()), "whose": whose})
    return {"absent": [], "results": results}


def described(one):
    words = [one.get("chunk") and one["chunk"] + " B", one.get("from"), one["style"],
             one.get("resumption"), one.get("executor"),
             "reactor" if one.get("reactor") == "yes" else None]
    return ", ".join(filter(None, words))


def traced(path, arguments, drive, count):
    """The blocks that the program has asked for, by owner, when it has done so much."""
    if drive is drivers.files:
        with drivers.folder_with_a_file() as folder:
            return served([path, "--port", "0", *arguments, folder], drive, count)
    if drive is drivers.relayed:
        with drivers.sink() as port:
            return served([path, *arguments, str(port)], drive, count)
    return served([path, *arguments], drive, count)


def served(command, drive, count):
    def work(process):
        port = int(re.search(rb"(\d+)/?$", process.stdout.readline().strip())[1])
        drive(port, count)
        process.terminate()

    return under_dhat(command, work, stdout=subprocess.PIPE)
