# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Programs whose system calls fail: strace runs them, and lets the Nth call of a kind fail."""

import collections
import os
import re
import shutil
import subprocess
import sys
import tempfile

ERRORS = ("EINTR", "EAGAIN", "EIO", "ENOSPC", "EMFILE", "ENOMEM", "ECONNRESET", "EPIPE")

# Not among them: close, since the system closes whatever it says, and strace does not; futex and
# the calls about signals, whose failure the C library takes for the end of the world; brk, which
# tells of a failure by another value than an error.
KINDS = frozenset(
    "read write readv writev pread64 pwrite64 preadv pwritev preadv2 pwritev2 recvfrom recvmsg "
    "sendto sendmsg accept accept4 connect socket bind listen shutdown setsockopt getsockopt "
    "getsockname getpeername openat openat2 newfstatat fstat readlink getdents64 lseek sendfile "
    "splice pipe2 ioctl fcntl dup dup2 epoll_create1 epoll_ctl epoll_wait poll eventfd2 "
    "timerfd_create timerfd_settime io_uring_setup io_uring_enter io_uring_register fadvise64 "
    "fsync fdatasync ftruncate prlimit64 mmap clone clone3".split()
)

CALL = re.compile(r"^(\d+) +([a-z0-9_]+)\(")


class Traced:
    """A program under strace, which is its grandchild: the process is the program itself."""

    def __init__(self, command, *, calls, inject=None, **popen):
        self.folder = tempfile.TemporaryDirectory(prefix="sluice-faults-")
        self.log = os.path.join(self.folder.name, "strace")
        self.errors = open(os.path.join(self.folder.name, "errors"), "w+b")
        tracing = ["strace", "-D", "-f", "-y", "-qq", "-o", self.log, "-e", f"trace={calls}"]
        tracing += ["-e", "signal=none"]
        if inject:
            tracing += ["-e", f"inject={inject}"]
        self.process = subprocess.Popen([*tracing, *command], stderr=self.errors, **popen)

    def said(self):
        self.errors.seek(0)
        return self.errors.read().decode(errors="replace").strip()

    def places(self):
        """For each kind of call: which of its calls to let fail. strace counts in each thread; those
        that would strike the loader, before the program begins, are left out."""
        with open(self.log, encoding="utf-8", errors="replace") as log:
            lines = log.readlines()
        begin = 0
        for i, line in enumerate(lines):
            if "openat(" in line and ".so" in line and "= -1" not in line:
                begin = i
        begin = next(i for i in range(begin, len(lines)) if " munmap(" in lines[i])
        calls = collections.defaultdict(lambda: collections.defaultdict(list))
        for i, line in enumerate(lines):
            if (found := CALL.match(line)) and found[2] in KINDS:
                calls[found[2]][found[1]].append(i)
        found = {}
        for kind, threads in sorted(calls.items()):
            early = max(sum(i <= begin for i in thread) for thread in threads.values())
            own = max(map(len, threads.values())) - early
            found[kind] = [early + place for place in spread(own)]
        return found

    def struck(self):
        """The calls that were made to fail, as strace tells them: one, or one in each thread."""
        try:
            with open(self.log, encoding="utf-8", errors="replace") as log:
                return [line.strip() for line in log if "(INJECTED)" in line]
        except OSError:
            return []

    def switches(self):
        """How often its threads went to sleep or were interrupted, which every call does here."""
        total = 0
        try:
            for thread in os.listdir(f"/proc/{self.process.pid}/task"):
                with open(f"/proc/{self.process.pid}/task/{thread}/status") as status:
                    total += sum(int(n) for n in re.findall(r"ctxt_switches:\s*(\d+)", status.read()))
        except OSError:
            pass
        return total

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream:
                stream.close()
        self.errors.close()
        self.folder.cleanup()


def why_not():
    """Why strace cannot let calls fail here; None if it can."""
    if not shutil.which("strace"):
        return "strace is not installed"
    with Traced(
        ["cat", "/dev/null"], calls="read", inject="read:error=EIO:when=1+", stdout=subprocess.DEVNULL
    ) as probe:
        probe.process.wait(10)
        if probe.struck():
            return None
        return f"strace cannot trace here: {probe.said()}"


def spread(total):
    """1, 2, 3, 4, 6, 9 and so on, and the last one."""
    found, step = [], 1.0
    while step < total:
        found.append(int(step))
        step = max(step + 1, step * 1.5)
    return found + [total] if total else []


if __name__ == "__main__":
    print(why_not() or "strace can let calls fail")
    sys.exit(77 if why_not() else 0)
