# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Counts the system calls of a process, with perf.

Not with strace: a server that it slows finds the next request there when it reads again, and so
makes fewer calls than one that runs as fast as it can."""

import shutil
import signal
import subprocess
import tempfile
import time

EVENT = "raw_syscalls:sys_enter"


def system_calls(pid, work):
    """Those that `pid` makes while `work()` runs; None: it is not known."""
    if shutil.which("perf") is None:
        return None
    with tempfile.NamedTemporaryFile("r") as table:
        counter = subprocess.Popen(["perf", "stat", "-x", ",", "-e", EVENT, "-o", table.name, "-p",
                                    str(pid)], stderr=subprocess.PIPE, text=True)
        time.sleep(0.3)
        work()
        counter.send_signal(signal.SIGINT)
        complaint = counter.communicate()[1]
        counts = [line.split(",")[0] for line in table if EVENT in line]
    if not counts or not counts[0].isdigit():
        print(f"perf counts no system calls: {complaint.strip()}")
        return None
    return int(counts[0])
