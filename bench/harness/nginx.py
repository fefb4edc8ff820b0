# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""nginx with one worker, as a server of HTTP or a relay."""

import pathlib
import shutil
import tempfile
import time

from harness.processes import Process, children, free_port, wait_for

STREAM_MODULE = pathlib.Path("/usr/lib/nginx/modules/ngx_stream_module.so")


class Nginx(Process):
    def __init__(self, core, inner, before="", connections=1024):
        """`inner` is the block that listens at LISTEN."""
        self.port = free_port()
        self.folder = tempfile.TemporaryDirectory()
        prefix = pathlib.Path(self.folder.name)
        (prefix / "nginx.conf").write_text(
            before + OUTER % (connections + 100, connections) +
            inner.replace("LISTEN", f"listen 127.0.0.1:{self.port}"))
        super().__init__("nginx", ["nginx", "-p", prefix, "-c", "nginx.conf", "-e", "error.log"],
                         core)
        wait_for(self.port)
        self.pid = self.worker()

    def worker(self):
        for _ in range(100):
            if found := children(self.process.pid):
                return found[0]
            time.sleep(0.05)
        raise RuntimeError("nginx has no worker")

    def stop(self):
        super().stop()
        self.folder.cleanup()


OUTER = """
daemon off;
worker_processes 1;
worker_rlimit_nofile %d;
pid nginx.pid;
error_log error.log;
events { worker_connections %d; }
"""
HTTP = """
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
        LISTEN;
        location / { %s }
    }
}
"""
RELAY = """
stream {
    server {
        LISTEN;
        proxy_pass 127.0.0.1:%d;
        proxy_buffer_size 64k;
        proxy_half_close on;
    }
}
"""


def http_server(core, connections=1024, location='return 200 "Hello, World!";'):
    return Nginx(core, HTTP % location, connections=connections)


def relay(core, target):
    return Nginx(core, RELAY % target, before=f"load_module {STREAM_MODULE};")


def is_there():
    return shutil.which("nginx") is not None


def can_relay():
    return is_there() and STREAM_MODULE.exists()
