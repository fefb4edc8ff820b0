# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
import re
import signal
import unittest
import zlib

from support import BINARY, PING, PONG, TEXT, Room


class Talk(unittest.TestCase):
    def test_two_who_hear_each_other(self):
        with Room() as room:
            ann = room.enter()
            bob = room.enter()
            self.assertEqual(bob.people, [ann.name, bob.name])
            ann.hear(f"joined {bob.name}")
            ann.say("hello")
            for one in (ann, bob):
                one.hear(rf"says \d+ {ann.name} hello")
            bob.send(bob.frame(b"\x03\xe8", 8))
            self.assertEqual(bob.closing_code(), 1000)
            ann.hear(f"left {bob.name} has left")

    def test_newcomers_are_told_what_was_said(self):
        with Room() as room:
            ann = room.enter()
            for i in range(3):
                ann.say(f"line {i}")
                ann.hear()
            bob = room.enter()
            for i in range(3):
                bob.hear(rf"says \d+ {ann.name} line {i}")

    def test_names(self):
        with Room() as room:
            ann, bob = room.enter(), room.enter()
            ann.hear()
            ann.send(ann.frame("name ann"))
            for one in (ann, bob):
                one.hear("renamed guest1 ann")
            for name, said in [("ann", "the name of somebody else"), ("", "up to 40 bytes"),
                               ("a b", "no space"), ("x" * 41, "up to 40 bytes")]:
                bob.send(bob.frame(f"name {name}"))
                bob.hear(f"note .*{said}.*")

    def test_text_of_the_world_and_its_longest(self):
        with Room("--max-message", "4000") as room:
            ann = room.enter()
            for text in ["grüß dich", "日本語", "🙂", "x" * 3996]:
                ann.say(text)
                ann.hear(rf"says \d+ {ann.name} {text}")
            ann.say("x" * 3997)
            self.assertEqual(ann.closing_code(), 1009)

    def test_a_message_in_many_frames_with_pings_between(self):
        with Room() as room:
            ann = room.enter()
            ann.send(ann.frame("say ab", TEXT, final=False) + ann.frame(b"are you there", PING) +
                     ann.frame(b"cd", 0, final=False) + ann.frame(b"ef", 0))
            self.assertEqual(ann.take(), (PONG, b"are you there"))
            ann.hear(rf"says \d+ {ann.name} abcdef")

    def test_compressed(self):
        with Room() as room:
            ann = room.enter(deflate=True)
            self.assertIsNotNone(ann.inflater)
            text = "say " + "the same again and again " * 40
            deflater = zlib.compressobj(wbits=-12)
            data = deflater.compress(text.encode()) + deflater.flush(zlib.Z_SYNC_FLUSH)
            ann.send(ann.frame(data[:-4], TEXT, compressed=True))
            before = len(ann.got)
            self.assertEqual(ann.hear().split(" ", 3)[3], text[4:])
            self.assertEqual(before, 0)

    def test_who_does_not_keep_the_rules(self):
        with Room() as room:
            for frame, code in [(b"\x81\x01a", 1002),  # not masked
                                (None, 1003)]:  # not a text
                one = room.enter()
                one.send(frame if frame else one.frame(b"bytes", BINARY))
                self.assertEqual(one.closing_code(), code)
            one = room.enter()
            one.send(one.frame("dance"))
            self.assertEqual(one.closing_code(), 1008)
            one = room.enter()
            one.send(one.frame(b"say \xff"))
            self.assertEqual(one.closing_code(), 1007)

    def test_who_does_not_listen_is_let_go_and_the_others_go_on(self):
        with Room("--output-limit", "65536") as room:
            ann = room.enter()
            deaf = room.enter(receive_buffer=4096)
            ann.hear()
            for i in range(4000):
                ann.say(f"{i} " + "x" * 3000)
                while not re.fullmatch(rf"says \d+ {ann.name} {i} x+", heard := ann.hear()):
                    self.assertEqual(heard, f"left {deaf.name} was too slow")
                    break
                if heard.startswith("left"):
                    break
            else:
                self.fail("nobody was let go")
            self.assertIsNone(deaf.closing_code())

    def test_who_is_silent_and_does_not_answer_pings_is_let_go(self):
        with Room("--idle-timeout", "1") as room:
            gone, there = room.enter(), room.enter()
            gone.hear()
            there.hear(f"left {gone.name} .*")

    def test_who_hangs_up(self):
        with Room() as room:
            ann, bob = room.enter(), room.enter()
            ann.hear()
            bob.socket.close()
            ann.hear(f"left {bob.name} has left")


class Process(unittest.TestCase):
    def test_ends_in_order(self):
        for how in (signal.SIGTERM, signal.SIGINT):
            with Room() as room:
                ann, page = room.enter(), room.connect()
                room.process.send_signal(how)
                ann.hear("note the room is closed")
                self.assertEqual(ann.closing_code(), 1001)
                self.assertTrue(page.is_at_end())
                said, _ = room.process.communicate(timeout=30)
                self.assertEqual((room.process.returncode, said), (0, "closed\n"))

    def test_does_not_wait_for_who_does_not_answer(self):
        with Room() as room:
            room.enter()
            self.assertEqual(room.stop(), (0, "closed\n"))
