# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Row P7: fetches files from servers, with wrk."""

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
import urllib.request

from harness import nginx
from harness.figures import gathered
from harness.processes import Process, pinned, wait_for

# Bytes, connections that fetch them, and rounds: of one connection they differ more.
LOADS = [(1 << 20, 8, 5), (1 << 30, 1, 9)]
OURS = ["sluice", "sluice_copy"]
PEERS = ["nginx", "nginx_copy", "beast"]


class FileServer(Process):
    """The file server of the examples, or Beast's: the first line that it prints has its port."""

    def __init__(self, name, command, core):
        super().__init__(name, command, core, stdout=subprocess.PIPE, text=True)
        self.port = int(re.search(r"(\d+)/?$", self.process.stdout.readline())[1])
        wait_for(self.port)


def start(name, program, folder, core):
    if name.startswith("nginx"):
        copied = name == "nginx_copy"
        return nginx.http_server(
            core, location=f"root {folder}; sendfile {'off' if copied else 'on'}; "
            f"{'output_buffers 2 128k;' if copied else 'tcp_nopush on;'}")
    if name == "beast":
        return FileServer(name, [program, folder], core)
    options = ["--no-sendfile"] if name == "sluice_copy" else []
    ours = program.parent.parent / "examples" / "http_file_server"
    return FileServer(name, [ours, "--port", "0", *options, folder], core)


def run(program, quick, cores):
    if shutil.which("wrk") is None:
        return {"absent": ["wrk"], "results": []}
    seconds = 1 if quick else 2
    absent = [] if nginx.is_there() else ["nginx"]
    names = [name for name in OURS + PEERS if not (absent and name.startswith("nginx"))]
    results = []
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)  # nginx reads it as somebody else
        for size, connections, rounds in LOADS:
            piece = os.urandom(1 << 20)
            with open(f"{folder}/{size}", "wb") as file:
                for _ in range(size >> 20):
                    file.write(piece)
            for name in names:
                with_server(name, program, folder, cores, check, size, piece)
            found = {name: [] for name in names}
            for _ in range(1 if quick else rounds):
                for name in names:
                    found[name].append(with_server(name, program, folder, cores, measure, size,
                                                   connections, seconds, cores[1]))
            results += [{"size": size, "server": name,
                         **gathered(samples, "gb_per_second", "cpu_per_gb")}
                        for name, samples in found.items()]
    return {"absent": absent, "results": results}


def with_server(name, program, folder, cores, what, *arguments):
    server = start(name, program, folder, cores[0])
    try:
        return what(server, *arguments)
    finally:
        server.stop()


def check(server, size, piece):
    """Every byte arrives."""
    answer = urllib.request.urlopen(f"http://127.0.0.1:{server.port}/{size}")
    got, expected = hashlib.sha256(), hashlib.sha256()
    for _ in range(size >> 20):
        expected.update(piece)
    while data := answer.read(1 << 20):
        got.update(data)
    if got.digest() != expected.digest():
        raise RuntimeError(f"{server.name} sends other bytes")


def measure(server, size, connections, seconds, core):
    before = server.cpu_seconds()
    done = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}",
         f"http://127.0.0.1:{server.port}/{size}"],
        preexec_fn=pinned(core), stdout=subprocess.PIPE, text=True)
    cpu = server.cpu_seconds() - before
    found = re.search(r"in ([\d.]+)s, ([\d.]+)([KMGT]?)B read", done.stdout)
    read = float(found[2]) * 1024 ** ("KMGT".index(found[3]) + 1 if found[3] else 0) / 1e9
    return {"gb_per_second": read / float(found[1]), "cpu_per_gb": cpu / read}
