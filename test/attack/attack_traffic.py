#!/usr/bin/env python3
# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Attacks an HTTP file server, and watches its memory and what another client notices.

Memory: at most what the server takes anyway and CAP for each connection. Time, in the long form alone
(SLUICE_PROVE=long): the 99th percentile of another client's requests is at most twice what it is
without the attack. The attackers take processors, too, and there may be few; so that is measured twice,
directly before and after, when all is quiet, and while the same attack is at another server of the
kind. The larger value counts, and both are told. Where machines are shared, other programs disturb each
measurement; so an attack is repeated, up to --rounds times, until a round meets the goal, and the best
round counts. Clients that send their pieces all at the same moment make a queue in which any server
has to leave the others waiting: what slow_headers_in_step does to the other client is told, without a goal.

The server has a thread for each processor in the long form, and one in the tests, unless --threads says
otherwise.

Usage: attack_traffic.py HTTP_FILE_SERVER [--only ATTACK] [--rounds N] [--threads N]
"""

import argparse
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LONG = os.environ.get("SLUICE_PROVE") == "long"
CAP = 256 * 1024  # bytes a connection may take, as doc/http.md says
SECONDS = 4 if LONG else 1
QUIET_SECONDS = 2 if LONG else 0.3
PACE = 0.001  # seconds from one request of the other client to its next
# Connections, and how much in all.
ATTACKS = {
    "slow_headers": (200, 0),
    "slow_headers_in_step": (200, 0),
    "slow_bodies": (200, 0),
    "slow_readers": (100, 0),
    "no_readers": (50, 0),
    "one_byte_drip": (20, 0),
    "pipelined": (1, 100_000 if LONG else 30_000),
    "without_a_newline": (1, 1_000_000_000 if LONG else 200_000_000),
}
NOT_TIMED = ("slow_headers_in_step",)
SERVER_LIMITS = ["--header-timeout=0.6", "--idle-timeout=60", "--request-timeout=0.6"]


class Server:
    def __init__(self, binary, directory, threads):
        command = [binary, "--port", "0", "--threads", str(threads), *SERVER_LIMITS, directory]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.port = int(re.search(r":(\d+)/$", self.process.stdout.readline())[1])

    def memory(self, what):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            return int(re.search(rf"{what}:\s*(\d+) kB", status.read())[1]) * 1024

    def processor_time(self):
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            said = self.process.communicate(timeout=15)[0].strip()
            assert self.process.returncode == 0, self.process.returncode
            print(f"the server ended in order: {said}")
        finally:
            self.process.kill()


class OtherClient:
    """Asks for a small file at a steady pace, and notes how long the answers take."""

    def __init__(self, port):
        self.client = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self):
        start = time.perf_counter()
        self.client.sendall(b"GET /small HTTP/1.1\r\nHost: x\r\n\r\n")
        answer = b""
        while not answer.endswith(b"hello\n"):
            piece = self.client.recv(4096)
            assert piece, f"another client is let go after {answer!r}"
            answer += piece
        assert answer.startswith(b"HTTP/1.1 200 "), answer
        return time.perf_counter() - start

    def ask_while(self, goes_on):
        """The seconds that each answer took."""
        times = []
        while goes_on():
            times.append(self.ask())
            time.sleep(PACE)
        return times


def percentile(times):
    return sorted(times)[len(times) * 99 // 100]


def for_seconds(seconds):
    end = time.monotonic() + seconds
    return lambda: time.monotonic() < end


def under_attack(target, other, kind, connections, amount):
    """The times of the other client while the target is attacked, and what the attackers saw."""
    command = [sys.executable, "-B", str(Path(__file__).with_name("attackers.py")), kind]
    command += [str(target.port), str(connections), str(SECONDS), str(amount)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as attackers:
        assert attackers.stdout.readline() == "attacking\n"
        attacked = other.ask_while(lambda: attackers.poll() is None)
        seen = json.loads(attackers.stdout.readline())
        assert attackers.wait() == 0
    return attacked, seen


def attack_once(server, decoy, base, other, kind, connections, amount):
    quiet = other.ask_while(for_seconds(QUIET_SECONDS))
    busy, began = server.processor_time(), time.monotonic()
    attacked, seen = under_attack(server, other, kind, connections, amount)
    took = time.monotonic() - began
    grown = server.memory("VmHWM") - base
    busy = (server.processor_time() - busy) / took
    quiet += other.ask_while(for_seconds(QUIET_SECONDS))
    beside = under_attack(decoy, other, kind, connections, amount)[0] if LONG else quiet
    return {
        "quiet": percentile(quiet),
        "beside": percentile(beside),
        "attacked": percentile(attacked),
        "ratio": percentile(attacked) / max(percentile(quiet), percentile(beside)),
        "samples": len(attacked),
        "grown": grown,
        "busy": busy,
        "seconds": took,
        **seen,
    }


def what_is_wrong(kind, one):
    amount = ATTACKS[kind][1]
    if LONG and kind not in NOT_TIMED and one["ratio"] > 2:
        yield f"another client's p99 is {one['ratio']:.2f} times as long"
    if kind == "pipelined" and one["answers"] != amount:
        yield f"{one['answers']} answers to {amount} requests"
    if kind.startswith(("slow_", "no_readers")) and not one["let_go"]:
        yield "nobody was let go"


def attack(server, decoy, other, kind, rounds, sanitized):
    connections, amount = ATTACKS[kind]
    other.ask()
    base = server.memory("VmRSS")
    best, most = None, 0
    for tried in range(1, rounds + 1):
        one = attack_once(server, decoy, base, other, kind, connections, amount)
        most = max(most, one["grown"])
        print(f"{kind}, round {tried}: p99 {one['quiet'] * 1e6:.0f} us quiet, {one['beside'] * 1e6:.0f} us "
              f"beside an attack, {one['attacked'] * 1e6:.0f} us attacked "
              f"({one['ratio']:.2f} x, {one['samples']} requests); memory +{one['grown'] / 1024:.0f} "
              f"KiB for {connections} connections; server busy {one['busy']:.0%} of {one['seconds']:.1f} s; "
              + ", ".join(f"{one[k]} {k}" for k in ("connections", "let_go", "bytes_sent", "answers")),
              flush=True)
        failures = list(what_is_wrong(kind, one))
        if best is None or not failures or one["ratio"] < best["ratio"]:
            best = one
        if not failures:
            break
    if most > connections * CAP and not sanitized:
        failures.append(f"memory grew by {most} bytes, more than {connections * CAP}")
    print(f"proof 14 {kind}, connections: {connections}")
    if amount:
        print(f"proof 14 {kind}, {'requests' if kind == 'pipelined' else 'bytes'}: {amount}")
    print(f"proof 14 {kind}, KiB of memory for each connection: {most // connections // 1024}")
    for what, undisturbed in (("quiet", "quiet"), ("beside an attack on another server", "beside")):
        percents = 100 * best["attacked"] / best[undisturbed]
        print(f"proof 14 {kind}, percent of the p99 {what}: {percents:.0f}", flush=True)
    return [f"{kind}: {failure}" for failure in failures]


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--only", choices=ATTACKS)
    parser.add_argument("--rounds", type=int, default=8 if LONG else 3)
    parser.add_argument("--threads", type=int, default=os.cpu_count() if LONG else 1)
    options = parser.parse_args()

    program = Path(options.binary).read_bytes()
    sanitized = b"__asan_init" in program or b"__tsan_init" in program  # takes memory of its own
    failures = []
    with tempfile.TemporaryDirectory(prefix="sluice-attack-") as folder:
        for name, size in (("small", 6), ("medium", 200_000), ("huge", 1 << 30)):
            with open(os.path.join(folder, name), "wb") as file:
                file.write(b"hello\n")
                file.truncate(size)
        for kind in [options.only] if options.only else ATTACKS:
            with Server(options.binary, folder, options.threads) as server, \
                    Server(options.binary, folder, options.threads) as decoy:
                other = OtherClient(server.port)
                failures += attack(server, decoy, other, kind, options.rounds, sanitized)
                other.client.close()
    for failure in failures:
        print(f"FAILED {failure}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
