# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Row P6: sends through the relays, one after the other, and says what it found."""

import contextlib
import os
import socket
import subprocess
import threading
import time

from harness.figures import print_table, ratios, spread, summary
from p6_relay.relays import absent, start

OURS = ["sluice", "sluice_copy"]
PEERS = ["asio_64k", "asio_16k", "splice", "nginx", "socat"]
LOADS = [1, 64]
# Ours, a peer, and how many times as good we mean to be.
GOALS = [("sluice_copy", "asio_64k", 1.0), ("sluice", "splice", 0.9), ("sluice", "nginx", 1.0),
         ("sluice", "socat", 1.0)]


def run(program, quick, cores):
    rounds, milliseconds = (3, 500) if quick else (7, 2000)
    missing = absent()
    for name in missing:
        print(f"P6: {name} is absent")
    if cores[0] == cores[1]:
        print("P6: relay and both of its ends share the only core")
    names = [name for name in OURS + PEERS if name not in missing]
    for name in names:
        check(program, name, cores[0])
    results = []
    for connections in LOADS:
        found = {name: [] for name in names}
        for _ in range(rounds):
            for name in names:
                found[name].append(measure(program, name, connections, milliseconds, cores))
        report(connections, found)
        results += [collected(connections, name, samples) for name, samples in found.items()]
    goals(results)
    for result in results:
        for key in ("gb_per_second", "cpu_per_gb"):
            result[key] = {**summary(result[key]), "rounds": result[key]}
    return {"absent": missing, "results": results}


def check(program, name, core):
    """All bytes of both directions, and the end of one before the other."""
    there, back = os.urandom(300_000), os.urandom(500_000)
    with contextlib.ExitStack() as open_:
        target = open_.enter_context(socket.create_server(("127.0.0.1", 0)))
        relay = start(program, name, target.getsockname()[1], core)
        open_.callback(relay.stop)
        client = open_.enter_context(socket.create_connection(("127.0.0.1", relay.port), 10))
        server = open_.enter_context(target.accept()[0])
        for one, data, other in ((client, there, server), (server, back, client)):
            other.settimeout(10)
            sender = threading.Thread(
                target=lambda: (one.sendall(data), one.shutdown(socket.SHUT_WR)))
            sender.start()
            got = b"".join(iter(lambda: other.recv(65536), b""))
            sender.join()
            if got != data:
                raise RuntimeError(f"{name}: {len(got)} bytes of {len(data)}, or other ones")


def measure(program, name, connections, milliseconds, cores):
    driver = subprocess.Popen(
        [program, "drive", str(connections), str(milliseconds)], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, text=True, preexec_fn=lambda: os.sched_setaffinity(0, {cores[1]}))
    relay = start(program, name, int(driver.stdout.readline()), cores[0])
    try:
        before = relay.cpu_seconds()
        driver.stdin.write(f"{relay.port}\n")
        driver.stdin.flush()
        time.sleep(milliseconds / 4000)
        first = relay.allocations()
        time.sleep(milliseconds / 2000)
        second = relay.allocations()
        total, seconds = driver.stdout.readline().split()
        cpu = relay.cpu_seconds() - before
        driver.wait()
    finally:
        relay.stop()
    gigabytes = int(total) / 1e9
    return {"gb_per_second": gigabytes / float(seconds), "cpu_per_gb": cpu / gigabytes,
            "allocations": None if first is None else second - first}


def collected(connections, name, samples):
    allocations = [s["allocations"] for s in samples if s["allocations"] is not None]
    return {"connections": connections, "relay": name,
            "gb_per_second": [s["gb_per_second"] for s in samples],
            "cpu_per_gb": [s["cpu_per_gb"] for s in samples],
            "allocations": summary(allocations)["median"] if allocations else None}


def report(connections, found):
    rows = []
    for name, samples in found.items():
        one = collected(connections, name, samples)
        rows.append([name, spread(one["gb_per_second"]), spread(one["cpu_per_gb"]),
                     "-" if one["allocations"] is None else one["allocations"]])
    print_table(f"P6: {connections} connections: median (min-max)",
                ["relay", "GB/s", "CPU seconds/GB", "allocations*"], rows)
    print("* in the middle half of the time")


def goals(results):
    """Sluice times its peers, by throughput and by CPU time."""
    rows = []
    for connections in LOADS:
        here = {r["relay"]: r for r in results if r["connections"] == connections}
        for ours, peer, goal in GOALS:
            if peer not in here:
                rows.append([f"{connections} connections", ours, peer, goal, "absent", "", ""])
                continue
            rate, cpu = compared(here[ours], here[peer])
            rows.append([f"{connections} connections", ours, peer, goal, spread(rate),
                         spread(cpu), verdict(rate, cpu, goal)])
    print_table("P6: Sluice against its peers, ratios within a round",
                ["", "relay", "against", "goal", "GB/s", "CPU", ""], rows)


def compared(ours, peer):
    return (ratios(ours["gb_per_second"], peer["gb_per_second"]),
            ratios(peer["cpu_per_gb"], ours["cpu_per_gb"]))


def verdict(rate, cpu, goal):
    by = [what for what, values in (("rate", rate), ("CPU", cpu))
          if summary(values)["median"] >= goal]
    return {2: "reached", 1: f"by {by[0] if by else ''} only", 0: "missed"}[len(by)]
