# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Attempts to get out of the served directory."""

from support import FileServerTest


class NoWayOutTest(FileServerTest):
    def test_no_way_out(self):
        for target in (
            "/../secret.txt",
            "/dir/../../secret.txt",
            "/%2e%2e/secret.txt",
            "/..%2fsecret.txt",
            "/dir/%2e%2e/%2e%2e/secret.txt",
            "/..",
            "/../www-other/secret.txt",
            "/link-out",
            "/link-out-absolute",
            "/dir-out/secret.txt",
            "/dir-out/",
            "/dir/sibling-out/secret.txt",
            "//etc/passwd",
            "/%2fetc/passwd",
            self.outside,
            "/..%5csecret.txt",
            "/....//secret.txt",
            "/a.txt%00.html",
            "/%00",
            "/.%00./secret.txt",
            "/%c0%ae%c0%ae/secret.txt",
            "/proc/self/root/etc/passwd",
        ):
            response = self.get(target)
            self.assertIn(response.status, (400, 403, 404), target)
            self.assertNotIn(b"secret", response.body)
            self.assertNotIn(b"root:", response.body)

    def test_only_files_and_directories_are_served(self):
        self.assertEqual(self.get("/fifo").status, 403)
        self.assertEqual(self.get("/loop").status, 403)

    def test_what_is_not_there(self):
        for target in ("/nothing", "/a.txt/", "/a.txt/more", "/dir/nothing/", "/" + "x" * 300):
            self.assertEqual(self.get(target).status, 404, target)
