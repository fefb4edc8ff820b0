# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Row P7: fetches files from servers, with `wrk`, and says what it found."""

import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import time
import urllib.request

from harness.figures import print_table, ratios, spread, summary
from p4_http.servers import Nginx, Server

# Bytes, and connections that fetch them.
LOADS = [(1 << 20, 8), (1 << 30, 1)]
OURS = ["sluice", "sluice_copy"]
PEERS = ["nginx", "nginx_copy", "beast"]
# Ours, a peer, and how many times as good we mean to be.
GOALS = [("sluice", "nginx", 1.0), ("sluice_copy", "nginx_copy", 1.0), ("sluice", "beast", 10.0)]


class OurServer(Server):
    """The file server of the examples."""

    def __init__(self, program, folder, core, *options):
        super().__init__("sluice", [program, "--port", "0", *options, folder], core,
                         stdout=subprocess.PIPE, text=True)
        self.port = int(re.search(r":(\d+)/$", self.process.stdout.readline())[1])


class BeastServer(Server):
    def __init__(self, program, folder, core):
        super().__init__("beast", [program, folder], core, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())


def start(name, program, folder, core):
    if name.startswith("nginx"):
        copied = name == "nginx_copy"
        return Nginx(core, location=f"root {folder}; sendfile {'off' if copied else 'on'}; "
                     f"{'output_buffers 2 128k;' if copied else 'tcp_nopush on;'}")
    if name == "beast":
        return BeastServer(program, folder, core)
    options = ["--no-sendfile"] if name == "sluice_copy" else []
    return OurServer(program.parent.parent / "examples" / "http_file_server", folder, core,
                     *options)


def run(program, quick, cores):
    if shutil.which("wrk") is None:
        print("P7: wrk is absent: nothing can be measured")
        return {"absent": ["wrk"], "results": []}
    rounds, seconds = (2, 1) if quick else (5, 3)
    missing = [] if Nginx.is_there() else ["nginx", "nginx_copy"]
    if missing:
        print("P7: nginx is absent")
    names = [name for name in OURS + PEERS if name not in missing]
    results = []
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755) # nginx reads it as somebody else
        for size, connections in LOADS:
            piece = os.urandom(1 << 20)
            with open(f"{folder}/{size}", "wb") as file:
                for _ in range(size >> 20):
                    file.write(piece)
            for name in names:
                check(start(name, program, folder, cores[0]), size, piece)
            found = {name: [] for name in names}
            for _ in range(rounds):
                for name in names:
                    server = start(name, program, folder, cores[0])
                    try:
                        found[name].append(measure(server, size, connections, seconds, cores[1]))
                    finally:
                        server.stop()
            report(size, found)
            results += [collected(size, name, samples) for name, samples in found.items()]
    goals(results)
    for result in results:
        for key in ("gb_per_second", "cpu_per_gb"):
            result[key] = {**summary(result[key]), "rounds": result[key]}
    return {"absent": missing, "results": results}


def check(server, size, piece):
    """Every byte arrives."""
    try:
        for attempt in range(100):
            try:
                answer = urllib.request.urlopen(f"http://127.0.0.1:{server.port}/{size}")
                break
            except ConnectionRefusedError:
                time.sleep(0.05)
        got, expected = hashlib.sha256(), hashlib.sha256()
        for _ in range(size >> 20):
            expected.update(piece)
        while data := answer.read(1 << 20):
            got.update(data)
        if got.digest() != expected.digest():
            raise RuntimeError(f"{server.name} sends other bytes")
    finally:
        server.stop()


def measure(server, size, connections, seconds, core):
    for _ in range(100):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{server.port}/{size}").read(1)
            break
        except ConnectionRefusedError:
            time.sleep(0.05)
    before = server.cpu_seconds()
    done = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}",
         f"http://127.0.0.1:{server.port}/{size}"],
        preexec_fn=lambda: os.sched_setaffinity(0, {core}), stdout=subprocess.PIPE, text=True)
    cpu = server.cpu_seconds() - before
    found = re.search(r"in ([\d.]+)s, ([\d.]+)([KMGT]?)B read", done.stdout)
    read = float(found[2]) * 1024 ** ("KMGT".index(found[3]) + 1 if found[3] else 0) / 1e9
    return {"gb_per_second": read / float(found[1]), "cpu_per_gb": cpu / read}


def collected(size, name, samples):
    return {"size": size, "server": name, "gb_per_second": [s["gb_per_second"] for s in samples],
            "cpu_per_gb": [s["cpu_per_gb"] for s in samples]}


def report(size, found):
    rows = [[name, spread([s["gb_per_second"] for s in samples]),
             spread([s["cpu_per_gb"] for s in samples])] for name, samples in found.items()]
    print_table(f"P7: a file of {size >> 20} MiB: median (min-max)",
                ["server", "GB/s", "CPU seconds/GB"], rows)


def goals(results):
    rows = []
    for size, _ in LOADS:
        here = {r["server"]: r for r in results if r["size"] == size}
        for ours, peer, goal in GOALS:
            if peer in here:
                rate, cpu = compared(here[ours], here[peer])
                rows.append([f"{size >> 20} MiB", ours, peer, goal, spread(rate), spread(cpu)])
    print_table("P7: Sluice against its peers, ratios within a round",
                ["", "server", "against", "goal", "GB/s", "CPU"], rows)


def compared(ours, peer):
    return (ratios(ours["gb_per_second"], peer["gb_per_second"]),
            ratios(peer["cpu_per_gb"], ours["cpu_per_gb"]))
