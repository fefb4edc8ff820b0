// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// The pipe's own source, run in every order of two or three threads: whoever waits is woken, once,
// and no byte is lost.
#include "interleavings/scenario.hpp"
#include "support/proof.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace sluice;
using namespace sluice::test;

namespace {

const action nothing = [](world&) {};
const action start_read = [](world& w) { w.start_read(); };
const action flush_what_is_written = [](world& w) { (void)w.writer->try_flush(); };
const action flush_and_wait = [](world& w) { w.writer->flush(w.flush.handler()); };

const scenario scenarios[] = {
    {"write and flush, while a read parks",
     nothing,
     {[](world& w) { w.publish("a"); }, start_read},
     [](world& w) { w.require_read("a"); }},

    {"two flushes, while a read parks",
     [](world& w) { w.write("a"); },
     {[](world& w) {
          (void)w.writer->try_flush();
          w.publish("b");
      },
      start_read},
     [](world& w) { w.require_read(w.read.text == "a" ? "a" : "ab"); }},

    {"two flushes, while a read of at least two bytes parks",
     nothing,
     {[](world& w) {
          w.publish("a");
          w.publish("b");
      },
      [](world& w) { w.reader->async_read_at_least(2, w.read_handler()); }},
     [](world& w) { w.require_read("ab"); },
     10},

    {"a batch is flushed, while a read parks",
     nothing,
     {[](world& w) {
          auto batch = w.writer->alloc();
          batch.write(asio::buffer("a", 1));
          (void)batch.try_flush();
      },
      start_read},
     [](world& w) { w.require_read("a"); }},

    {"the writer and a batch are flushed, while a read is parked",
     start_read,
     {[](world& w) { w.publish("a"); },
      [](world& w) {
          auto batch = w.writer->alloc();
          batch.write(asio::buffer("b", 1));
          (void)batch.try_flush();
      }},
     [](world& w) {
         require(w.read.calls == 1, "the read was not woken, or twice");
         require(w.read.text == "ab" || w.read.text == "ba", "bytes of two threads got mixed up");
     },
     10},

    {"advance, while a flush pauses",
     [](world& w) {
         w.publish("a");
         (void)w.reader->try_read();
     },
     {flush_and_wait, [](world& w) { w.reader->consume(1); }},
     [](world& w) { require(w.flush.calls == 1 && !w.flush.ec, "the flush was not woken"); }},

    {"advance, while a flush publishes and pauses",
     [](world& w) {
         w.publish("a");
         (void)w.reader->try_read();
         w.write("b");
     },
     {flush_and_wait,
      [](world& w) {
          w.reader->consume(1);
          w.start_read();
      }},
     [](world& w) {
         w.require_read("b");
         w.reader->consume(1);
         w.queue.run();
         require(w.flush.calls == 1 && !w.flush.ec, "the flush was not woken");
     }},

    {"examined, and a read of more, while a flush pauses",
     [](world& w) { w.publish("abc"); },
     {flush_and_wait,
      [](world& w) {
          const auto seen = w.reader->try_read();
          w.reader->advance(seen->buffer.start(), seen->buffer.finish());
          w.reader->async_read_at_least(4, w.read_handler());
      }},
     [](world& w) { require(w.flush.calls == 1 && !w.flush.ec, "the flush was not woken"); },
     2},

    {"all is consumed, while somebody waits for that",
     [](world& w) {
         w.publish("a");
         (void)w.reader->try_read();
     },
     {[](world& w) { w.writer->async_wait_drained(w.drain.handler()); },
      [](world& w) { w.reader->consume(1); }},
     [](world& w) { require(w.drain.calls == 1 && !w.drain.ec, "the wait was not woken"); }},

    {"the reader completes, while three wait for it",
     [](world& w) { w.publish("ab"); },
     {[](world& w) {
          w.writer->flush(w.flush.handler());
          w.writer->async_wait_reader_completed(w.watch.handler());
      },
      [](world& w) { w.reader->complete(asio::error::timed_out); }},
     [](world& w) {
         require(w.flush.calls == 1 && w.watch.calls == 1, "somebody was not woken");
         require(w.flush.ec == asio::error::timed_out && w.watch.ec == asio::error::timed_out,
                 "with another error");
     }},

    {"the writer completes, while a read parks",
     [](world& w) { w.write("a"); },
     {[](world& w) { w.writer->complete(); }, start_read},
     [](world& w) {
         w.require_read("a");
         require(w.read.completed, "without the end");
     }},

    {"the writer is destroyed, while a read parks",
     nothing,
     {[](world& w) { w.writer.reset(); }, start_read},
     [](world& w) {
         require(w.read.calls == 1 && w.read.ec == errc::writer_abandoned, "not woken");
     }},

    {"a pending read is cancelled, while bytes come",
     start_read,
     {[](world& w) { w.publish("a"); }, [](world& w) { w.reader->cancel_pending_read(); }},
     [](world& w) {
         require(w.read.calls == 1 && !w.read.ec, "the read was not woken, or twice");
         const auto next = w.reader->try_read();
         if (w.read.cancelled)
             require(next && next->buffer.equals("a"), "a byte was lost");
         else
             require(w.read.text == "a", "a byte was lost");
     }},

    {"a read parks, is cancelled, and bytes come",
     nothing,
     {[](world& w) { w.publish("a"); }, start_read,
      [](world& w) { w.reader->cancel_pending_read(); }},
     [](world& w) { require(w.read.calls == 1 && !w.read.ec, "not woken, or twice"); }},

    // Who saw the first read wait may come to the second one's flag.
    {"the next read waits, while bytes and a cancellation wake the first",
     start_read,
     {[](world& w) { w.publish("a"); }, [](world& w) { w.reader->cancel_pending_read(); },
      [](world& w) {
          w.queue.run_one();
          if (w.read.calls != 1)
              return;
          w.first = w.read;
          w.reader->consume(w.read.text.size());
          w.read = {};
          w.start_read();
      }},
     [](world& w) {
         require(w.first.calls + w.read.calls != 0 && w.read.calls <= 1, "not woken, or twice");
         require(!w.first.ec && !w.read.ec, "a read was woken for nothing");
         if (w.first.calls == 0)
             return;
         require(w.first.text + w.read.text == "a", "a byte was lost");
         require(w.first.cancelled != w.read.cancelled, "not cancelled, or twice");
     }},

    // It may hold that flag for a moment, too.
    {"the next read waits for more and is cancelled, while two flushes wake the first",
     [](world& w) {
         w.start_read();
         w.write("a");
         w.batch.emplace(w.writer->alloc());
         w.batch->write(asio::buffer("b", 1));
     },
     {flush_what_is_written, [](world& w) { (void)w.batch->try_flush(); },
      [](world& w) {
          w.queue.run_one();
          if (w.read.calls != 1)
              return;
          w.reader->consume(w.read.text.size());
          w.reader->async_read_at_least(
              9, asio::bind_cancellation_slot(w.signal.slot(), w.read_handler()));
          w.signal.emit(asio::cancellation_type::terminal);
          w.second_is_cancelled = true;
      }},
     [](world& w) {
         const bool right = w.second_is_cancelled
                                ? w.read.calls == 2 && w.read.ec == asio::error::operation_aborted
                                : w.read.calls == 1 && !w.read.ec;
         require(right, "a read was not ended, or twice");
     },
     10},

    {"the flush that waits is cancelled, while the reader advances",
     [](world& w) {
         w.publish("a");
         (void)w.reader->try_read();
         w.writer->flush(w.flush.handler());
     },
     {[](world& w) { w.writer->cancel_pending_flush(); }, [](world& w) { w.reader->consume(1); }},
     [](world& w) { require(w.flush.calls == 1, "the flush was not woken, or twice"); }},

    {"both ends are destroyed, with a read that is parked",
     start_read,
     {[](world& w) {
          w.publish("a");
          w.writer.reset();
      },
      [](world& w) { w.reader.reset(); }},
     [](world& w) { require(w.read.calls == 1, "the read was not ended, or twice"); }},

    // As with a chain of handlers on a pool of threads: the next one may run before the function
    // that started it has returned.
    {"a handler destroys its end, and with it the pipe, while its read still parks",
     nothing,
     {[](world& w) {
          w.publish("a");
          w.writer.reset();
      },
      [](world& w) {
          w.reader->async_read([&w](error_code ec, const read_result& result) {
              w.read_handler()(ec, result);
              w.reader.reset();
          });
      },
      [](world& w) { w.queue.run(); }},
     [](world& w) { w.require_read("a"); }},

    {"both ends are destroyed, with a flush that waits",
     [](world& w) {
         w.publish("a");
         w.writer->flush(w.flush.handler());
     },
     {[](world& w) { w.writer.reset(); }, [](world& w) { w.reader.reset(); }},
     [](world& w) { require(w.flush.calls == 1, "the flush was not ended, or twice"); }},

    {"the reader completes, while the writer goes on",
     [](world& w) { w.publish("a"); },
     {[](world& w) {
          w.publish("0123456789abcdefghij");
          w.writer->complete();
      },
      [](world& w) { w.reader->complete(); }},
     nothing},

    {"what was consumed is given back, while the writer goes on",
     [](world& w) { w.publish("a"); },
     {[](world& w) { w.publish("b"); },
      [](world& w) {
          (void)w.reader->try_read();
          w.reader->consume(1);
          w.start_read(); // gives the block back if nobody writes to it
      }},
     [](world& w) { w.require_read("b"); },
     10},
};

} // namespace

TEST_CASE("park and wake: every order") {
    const std::uint64_t at_most = proof_amount(5'000, 3'000'000);
    std::uint64_t orders = 0, explored = 0;
    for (const scenario& what : scenarios) {
        CAPTURE(what.name);
        explorer search;
        orders += search.explore([&] { return run_of(what); }, at_most);
        CHECK_MESSAGE(search.failure().empty(), search.failure());
        explored += search.complete();
    }
    CHECK(explored >= proof_amount(6, 21));
    tell_proof(11, "scenarios", std::size(scenarios));
    tell_proof(11, "scenarios explored to the end", explored);
    tell_proof(11, "interleavings", orders);
}

// It would be found out if the pipe did not do as it does.
TEST_CASE("park and wake: faults that are planted are found") {
    const std::pair<planted, const char*> faults[] = {
        {planted::flag_set_late, "write and flush, while a read parks"},
        {planted::position_set_late, "advance, while a flush pauses"},
        {planted::publish_in_two, "the writer and a batch are flushed, while a read is parked"},
    };
    for (const auto& [fault, name] : faults) {
        CAPTURE(name);
        const scenario* what = std::find_if(std::begin(scenarios), std::end(scenarios),
                                            [&](const scenario& it) { return it.name == name; });
        REQUIRE(what != std::end(scenarios));
        explorer search;
        planted_fault = fault;
        const std::uint64_t orders = search.explore([&] { return run_of(*what); }, 100'000);
        planted_fault = planted::nothing;
        CHECK_FALSE(search.failure().empty());
        MESSAGE(what->name << ": " << search.failure() << ", " << orders);
    }
    tell_proof(11, "planted faults found", std::size(faults));
}
