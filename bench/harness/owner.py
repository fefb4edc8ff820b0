# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Whose a function is."""

MARKS = {"boost::beast": "Beast", "boost::intrusive": "Beast", "boost::mp11": "Beast",
         "sluice::": "Sluice", "boost::asio": "Asio", "bench::": "the program",
         "resp_server::": "the program", "http_file_server::": "the program"}


def owner(function):
    """The library that is named first: the others are its arguments. None: none of these."""
    found = [(function.find(mark), name) for mark, name in MARKS.items() if mark in function]
    return min(found)[1] if found else None
