# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Files, ranges, conditions and index pages."""

import os
import time

from support import FileServerTest, Responses, request


class FilesTest(FileServerTest):
    def test_a_file(self):
        response = self.get("/a.txt")
        self.assertEqual(response.status, 200)
        self.assertEqual(response.body, b"hello\n")
        self.assertEqual(response["Content-Type"], "text/plain; charset=utf-8")
        self.assertEqual(response["Accept-Ranges"], "bytes")
        self.assertRegex(response["ETag"], r'^"[^"]+"$')
        for name in ("Date", "Last-Modified"):
            self.assertRegex(response[name], r"^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$")

    def test_a_large_file_and_an_empty_one(self):
        self.assertTrue(self.get("/data.bin").body == self.data)
        self.assertEqual(self.get("/empty")["Content-Length"], "0")

    def test_large_files_one_after_the_other(self):
        """The system sends them, past the output pipe: order and lengths stay."""
        content = os.urandom(3_000_000)
        path = os.path.join(self.root, "large")
        with open(path, "wb") as file:
            file.write(content)
        with self.server.connect() as client:
            client.sendall(request("/a.txt") + request("/large") + request("/a.txt") +
                           request("/large", "Range: bytes=1-2000000") + request("/data.bin"))
            responses = Responses(client)
            for body in (b"hello\n", content, b"hello\n", content[1:2000001], self.data):
                self.assertTrue(responses.next().body == body)
        os.remove(path)

    def test_a_large_file_comes_with_its_head_and_is_not_held_back_at_the_end(self):
        """What does not fill a frame is kept back for 200 ms by the system, if it is told to."""
        durations = []
        with self.server.connect() as client:
            for _ in range(20):
                began = time.monotonic()
                client.sendall(request("/data.bin"))
                responses = Responses(client)
                responses.more()
                self.assertGreater(len(responses.rest), 1024)  # a head alone is shorter
                self.assertTrue(responses.next().body == self.data)
                durations.append(time.monotonic() - began)
        self.assertLess(min(durations), 0.15)

    def test_a_file_that_becomes_shorter_ends_the_connection(self):
        path = os.path.join(self.root, "shrinks")
        with open(path, "wb") as file:
            file.truncate(1 << 28)
        with self.server.connect(receive_buffer=1 << 16) as client:
            client.sendall(request("/shrinks"))
            received = len(client.recv(1 << 16))
            os.truncate(path, 1 << 20)
            try:
                while piece := client.recv(1 << 16):
                    received += len(piece)
            except ConnectionResetError:
                pass
            self.assertLess(received, 1 << 28)
        os.remove(path)

    def test_names_are_decoded(self):
        self.assertEqual(self.get("/%61%2Etxt?query=1").body, b"hello\n")
        self.assertEqual(self.get("/dir/odd%20%3C&%22'%3E%20%231%3F%25.txt").body, b"odd")
        self.assertEqual(self.get("/dir/../a.txt").body, b"hello\n")
        self.assertEqual(self.get("//dir/.//link-in").body, b"hello\n")
        self.assertEqual(self.get("http://test/a.txt").body, b"hello\n")

    def test_head(self):
        for target in ("/data.bin", "/dir/", "/nothing"):
            with self.server.connect() as client:
                client.sendall(request(target, method="HEAD") + request(target))
                responses = Responses(client)
                head, whole = responses.next(head_only=True), responses.next()
                self.assertEqual(head.status, whole.status)
                head.fields.pop("date"), whole.fields.pop("date")
                self.assertEqual(head.fields, whole.fields)

    def test_head_pays_no_heed_to_a_range(self):
        response = self.get("/data.bin", "Range: bytes=0-9", method="HEAD")
        self.assertEqual((response.status, response["Content-Length"]), (200, "300000"))

    def assert_part(self, field, first, last):
        response = self.get("/data.bin", f"Range: {field}")
        self.assertEqual(response.status, 206, field)
        self.assertEqual(response["Content-Range"], f"bytes {first}-{last}/300000")
        self.assertTrue(response.body == self.data[first : last + 1], field)

    def test_ranges(self):
        self.assert_part("bytes=0-0", 0, 0)
        self.assert_part("bytes=100-70100", 100, 70100)
        self.assert_part("bytes=299999-", 299999, 299999)
        self.assert_part("bytes=1000-999999999999999999999999", 1000, 299999)
        self.assert_part("bytes=-1", 299999, 299999)
        self.assert_part("bytes=-999999", 0, 299999)
        self.assert_part("Bytes=5-9", 5, 9)

    def test_ranges_that_cannot_be_had(self):
        for field in (
            "bytes=300000-",
            "bytes=9-5",
            "bytes=-0",
            "bytes=-",
            "bytes=a-b",
            "bytes=",
            "bytes=1",
            "bytes",
        ):
            response = self.get("/data.bin", f"Range: {field}")
            self.assertEqual(response.status, 416, field)
            self.assertEqual(response["Content-Range"], "bytes */300000")
        self.assertEqual(self.get("/empty", "Range: bytes=0-")["Content-Range"], "bytes */0")

    def test_ranges_that_are_passed_over(self):
        for field in ("lines=1-2", "bytes=0-1,5-6"):
            response = self.get("/data.bin", f"Range: {field}")
            self.assertEqual((response.status, len(response.body)), (200, 300000), field)

    def test_if_range(self):
        current = self.get("/data.bin")
        for validator, status in (
            (current["ETag"], 206),
            (current["Last-Modified"], 206),
            ('"other"', 200),
            ("W/" + current["ETag"], 200),
            ("Sun, 06 Nov 1994 08:49:37 GMT", 200),
        ):
            response = self.get("/data.bin", "Range: bytes=1-2", f"If-Range: {validator}")
            self.assertEqual(response.status, status, validator)

    def test_conditions(self):
        current = self.get("/a.txt")
        tag, modified = current["ETag"], current["Last-Modified"]
        long_ago = "Sun, 06 Nov 1994 08:49:37 GMT"
        for fields, status in (
            ([f"If-None-Match: {tag}"], 304),
            ([f"If-None-Match: W/{tag}"], 304),
            (['If-None-Match: "a", "b,c" , ' + tag], 304),
            (["If-None-Match: *"], 304),
            (['If-None-Match: "other"'], 200),
            ([f"If-Modified-Since: {modified}"], 304),
            ([f"If-Modified-Since: {long_ago}"], 200),
            (["If-Modified-Since: nonsense"], 200),
            (['If-None-Match: "other"', f"If-Modified-Since: {modified}"], 200),
            ([f"If-Match: {tag}"], 200),
            ([f"If-Match: W/{tag}"], 412),
            (['If-Match: "other"'], 412),
            (["If-Match: *"], 200),
            ([f"If-Unmodified-Since: {modified}"], 200),
            ([f"If-Unmodified-Since: {long_ago}"], 412),
            (["If-Unmodified-Since: Sunday, 06-Nov-94 08:49:37 GMT"], 412),
            (["If-Unmodified-Since: Sun Nov  6 08:49:37 1994"], 412),
        ):
            response = self.get("/a.txt", *fields)
            self.assertEqual(response.status, status, fields)
            if status == 304:
                self.assertEqual((response["ETag"], response.body), (tag, b""))

    def test_a_changed_file_has_another_tag(self):
        path = os.path.join(self.root, "changing")
        with open(path, "wb") as file:
            file.write(b"one")
        before = self.get("/changing")["ETag"]
        with open(path, "wb") as file:
            file.write(b"two!")
        self.assertEqual(self.get("/changing", f"If-None-Match: {before}").body, b"two!")
        os.remove(path)

    def test_an_index_page(self):
        response = self.get("/dir/")
        page = response.body.decode()
        self.assertEqual(response["Content-Type"], "text/html; charset=utf-8")
        self.assertIn('href="../"', page)
        self.assertIn('href="./deeper/"', page)
        self.assertIn('href="./style.css"', page)
        self.assertIn("odd &lt;&amp;&quot;&#39;&gt; #1?%.txt", page)
        self.assertIn('href="./odd%20%3C%26%22%27%3E%20%231%3F%25.txt"', page)
        self.assertIn('href="./javascript%3Aalert%281%29"', page)
        self.assertNotIn(".hidden", page)
        self.assertLess(page.index("deeper/"), page.index("javascript"))

    def test_an_index_page_tells_nothing_about_the_outside(self):
        page = self.get("/").body.decode()
        self.assertIn('href="./a.txt"', page)
        self.assertNotIn('href="../"', page)
        for name in ("link-out", "dir-out", "loop", "fifo"):
            self.assertNotIn(name, page)

    def test_an_index_file_is_served_if_there_is_one(self):
        self.assertEqual(self.get("/site/").body, b"<h1>site</h1>")

    def test_a_directory_without_slash_is_redirected(self):
        for target, location in (
            ("/dir", "/dir/"),
            ("/dir?a=b", "/dir/?a=b"),
            ("//dir", "/dir/"),
            ("/dir/./deeper", "/dir/deeper/"),
        ):
            response = self.get(target)
            self.assertEqual((response.status, response["Location"]), (301, location))
