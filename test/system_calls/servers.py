# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Servers whose calls fail: what their clients see, and whether others are served afterwards."""

import os
import signal
import socket
import subprocess
import threading
import time

from tracer import Traced

PATIENCE = 4  # seconds for whatever must happen
CLIENT_PATIENCE = 1  # what the client that was struck waits, which may be in vain
NUMBERED = bytes(i * 7 % 251 for i in range(300_000))


class Wrong(Exception):
    """What must not happen, whatever fails."""


class Hangs(Wrong):
    """It does nothing any more, neither serves nor ends."""


def receive(client, enough):
    """What comes until `enough` of it is there or the end. The second: how it ended."""
    received = b""
    try:
        while not enough(received):
            piece = client.recv(1 << 16)
            if not piece:
                return received, "end"
            received += piece
        return received, "enough"
    except TimeoutError:
        return received, "silence"
    except OSError:
        return received, "reset"


def expect_prefix(received, expected, whole):
    if not expected.startswith(received) or (whole and received != expected):
        raise Wrong(f"{len(received)} bytes came that are not the {len(expected)} expected ones")


class Server:
    """One of the servers, and what to ask it."""

    name = ""
    options = ()
    environment = {}
    ends_by_signal = False  # it does not handle SIGTERM

    def __init__(self, binaries, folder):
        self.binary = os.path.join(binaries, self.name)
        self.folder = folder

    def command(self, port):
        raise NotImplementedError

    def strike(self, client):
        """Uses the server in every way. Raises Wrong for what is wrong, not for what is missing."""
        raise NotImplementedError

    def ask(self, client):
        """Whether another client gets what it wants."""
        raise NotImplementedError


class HttpFileServer(Server):
    name = "http_file_server"

    def __init__(self, binaries, folder):
        super().__init__(binaries, folder)
        self.root = os.path.join(folder, "www")
        if not os.path.isdir(self.root):
            os.mkdir(self.root)
            for name, content in (("small", b"hello\n"), ("large", NUMBERED)):
                with open(os.path.join(self.root, name), "wb") as file:
                    file.write(content)

    def command(self, port):
        limits = ["--header-timeout=1", "--idle-timeout=1", "--request-timeout=2"]
        return [self.binary, "--port", str(port), "--drain-timeout=1", *limits, *self.options, self.root]

    def strike(self, client):
        asked = [("GET", "/small", b"hello\n"), ("GET", "/large", NUMBERED), ("GET", "/", None),
                 ("GET", "/missing", None), ("HEAD", "/large", b""), ("GET", "/small", b"hello\n")]
        for method, target, _ in asked:
            client.sendall(f"{method} {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        rest = b""
        for method, target, expected in asked:
            got, how = receive(client, lambda more, had=rest: b"\r\n\r\n" in had + more)
            rest += got
            if how != "enough":
                return
            head, rest = rest.split(b"\r\n\r\n", 1)
            lines = head.decode().split("\r\n")
            status = int(lines[0].split(" ")[1])
            fields = dict(line.lower().split(": ", 1) for line in lines[1:])
            length = 0 if method == "HEAD" else int(fields["content-length"])
            if len(rest) < length:
                rest += receive(client, lambda more, had=len(rest): had + len(more) >= length)[0]
            body, rest = rest[:length], rest[length:]
            if status == 200 and expected is not None:
                expect_prefix(body, expected, whole=len(body) == length)
            elif status == 200 and target == "/" and len(body) == length:
                if b"small" not in body or b"large" not in body:
                    raise Wrong("a list of files is not whole, and says nothing of it")
            elif status not in (200, 404, 408, 500, 503) or (status == 404 and target != "/missing"):
                raise Wrong(f"{target} is answered with {status}")
            if len(body) < length or fields.get("connection") == "close":
                return

    def ask(self, client):
        client.sendall(b"GET /small HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        got, _ = receive(client, lambda more: False)
        return got.startswith(b"HTTP/1.1 200 ") and got.endswith(b"\r\n\r\nhello\n")


class HttpFileServerThatCopies(HttpFileServer):
    options = ("--no-sendfile",)
    environment = {"SLUICE_FILES": "threads"}


class RespServer(Server):
    name = "resp_server"

    def command(self, port):
        return [self.binary, "--bind", "127.0.0.1", "--port", str(port)]

    def strike(self, client):
        value = NUMBERED[:100_000]
        request = b"PING\r\n" + b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$100000\r\n" + value + b"\r\n"
        expected = b"+PONG\r\n+OK\r\n$100000\r\n" + value + b"\r\n:1\r\n"
        client.sendall(request + b"GET k\r\nEXISTS k\r\n")
        received, _ = receive(client, lambda more: len(more) >= len(expected))
        expect_prefix(received, expected, whole=False)

    def ask(self, client):
        client.sendall(b"SET other 1\r\nGET other\r\n")
        return receive(client, lambda more: len(more) >= 12)[0] == b"+OK\r\n$1\r\n1\r\n"


class EchoServer(Server):
    ends_by_signal = True
    lines = b"".join(b"line %d\n" % i for i in range(5000))

    def command(self, port):
        return [self.binary, f"127.0.0.1:{port}"]

    def strike(self, client):
        failures = []
        sender = threading.Thread(target=self.send, args=[client, failures])
        sender.start()
        received, how = receive(client, lambda more: False)
        sender.join()
        orderly = how == "end" and not failures  # who writes is told of a reset, and who reads not
        expect_prefix(received, self.lines, whole=orderly and self.end_means_all)

    end_means_all = False  # a server that gives up may close, and that is all that lines tell

    def send(self, client, failures):
        try:
            client.sendall(self.lines)
            client.shutdown(socket.SHUT_WR)
        except OSError as failure:
            failures.append(failure)

    def ask(self, client):
        client.sendall(b"hello\n")
        client.shutdown(socket.SHUT_WR)
        return receive(client, lambda more: False)[0] == b"hello\n"


class EchoCallback(EchoServer):
    name = "echo_callback"


class EchoCoroutine(EchoServer):
    name = "echo_coroutine"


class TcpRelay(EchoServer):
    name = "tcp_relay"
    ends_by_signal = False
    end_means_all = True  # a failure must not look like the end of the bytes

    def __init__(self, binaries, folder):
        super().__init__(binaries, folder)
        self.target = socket.create_server(("127.0.0.1", 0), backlog=64)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            client, _ = self.target.accept()
            client.settimeout(PATIENCE)
            threading.Thread(target=self.echo, args=[client], daemon=True).start()

    @staticmethod
    def echo(client):
        with client:
            try:
                while piece := client.recv(1 << 16):
                    client.sendall(piece)
                client.shutdown(socket.SHUT_WR)
            except OSError:
                pass

    def command(self, port):
        target = f"127.0.0.1:{self.target.getsockname()[1]}"
        limits = ["--connect-timeout=1", "--idle-timeout=1", "--half-close-timeout=1"]
        return [self.binary, *limits, "--drain-timeout=1", f"127.0.0.1:{port}", target]


ALL = (HttpFileServer, HttpFileServerThatCopies, RespServer, TcpRelay, EchoCallback, EchoCoroutine)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def connected(port, traced):
    """A client; None when the program has ended."""
    end = time.monotonic() + PATIENCE
    while traced.process.poll() is None:
        try:
            client = socket.create_connection(("127.0.0.1", port), timeout=CLIENT_PATIENCE)
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return client
        except OSError:
            if time.monotonic() > end:
                raise Hangs("it neither listens nor ends")
            time.sleep(0.005)
    return None


def use(server, traced, port, persistent):
    """Returns whether the program has went on; if not, it has ended by itself."""
    for attempt in range(4):
        client = connected(port, traced)
        if client is None:
            return False
        with client:
            if attempt == 0:
                try:
                    server.strike(client)
                except OSError:
                    pass
                continue
            try:
                if server.ask(client):
                    return True
            except OSError:
                pass
        if persistent:
            return traced.process.poll() is None
    if traced.process.poll() is not None:
        return False
    raise Hangs("another client is not served")


# Asio does not look at what these say about the descriptors that wake its threads and tell of
# signals. A thread that is not woken learns of no signal; the second one is the way out then.
WAKING = ("epoll_ctl", "eventfd2", "timerfd_settime", "write", "fcntl")


def end(server, traced, call):
    """What became of it when it was told to end."""
    for _ in range(3):
        traced.process.send_signal(signal.SIGTERM)
        try:
            traced.process.wait(PATIENCE)
            break
        except subprocess.TimeoutExpired:
            continue
    status = traced.process.poll()
    if status is None:
        raise Hangs("it does not end")
    if status == -signal.SIGTERM and not server.ends_by_signal and call in WAKING:
        return "went on, and ended at a second signal"
    if status != (-signal.SIGTERM if server.ends_by_signal else 0):
        raise Wrong(f"it was told to end, and ended with {status}: {traced.said()}")
    return "went on"


def run(server, *, calls, inject=None, persistent=False):
    """Returns the traced program, over and done with, and what became of it."""
    port = free_port()
    environment = {**os.environ, **server.environment}
    traced = Traced(server.command(port), calls=calls, inject=inject, env=environment,
                    stdout=subprocess.DEVNULL)
    try:
        if use(server, traced, port, persistent):
            before, began = traced.switches(), time.monotonic()
            time.sleep(0.1)
            rate = (traced.switches() - before) / (time.monotonic() - began)
            if rate > 3000:
                raise Wrong(f"it spins: {rate:.0f} switches a second with nothing to do")
            if traced.process.poll() is None: # else it met the fault when that client had been served
                return traced, end(server, traced, calls)
        status = traced.process.wait()
        if status < 0 or not traced.said():
            raise Wrong(f"it ended with {status}, and said {traced.said()!r}")
        return traced, "ended with an error"
    except BaseException as failure:
        failure.struck = traced.struck()
        traced.__exit__()
        raise
