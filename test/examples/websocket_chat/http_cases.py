# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
import unittest

from support import Client, Room


class Page(unittest.TestCase):
    def test_is_served_and_the_connection_kept(self):
        with Room() as room:
            client = room.connect()
            for _ in range(3):
                client.send(client.request())
                header, body = client.answer()
                self.assertTrue(header.startswith("HTTP/1.1 200 "))
                self.assertIn("<!doctype html>", body.decode())

    def test_other_requests(self):
        with Room() as room:
            client = room.connect()
            for target, method, status in [("/other", "GET", "404"), ("/chat", "GET", "426"),
                                           ("/", "POST", "405"), ("/?x=1", "GET", "200")]:
                fields = ["Content-Length: 0"] if method == "POST" else []
                client.send(client.request(target, method, *fields))
                header, _ = client.answer()
                self.assertEqual(header.split()[1], status, target)
            client.send(client.request("/", "HEAD"))
            header, body = client.answer("HEAD")
            self.assertEqual((header.split()[1], body), ("200", b""))

    def test_what_is_no_request(self):
        for data, status in [(b"nonsense\r\n\r\n", "400"),
                             (b"GET / HTTP/1.1\r\nX: " + b"x" * 20_000, "431"),
                             (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nabcde", "413")]:
            with Room() as room:
                client = room.connect()
                client.send(data)
                header, _ = client.answer()
                self.assertEqual(header.split()[1], status)
                self.assertTrue(client.is_at_end())

    def test_a_slow_request_is_let_go(self):
        with Room("--request-timeout", "1") as room:
            client = room.connect()
            client.send(b"GET / HT")
            header, _ = client.answer()
            self.assertEqual(header.split()[1], "408")
            silent = room.connect()
            self.assertTrue(silent.is_at_end())

    def test_all_addresses(self):
        for binds in (("127.0.0.1", "::1"), ("localhost",)):
            with Room(*(text for bind in binds for text in ("--bind", bind))) as room:
                self.assertIn("127.0.0.1", [host for host, *_ in room.addresses])
                for address in room.addresses:
                    client = Client(address)
                    client.send(client.request())
                    self.assertTrue(client.answer()[0].startswith("HTTP/1.1 200 "))
                    client.socket.close()


class Upgrade(unittest.TestCase):
    def test_requests_and_frames_in_one_packet(self):
        """No byte behind the upgrade is lost."""
        with Room() as room:
            client = room.connect()
            client.send(client.request() + client.upgrade_request() +
                        client.frame("name ann") + client.frame("say hello"))
            self.assertTrue(client.answer()[0].startswith("HTTP/1.1 200 "))
            self.assertTrue(client.header().startswith("HTTP/1.1 101 "))
            client.hear("welcome guest1")
            client.hear("people guest1")
            client.hear("renamed guest1 ann")
            client.hear(r"says \d+ ann hello")

    def test_the_same_cut_anywhere(self):
        with Room() as room:
            for cut in range(1, 300, 7):
                client = room.connect()
                data = client.upgrade_request() + client.frame("name ann") + client.frame("say x")
                client.send(data[:cut])
                client.send(data[cut:])
                self.assertTrue(client.header().startswith("HTTP/1.1 101 "))
                heard = [client.hear() for _ in range(2)]
                self.assertRegex(heard[0], "welcome guest")
                while not client.hear().endswith(" ann x"):
                    pass
                client.send(client.frame(b"\x03\xe8", 8))
                self.assertEqual(client.closing_code(), 1000)

    def test_of_another_site(self):
        with Room() as room:
            for origin, status in [("http://elsewhere.example", "403"), ("null", "403")]:
                client = room.connect()
                client.send(client.upgrade_request(origin=origin))
                self.assertEqual(client.header().split()[1], status)
            client = room.connect()
            self.assertIn("101", client.upgrade(origin=f"http://{client.host}").split()[1])

    def test_a_full_room(self):
        with Room("--max-clients", "1") as room:
            first = room.enter()
            second = room.connect()
            second.send(second.upgrade_request())
            self.assertEqual(second.header().split()[1], "503")
            first.send(first.frame(b"\x03\xe8", 8))
            self.assertEqual(first.closing_code(), 1000)
            self.assertTrue(first.is_at_end())
            room.enter()
