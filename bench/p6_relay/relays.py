# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""The relays that take part: started on loopback, pinned to a core, and ended by their pid."""

import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

TICKS = os.sysconf("SC_CLK_TCK")
STREAM_MODULE = pathlib.Path("/usr/lib/nginx/modules/ngx_stream_module.so")


class Relay:
    def __init__(self, command, core, **streams):
        self.process = subprocess.Popen(
            command, preexec_fn=lambda: os.sched_setaffinity(0, {core}), **streams)

    def cpu_seconds(self):
        return sum(cpu_seconds(pid) for pid in [self.process.pid, *children(self.process.pid)])

    def allocations(self):
        """Those made so far, if it can tell."""
        return None

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class OurRelay(Relay):
    """One of p6_relay: Sluice, or a peer built with Asio."""

    def __init__(self, program, name, target, core):
        super().__init__([program, name, str(target)], core, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())

    def allocations(self):
        self.process.send_signal(signal.SIGUSR1)
        return int(self.process.stdout.readline())


class Socat(Relay):
    """A process for each connection."""

    def __init__(self, target, core):
        self.port = free_port()
        super().__init__(["socat", "-b65536", f"TCP-LISTEN:{self.port},bind=127.0.0.1,fork,"
                          "reuseaddr,backlog=1000", f"TCP:127.0.0.1:{target}"], core,
                         start_new_session=True)
        wait_for(self.port)

    def stop(self):
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait()


class Nginx(Relay):
    def __init__(self, target, core):
        self.port = free_port()
        self.folder = tempfile.TemporaryDirectory()
        prefix = pathlib.Path(self.folder.name)
        (prefix / "nginx.conf").write_text(CONFIGURATION % (STREAM_MODULE, self.port, target))
        super().__init__(["nginx", "-p", prefix, "-c", "nginx.conf", "-e", "error.log"], core)
        wait_for(self.port)

    def stop(self):
        super().stop()
        self.folder.cleanup()


CONFIGURATION = """
load_module %s;
daemon off;
worker_processes 1;
pid nginx.pid;
error_log error.log;
events { worker_connections 1024; }
stream {
    server {
        listen 127.0.0.1:%d;
        proxy_pass 127.0.0.1:%d;
        proxy_buffer_size 64k;
    }
}
"""


def absent():
    peers = {"socat": shutil.which("socat"),
             "nginx": shutil.which("nginx") and STREAM_MODULE.exists()}
    return [name for name, found in peers.items() if not found]


def start(program, name, target, core):
    if name == "socat":
        return Socat(target, core)
    if name == "nginx":
        return Nginx(target, core)
    return OurRelay(program, name, target, core)


def children(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except FileNotFoundError:
        return []


def cpu_seconds(pid):
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except FileNotFoundError:
        return 0
    return (int(fields[11]) + int(fields[12])) / TICKS


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def wait_for(port):
    """Until somebody listens; asked without a connection, which would be relayed."""
    wanted = f"0100007F:{port:04X} 00000000:0000 0A"
    for _ in range(200):
        if wanted in pathlib.Path("/proc/net/tcp").read_text():
            return
        time.sleep(0.02)
    raise RuntimeError(f"nobody listens at {port}")
