# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""The servers that take part: started on loopback, pinned to a core, and ended by their pid."""

import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

TICKS = os.sysconf("SC_CLK_TCK")
BODY = b"Hello, World!"


class Server:
    """Something that answers HTTP: `pid` is that of the process that does the work."""

    def __init__(self, name, command, core, **streams):
        self.name = name
        self.process = subprocess.Popen(
            command, preexec_fn=lambda: os.sched_setaffinity(0, {core}), **streams)
        self.pid = self.process.pid

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def counts(self):
        """Allocations made and requests answered so far, if it can tell."""
        return None

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class OurServer(Server):
    """One of p4_http: Sluice, or a peer built with Asio."""

    def __init__(self, program, name, core):
        super().__init__(name, [program, name], core, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())

    def counts(self):
        self.process.send_signal(signal.SIGUSR1)
        allocations, requests = self.process.stdout.readline().split()
        return int(allocations), int(requests)


class Nginx(Server):
    @staticmethod
    def is_there():
        return shutil.which("nginx") is not None

    def __init__(self, core, connections=1024, location='return 200 "Hello, World!";'):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.folder = tempfile.TemporaryDirectory()
        prefix = pathlib.Path(self.folder.name)
        (prefix / "nginx.conf").write_text(CONFIGURATION % (connections + 100, connections, self.port, location))
        super().__init__("nginx", ["nginx", "-p", prefix, "-c", "nginx.conf", "-e", "error.log"],
                         core)
        self.pid = self.worker()

    def worker(self):
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        for _ in range(100):
            if found := children.read_text().split():
                return int(found[0])
            time.sleep(0.05)
        raise RuntimeError("nginx has no worker")

    def stop(self):
        super().stop()
        self.folder.cleanup()


CONFIGURATION = """
daemon off;
worker_processes 1;
worker_rlimit_nofile %d;
pid nginx.pid;
error_log error.log;
events { worker_connections %d; }
http {
    access_log off;
    default_type text/plain;
    keepalive_requests 1000000000;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    server {
        listen 127.0.0.1:%d;
        location / { %s }
    }
}
"""


def check(server):
    """Requests that come together, and in pieces, are all answered."""
    request = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
    for attempt in range(100):
        try:
            client = socket.create_connection(("127.0.0.1", server.port), timeout=5)
            break
        except ConnectionRefusedError:
            time.sleep(0.05)
    else:
        raise RuntimeError(f"{server.name} does not listen")
    with client:
        client.sendall(request * 2 + request[:20])
        client.sendall(request[20:])
        answers = b""
        while answers.count(BODY) < 3:
            piece = client.recv(65536)
            if not piece:
                raise RuntimeError(f"{server.name} hung up")
            answers += piece
    if answers.count(b"HTTP/1.1 200 OK\r\n") != 3:
        raise RuntimeError(f"{server.name} answers otherwise: {answers!r}")
