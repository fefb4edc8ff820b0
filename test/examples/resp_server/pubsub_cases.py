# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Channels."""

from client import Push, Server, ServerTest, command, wait_until


class ChannelTest(ServerTest):
    def test_messages_reach_all_subscribers(self):
        clients = [self.server.connect() for _ in range(5)]
        for one in clients:
            self.assertEqual(one("SUBSCRIBE", "news"), [b"subscribe", b"news", 1])
        self.check("PUBLISH", "news", "hello", 5)
        self.check("PUBLISH", "other", "hello", 0)
        self.client.send(b"".join(command("PUBLISH", "news", i) for i in range(1000)))
        for one in clients:
            self.assertEqual(one.reply(), [b"message", b"news", b"hello"])
            for i in range(1000):
                self.assertEqual(one.reply(), [b"message", b"news", str(i).encode()])
        self.assertEqual([self.client.reply() for _ in range(1000)], [5] * 1000)

    def test_subscribing(self):
        one = self.server.connect()
        one.send(command("SUBSCRIBE", "first", "b", "first"))
        self.assertEqual([one.reply() for _ in range(3)],
                         [[b"subscribe", b"first", 1], [b"subscribe", b"b", 2],
                          [b"subscribe", b"first", 2]])
        self.assertEqual(one("GET", "key"),
                         "ERR Can't execute 'get': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / "
                         "QUIT / RESET are allowed in this context")
        self.assertEqual(one("PING"), [b"pong", b""])
        self.assertEqual(one("UNSUBSCRIBE", "first"), [b"unsubscribe", b"first", 1])
        self.check("PUBLISH", "first", "x", 0)
        self.assertEqual(one("UNSUBSCRIBE"), [b"unsubscribe", b"b", 0])
        self.assertEqual(one("UNSUBSCRIBE"), [b"unsubscribe", None, 0])
        self.assertEqual(one("PING"), "PONG")

    def test_in_resp3_messages_are_pushed_and_commands_go_on(self):
        one = self.server.connect()
        one("HELLO", "3")
        self.assertIsInstance(one("SUBSCRIBE", "pushed"), Push)
        self.assertEqual(one("GET", "none"), None)
        one.send(command("PUBLISH", "pushed", "x") + command("PING"))
        replies = [one.reply() for _ in range(3)]
        self.assertEqual(sorted(map(str, replies)),
                         sorted(["1", "PONG", str([b"message", b"pushed", b"x"])]))

    def test_those_who_leave_are_forgotten(self):
        one = self.server.connect()
        one("SUBSCRIBE", "left")
        one.close()
        wait_until(lambda: self.client("PUBLISH", "left", "x") == 0, "a subscriber to be forgotten")
        two = self.server.connect()
        two("SUBSCRIBE", "left")
        two.send(command("QUIT"))
        self.assertEqual(two.reply(), "OK")
        self.assertTrue(two.ended())
        self.check("PUBLISH", "left", "x", 0)

    def test_a_subscriber_that_does_not_read_is_let_go(self):
        with Server("--output-limit", "1mb") as server:
            slow, fast, source = server.connect(receive_buffer=4096), server.connect(), \
                server.connect()
            slow("SUBSCRIBE", "a")
            fast("SUBSCRIBE", "a")
            message = b"x" * 10_000
            sent = 0
            while source("PUBLISH", "a", message) == 2:
                self.assertEqual(fast.reply(), [b"message", b"a", message])
                sent += len(message)
                self.assertLess(sent, 64 << 20)
            self.assertEqual(fast.reply(), [b"message", b"a", message])
            self.assertIn(b"connected_clients:2", source("INFO", "clients"))
            self.assertEqual(fast("PING"), [b"pong", b""])

    def test_a_subscriber_that_keeps_up_stays(self):
        with Server("--output-limit", "8mb") as server:
            slow, source = server.connect(receive_buffer=4096), server.connect()
            slow("SUBSCRIBE", "a")
            message = b"x" * 100_000
            # What the kernel takes is none of it: only behind so much does the client lag.
            ahead = 70
            for i in range(400):
                self.assertEqual(source("PUBLISH", "a", message), 1, i)
                if i >= ahead:
                    self.assertEqual(slow.reply(), [b"message", b"a", message])
            for _ in range(ahead):
                self.assertEqual(slow.reply(), [b"message", b"a", message])
            self.assertEqual(slow("PING"), [b"pong", b""])
