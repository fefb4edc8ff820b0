# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""What a reader must know of the machine, and of the versions of all that took part."""

import datetime
import os
import platform
import re
import shutil
import subprocess

from harness.build import FLAGS, compiler

PEERS = {"nginx": ["nginx", "-v"], "redis": ["redis-server", "--version"],
         "socat": ["socat", "-V"], "pv": ["pv", "--version"], "Go": ["go", "version"],
         "Node": ["node", "--version"], "wrk": ["wrk", "--version"],
         "valgrind": ["valgrind", "--version"]}


def machine(folder, load):
    """`load` is that of the minute before the row."""
    with open("/proc/cpuinfo") as info:
        models = [line.split(":", 1)[1].strip() for line in info if line.startswith("model name")]
    return {"processor": models[0] if models else platform.machine(),
            "cores": len(os.sched_getaffinity(0)), "system": platform.release(),
            "TCP congestion control": congestion_control(), "load before": round(load, 2),
            "compiler": compiler(folder), "flags": FLAGS, "Boost": boost(), "peers": peers(),
            "date": datetime.date.today().isoformat(), "commit": commit()}


def commit():
    """Of the sources; a + stands for changes that are not in it, other than results."""
    if shutil.which("git") is None:
        return "unknown"
    here = ["git", "-C", os.path.dirname(__file__)]
    said = [subprocess.run([*here, *command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                           text=True).stdout.strip()
            for command in (["rev-parse", "--short=12", "HEAD"],
                            ["status", "--porcelain", "--untracked-files=no", ":/",
                             ":!/bench/*.json", ":!/doc"])]
    return said[0] + ("+" if said[1] else "") or "unknown"


def congestion_control():
    try:
        with open("/proc/sys/net/ipv4/tcp_congestion_control") as file:
            return file.read().strip()
    except OSError:
        return "unknown"


def boost():
    with open("/usr/include/boost/version.hpp") as header:
        return re.search(r'BOOST_LIB_VERSION "(\w+)"', header.read())[1].replace("_", ".")


def peers():
    found = []
    for name, command in PEERS.items():
        if shutil.which(command[0]):
            said = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  text=True).stdout
            version = re.search(r"\d+\.\d+(\.\d+)*", said)
            found.append(f"{name} {version[0] if version else '?'}")
    return ", ".join(found)
