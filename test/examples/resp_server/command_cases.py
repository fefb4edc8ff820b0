# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""What each command does, and how it refuses."""

import time

from client import ServerTest, command, wait_until

WRONG_TYPE = "WRONGTYPE Operation against a key holding the wrong kind of value"
NOT_INTEGER = "ERR value is not an integer or out of range"
SYNTAX = "ERR syntax error"


class StringTest(ServerTest):
    def test_set_and_get(self):
        self.check("GET", "a", None)
        self.check("SET", "a", "1", "OK")
        self.check("get", "a", b"1")
        self.check("SET", "a", b"\r\n\0\xff" * 1000, "OK")
        self.check("GET", "a", b"\r\n\0\xff" * 1000)
        self.check("STRLEN", "a", 4000)
        self.check("STRLEN", "none", 0)
        self.check("SET", "", "", "OK")
        self.check("GET", "", b"")

    def test_options_of_set(self):
        self.check("SET", "a", "1", "XX", None)
        self.check("SET", "a", "1", "NX", "OK")
        self.check("SET", "a", "2", "nx", None)
        self.check("SET", "a", "2", "xx", "get", b"1")
        self.check("SET", "b", "2", "GET", None)
        self.check("SETNX", "a", "3", 0)
        self.check("SETNX", "c", "3", 1)
        self.check("SET", "a", "3", "EX", "100", "OK")
        self.check("TTL", "a", 100)
        self.check("SET", "a", "4", "KEEPTTL", "OK")
        self.check("TTL", "a", 100)
        self.check("SET", "a", "5", "OK")
        self.check("TTL", "a", -1)
        self.check("SET", "a", "6", "PX", "5000", "OK")
        self.check("TTL", "a", 5)
        self.check("SET", "a", "6", "EXAT", int(time.time()) + 1000, "OK")
        self.assertIn(self.client("TTL", "a"), (998, 999, 1000))
        for options in (("NX", "XX"), ("EX",), ("EX", "1", "PX", "1"), ("KEEPTTL", "EX", "1"),
                        ("other",)):
            self.check_error("SET", "a", "1", *options, SYNTAX)
        self.check_error("SET", "a", "1", "EX", "x", NOT_INTEGER)
        for time_given in ("0", "-1", "9223372036854775807"):
            self.check_error("SET", "a", "1", "EX", time_given,
                             "ERR invalid expire time in 'set' command")
        self.check("GET", "a", b"6")

    def test_getex_and_getdel(self):
        self.check("SET", "a", "1", "OK")
        self.check("GETEX", "a", "EX", "100", b"1")
        self.check("TTL", "a", 100)
        self.check("GETEX", "a", b"1")
        self.check("TTL", "a", 100)
        self.check("GETEX", "a", "PERSIST", b"1")
        self.check("TTL", "a", -1)
        self.check("GETEX", "none", "EX", "1", None)
        self.check_error("GETEX", "a", "EX", SYNTAX)
        self.check_error("GETEX", "a", "EX", "0", "ERR invalid expire time in 'getex' command")
        self.check("GETDEL", "a", b"1")
        self.check("GETDEL", "a", None)

    def test_several_at_once(self):
        self.check("MSET", "a", "1", "b", "2", "OK")
        self.check("LPUSH", "l", "x", 1)
        self.check("MGET", "a", "none", "l", "b", [b"1", None, None, b"2"])
        self.check_error("MSET", "a", "1", "b", "ERR wrong number of arguments for 'mset' command")
        self.check("EXISTS", "a", "a", "none", 2)
        self.check("DEL", "a", "none", "b", 2)
        self.check("EXISTS", "a", 0)

    def test_counters(self):
        self.check("INCR", "n", 1)
        self.check("INCRBY", "n", "41", 42)
        self.check("DECR", "n", 41)
        self.check("DECRBY", "n", "-1", 42)
        self.check("GET", "n", b"42")
        self.check("EXPIRE", "n", "100", 1)
        self.check("INCR", "n", 43)
        self.check("TTL", "n", 100)
        self.check_error("INCRBY", "n", "x", NOT_INTEGER)
        for text in ("x", "1.5", " 1", "01", "", "9223372036854775808"):
            self.client("SET", "n", text)
            self.check_error("INCR", "n", NOT_INTEGER)
        self.client("SET", "n", "9223372036854775807")
        self.check_error("INCR", "n", "ERR increment or decrement would overflow")
        self.check_error("DECRBY", "n", "-9223372036854775808", "ERR decrement would overflow")

    def test_append(self):
        self.check("APPEND", "a", "Hello", 5)
        self.check("APPEND", "a", " World", 11)
        self.check("GET", "a", b"Hello World")


class KeyTest(ServerTest):
    def test_expiry(self):
        self.check("EXPIRE", "none", "1", 0)
        self.client("SET", "a", "1")
        self.check("EXPIRE", "a", "100", "XX", 0)
        self.check("EXPIRE", "a", "100", "NX", 1)
        self.check("EXPIRE", "a", "50", "GT", 0)
        self.check("EXPIRE", "a", "50", "LT", 1)
        self.check("TTL", "a", 50)
        self.assertIn(self.client("PTTL", "a"), range(40000, 50001))
        self.check("PERSIST", "a", 1)
        self.check("PERSIST", "a", 0)
        self.check("TTL", "a", -1)
        self.check("TTL", "none", -2)
        self.check_error("EXPIRE", "a", "x", NOT_INTEGER)
        self.check_error("EXPIRE", "a", "9223372036854775807",
                         "ERR invalid expire time in 'expire' command")
        self.check_error("EXPIRE", "a", "1", "no", "ERR Unsupported option no")
        self.check("EXPIRE", "a", "-1", 1)
        self.check("EXISTS", "a", 0)

    def test_keys_end(self):
        self.client("SET", "a", "1", "PX", "30")
        self.client("SET", "stays", "1")
        wait_until(lambda: self.client("GET", "a") is None, "a key to end")
        for i in range(1000):
            self.client("SET", f"k{i}", "1", "PX", "1")
        wait_until(lambda: self.client("DBSIZE") == 1, "keys to be let go without being asked for")
        self.check("KEYS", "*", [b"stays"])

    def test_types_and_patterns(self):
        self.client("SET", "s", "1")
        self.client("RPUSH", "l", "1")
        self.client("SADD", "set", "1")
        self.client("HSET", "h", "f", "1")
        for key, kind in (("s", "string"), ("l", "list"), ("set", "set"), ("h", "hash"),
                          ("none", "none")):
            self.check("TYPE", key, kind)
        self.assertEqual(sorted(self.client("KEYS", "s*")), [b"s", b"set"])
        self.assertEqual(sorted(self.client("KEYS", "?")), [b"h", b"l", b"s"])
        self.assertEqual(sorted(self.client("KEYS", "[h-l]")), [b"h", b"l"])
        self.assertEqual(sorted(self.client("KEYS", "[^h-l]*")), [b"s", b"set"])
        self.check("KEYS", "\\s", [b"s"])
        self.check("DBSIZE", 4)
        self.check("FLUSHALL", "ASYNC", "OK")
        self.check("DBSIZE", 0)
        self.check_error("FLUSHALL", "no", SYNTAX)


class ContainerTest(ServerTest):
    def test_lists(self):
        self.check("LPUSH", "l", "a", "b", 2)
        self.check("RPUSH", "l", "c", 3)
        self.check("LRANGE", "l", "0", "-1", [b"b", b"a", b"c"])
        self.check("LRANGE", "l", "-2", "100", [b"a", b"c"])
        self.check("LRANGE", "l", "-100", "0", [b"b"])
        self.check("LRANGE", "l", "2", "1", [])
        self.check("LRANGE", "none", "0", "-1", [])
        self.check_error("LRANGE", "l", "x", "1", NOT_INTEGER)
        self.check("LLEN", "l", 3)
        self.check("LPOP", "l", b"b")
        self.check("RPOP", "l", "5", [b"c", b"a"])
        self.check("EXISTS", "l", 0)
        self.check("LPOP", "l", None)
        self.check("LPOP", "l", "1", None)
        self.check_error("LPOP", "l", "-1", "ERR value is out of range, must be positive")
        self.check_error("LPOP", "l", "1", "2", "ERR wrong number of arguments for 'lpop' command")

    def test_sets(self):
        self.check("SADD", "s", "a", "b", "a", 2)
        self.check("SADD", "s", "a", "c", 1)
        self.assertEqual(sorted(self.client("SMEMBERS", "s")), [b"a", b"b", b"c"])
        self.check("SMEMBERS", "none", [])
        self.check("SISMEMBER", "s", "a", 1)
        self.check("SISMEMBER", "s", "x", 0)
        self.check("SCARD", "s", 3)
        self.check("SREM", "s", "a", "x", 1)
        self.assertIn(self.client("SPOP", "s"), (b"b", b"c"))
        self.client("SPOP", "s")
        self.check("SPOP", "s", None)
        self.check("EXISTS", "s", 0)

    def test_hashes(self):
        self.check("HSET", "h", "f", "1", "g", "2", 2)
        self.check("HSET", "h", "f", "3", 0)
        self.check("HGET", "h", "f", b"3")
        self.check("HGET", "h", "x", None)
        self.check("HGET", "none", "x", None)
        self.check("HLEN", "h", 2)
        reply = self.client("HGETALL", "h")
        self.assertEqual(dict(zip(reply[::2], reply[1::2])), {b"f": b"3", b"g": b"2"})
        self.check("HGETALL", "none", [])
        self.check("HDEL", "h", "f", "x", "g", 2)
        self.check("EXISTS", "h", 0)
        self.check_error("HSET", "h", "f", "1", "g",
                         "ERR wrong number of arguments for 'hset' command")

    def test_sorted_sets(self):
        self.check("ZADD", "z", "1", "one", "2.5", "two", "-inf", "low", 3)
        self.check("ZADD", "z", "1", "one", "0", "zero", 1)
        self.check("ZADD", "z", "XX", "CH", "4", "one", "5", "none", 1)
        self.check("ZADD", "z", "NX", "9", "one", 0)
        self.check("ZADD", "z", "GT", "CH", "3", "one", 0)
        self.check("ZADD", "z", "LT", "CH", "3", "one", 1)
        self.check("ZSCORE", "z", "one", b"3")
        self.check("ZSCORE", "z", "none", None)
        self.check("ZCARD", "z", 4)
        self.check("TYPE", "z", "zset")
        self.check("ZRANGE", "z", "0", "-1", [b"low", b"zero", b"two", b"one"])
        self.check("ZRANGE", "z", "-2", "9", "WITHSCORES", [b"two", b"2.5", b"one", b"3"])
        self.check("ZRANGE", "z", "4", "9", [])
        self.check("ZREM", "z", "zero", "none", 1)
        self.check("ZPOPMIN", "z", [b"low", b"-inf"])
        self.check("ZPOPMIN", "z", "5", [b"two", b"2.5", b"one", b"3"])
        self.check("EXISTS", "z", 0)
        self.check("ZPOPMIN", "z", [])
        self.check("ZADD", "z", "XX", "1", "a", 0)
        self.check("EXISTS", "z", 0)
        self.check_error("ZADD", "z", "x", "a", "ERR value is not a valid float")
        self.check_error("ZADD", "z", "nan", "a", "ERR value is not a valid float")
        self.check_error("ZADD", "z", "1", "a", "2", "ERR syntax error")
        self.check_error("ZADD", "z", "NX", "XX", "1", "a",
                         "ERR XX and NX options at the same time are not compatible")
        self.check("EXISTS", "z", 0)
        self.check("ZADD", "z", "1", "a", "1", "b", 2)
        self.client("HELLO", "3")
        self.client.send(command("ZRANGE", "z", "0", "0", "WITHSCORES"))
        self.assertEqual([self.client.line() for _ in range(5)],
                         [b"*1", b"*2", b"$1", b"a", b",1"])

    def test_wrong_types(self):
        self.client("SET", "s", "1")
        self.client("RPUSH", "l", "1")
        for words in (("LPUSH", "s", "1"), ("LPOP", "s"), ("LRANGE", "s", "0", "1"),
                      ("SADD", "s", "1"), ("SMEMBERS", "s"), ("HSET", "s", "a", "b"),
                      ("HGETALL", "s"), ("GET", "l"), ("INCR", "l"), ("APPEND", "l", "x"),
                      ("STRLEN", "l"), ("SET", "l", "1", "GET"), ("GETEX", "l"),
                      ("ZADD", "s", "1", "a"), ("ZPOPMIN", "l"), ("ZRANGE", "s", "0", "1")):
            self.check_error(*words, WRONG_TYPE)
        self.check("GET", "s", b"1")
        self.check("LRANGE", "l", "0", "-1", [b"1"])
        self.check("SET", "l", "1", "OK")


class GeneralTest(ServerTest):
    def test_refusals(self):
        self.check_error("NOSUCH", "a", "b",
                         "ERR unknown command 'NOSUCH', with args beginning with: 'a' 'b' ")
        for name in ("GET ", "GET\0", "GETS", "", "G" * 20):
            self.check_error(name, f"ERR unknown command '{name}', with args beginning with: ")
        self.check_error("GET", "ERR wrong number of arguments for 'get' command")
        self.check_error("GET", "a", "b", "ERR wrong number of arguments for 'get' command")
        self.check_error("a\r\nb", "ERR unknown command 'a  b', with args beginning with: ")

    def test_connection_commands(self):
        self.check("PING", "PONG")
        self.check("PING", "hello", b"hello")
        self.check("ECHO", "hello", b"hello")
        self.check("SELECT", "0", "OK")
        self.check_error("SELECT", "1", "ERR DB index is out of range")
        self.check("CLIENT", "GETNAME", None)
        self.check("CLIENT", "SETNAME", "me", "OK")
        self.check("CLIENT", "GETNAME", b"me")
        self.check_error("CLIENT", "SETNAME", "a b",
                         "ERR Client names cannot contain spaces, newlines or special characters.")
        number = self.client("CLIENT", "ID")
        self.assertIn(b"id=%d addr=127.0.0.1:" % number, self.client("CLIENT", "LIST"))
        self.assertIn(b"name=me", self.client("CLIENT", "INFO"))
        self.check_error("CLIENT", "x", "ERR unknown subcommand or wrong number of arguments for "
                         "'x'. Try CLIENT HELP.")
        self.check("QUIT", "OK")
        self.assertTrue(self.client.ended())

    def test_server_commands(self):
        self.client("SET", "a", "1", "EX", "100")
        info = self.client("INFO").decode()
        for text in ("redis_version:7.", "connected_clients:", "used_memory:",
                     "db0:keys=1,expires=1"):
            self.assertIn(text, info)
        self.assertTrue(self.client("INFO", "memory").startswith(b"# Memory\r\nused_memory:"))
        self.check("CONFIG", "GET", "maxclients", [b"maxclients", b"10000"])
        self.check("CONFIG", "GET", "save", [b"save", b""])
        self.check("CONFIG", "GET", "no such thing", [])
        self.assertEqual(len(self.client("CONFIG", "GET", "maxmem*")), 4)
        commands = self.client("COMMAND")
        self.assertEqual(self.client("COMMAND", "COUNT"), len(commands))
        self.assertIn([b"get", 2, ["readonly"], 1, 1, 1], commands)
        self.check("COMMAND", "INFO", "ping", "none",
                   [[b"ping", -1, ["pubsub"], 0, 0, 0], None])
        self.check("COMMAND", "DOCS", "get", [])
