// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Random operations on a pipe against the same operations on strings.
#include <sluice/pipe/pipe.hpp>

#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include <cstdlib>
#include <deque>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace {

namespace asio = boost::asio;
using sluice::errc;
using sluice::error_code;
using sluice::read_result;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr unsigned sequences = 10'000;
#else
constexpr unsigned sequences = 100'000;
#endif

sluice::pipe_options random_options(std::mt19937& random) {
    static constexpr std::size_t sizes[] = {1, 2, 16, 64, 4096};
    sluice::pipe_options options;
    options.pool = sluice::segment_pool({sizes[random() % std::size(sizes)]});
    options.minimum_segment_size = 1;
    options.pause_threshold = random() % 4 == 0 ? 0 : 1 + random() % 60;
    options.resume_threshold =
        options.pause_threshold == 0 ? 0 : random() % (options.pause_threshold + 1);
    options.max_buffered = random() % 2 == 0 ? 0 : 40 + random() % 80;
    options.reader_resumption =
        random() % 2 == 0 ? sluice::resumption::dispatch : sluice::resumption::post;
    return options;
}

// What a pipe is, said with strings.
struct model {
    std::string published, committed;
    std::size_t consumed = 0, examined = 0;
    bool writer_done = false, reader_done = false, cancelled = false;
    bool must_advance = false, may_advance = false, end_observed = false, paused = false;
    error_code writer_error, reader_error;

    std::string buffered() const { return published.substr(consumed); }
    std::size_t unexamined() const { return published.size() - examined; }
    void catch_up(std::size_t resume_threshold) {
        if (unexamined() < resume_threshold || unexamined() == 0)
            paused = false;
    }
};

class comparison {
public:
    explicit comparison(unsigned seed)
        : random_(seed)
        , options_(random_options(random_))
        , pipe_(context_, options_) {}

    void run() {
        for (unsigned steps = 10 + random_() % 50; steps != 0; --steps) {
            step();
            settle();
        }
        for (const auto& [bytes, text] : preserved_)
            CHECK(bytes.buffer().equals(text));
        preserved_.clear();
        batches_.clear();
        publish();
        pipe_.writer.complete();
        model_.writer_done = model_.reader_done = true;
        pipe_.reader.complete();
        settle();
        CHECK(flushes_.empty());
        CHECK(options_.pool.stats().bytes_in_use == 0);
    }

private:
    std::size_t below(std::size_t n) { return n == 0 ? 0 : random_() % n; }

    std::string some_bytes() {
        std::string text(below(40), '\0');
        for (char& c : text)
            c = static_cast<char>('a' + next_++ % 26);
        return text;
    }

    void step() {
        switch (below(16)) {
        case 0:
        case 1:
            return write();
        case 2:
            return scatter();
        case 3:
            return reserve();
        case 4:
        case 5:
            return flush();
        case 6:
            return wait_flush();
        case 7:
            return batch();
        case 8:
        case 9:
            return try_read();
        case 10:
            return async_read();
        case 11:
        case 12:
        case 13:
            return advance();
        case 14:
            return rarely();
        default:
            return append();
        }
    }

    bool refused(errc expected, auto&& call) {
        try {
            call();
        } catch (const boost::system::system_error& error) {
            CHECK(error.code() == expected);
            return true;
        }
        return false;
    }

    bool writer_refuses(auto&& call) {
        if (!model_.writer_done)
            return call(), false;
        CHECK(refused(errc::already_completed, call));
        return true;
    }

    void write() {
        const std::string text = some_bytes();
        if (text.empty())
            return;
        if (!writer_refuses([&] { pipe_.writer.write(asio::buffer(text)); }))
            model_.committed += text;
    }

    void scatter() {
        const std::string text = some_bytes();
        const std::size_t more = below(30);
        const bool gone = writer_refuses([&] {
            const auto pieces = pipe_.writer.prepare_sequence(text.size() + more);
            CHECK(pieces.size() == std::max<std::size_t>(text.size() + more, 1));
            asio::buffer_copy(pieces, asio::buffer(text));
            CHECK(refused(errc::commit_exceeds_prepared,
                          [&] { pipe_.writer.commit(pieces.size() + 1); }));
            const std::size_t first = below(text.size() + 1);
            pipe_.writer.commit(first);
            pipe_.writer.commit(text.size() - first);
        });
        if (!gone)
            model_.committed += text;
    }

    void reserve() {
        const std::string text = some_bytes();
        if (text.empty())
            return;
        asio::mutable_buffer region;
        if (writer_refuses([&] { region = pipe_.writer.reserve(text.size()); }))
            return;
        asio::buffer_copy(region, asio::buffer(text));
        model_.committed += text;
    }

    void append() {
        if (preserved_.empty())
            return;
        const auto& [bytes, text] = preserved_[below(preserved_.size())];
        if (!writer_refuses([&] { pipe_.writer.append(bytes); }))
            model_.committed += text;
    }

    void publish() {
        if (!model_.reader_done)
            model_.published += model_.committed;
        model_.committed.clear();
    }

    // What a flush that has published answers, when asked now.
    error_code flush_outcome() {
        if (model_.reader_done)
            return model_.reader_error ? model_.reader_error : error_code(asio::error::broken_pipe);
        const std::size_t limit =
            model_.paused ? *options_.resume_threshold : options_.pause_threshold;
        const std::size_t n = model_.unexamined();
        model_.paused = options_.pause_threshold != 0 && n >= limit && n != 0;
        return model_.paused ? error_code(asio::error::would_block) : error_code();
    }

    void flush() {
        if (reading_)
            return; // the reader may run inside, and look at any time
        const auto outcome = pipe_.writer.try_flush();
        if (model_.writer_done) {
            CHECK(outcome.error() == errc::already_completed);
            return;
        }
        publish();
        const error_code expected = flush_outcome();
        CHECK(outcome.has_error() == expected.failed());
        if (expected)
            CHECK(outcome.error() == expected);
    }

    void wait_flush() {
        if (!model_.writer_done)
            publish(); // first: the reader may run inside
        flushes_.emplace_back();
        pipe_.writer.flush([&outcome = flushes_.back()](error_code ec) {
            CHECK(!outcome);
            outcome = ec;
        });
        CHECK(!flushes_.back());
        if (!model_.writer_done)
            (void)flush_outcome();
    }

    void batch() {
        if (batches_.size() < 3 && below(2) == 0) {
            if (!writer_refuses([&] { batches_.emplace_back(pipe_.writer.alloc(below(10)), ""); }))
                return;
        }
        if (batches_.empty())
            return;
        auto& [bytes, text] = batches_[below(batches_.size())];
        const std::string more = some_bytes();
        switch (below(4)) {
        case 0:
            bytes.write(asio::buffer(more));
            text += more;
            break;
        case 1:
            bytes.ensure(more.size());
            asio::buffer_copy(bytes.memory(), asio::buffer(more));
            bytes.advance(more.size());
            text += more;
            break;
        case 2:
            if (!writer_refuses([&, &batch = bytes] { batch.commit(); }))
                model_.committed += std::exchange(text, "");
            break;
        default:
            batches_.erase(batches_.begin());
            return;
        }
        CHECK(bytes.written().equals(text));
        CHECK(bytes.size() == text.size());
    }

    bool over_limit() const {
        return options_.max_buffered != 0 && model_.buffered().size() > options_.max_buffered &&
               model_.examined > model_.consumed && !model_.writer_done;
    }

    // What a read answers, when asked now; would_block: nothing yet.
    error_code read_outcome() const {
        if (model_.reader_done)
            return errc::already_completed;
        if (model_.must_advance)
            return errc::advance_required;
        if (model_.cancelled)
            return {};
        if (over_limit())
            return errc::buffer_limit_exceeded;
        if (model_.unexamined() != 0)
            return {};
        if (!model_.writer_done)
            return asio::error::would_block;
        if (model_.writer_error)
            return model_.writer_error;
        return model_.end_observed ? error_code(asio::error::eof) : error_code();
    }

    void delivered(error_code expected, const read_result& read) {
        CHECK(read.cancelled == (!expected && model_.cancelled));
        CHECK(read.buffer.equals(model_.buffered()));
        CHECK(read.examined.position() == model_.examined);
        for (const asio::const_buffer piece : read.buffer)
            CHECK(piece.size() != 0);
        const bool orderly = model_.writer_done && !model_.writer_error && !expected;
        CHECK(read.completed == orderly);
        model_.must_advance = !expected && !model_.cancelled;
        model_.may_advance = true;
        if (model_.must_advance && orderly)
            model_.end_observed = true;
        if (!expected)
            model_.cancelled = false;
        last_ = read;
    }

    void try_read() {
        const auto outcome = pipe_.reader.try_read();
        const error_code expected = reading_ ? errc::read_pending : read_outcome();
        CHECK(outcome.has_error() == expected.failed());
        if (outcome.has_error()) {
            CHECK(outcome.error() == expected);
            if (!reading_ && !model_.must_advance)
                model_.may_advance = false;
            if (!reading_ && !model_.reader_done && !model_.must_advance &&
                expected != asio::error::would_block)
                pipe_.reader.consume(0), model_.examined = model_.consumed;
        } else {
            delivered(expected, *outcome);
        }
    }

    void async_read() {
        if (reading_)
            return;
        reading_ = true;
        model_.may_advance = model_.must_advance;
        pipe_.reader.async_read([this](error_code ec, const read_result& read) {
            reading_ = false;
            const error_code expected = read_outcome();
            if (model_.reader_done) {
                CHECK((ec == asio::error::operation_aborted || ec == errc::already_completed));
                return;
            }
            CHECK(ec == expected);
            if (ec != errc::advance_required)
                delivered(expected, read);
        });
        CHECK(reading_);
    }

    void advance() {
        if (model_.reader_done || !model_.may_advance || reading_) {
            CHECK(refused(model_.reader_done ? errc::already_completed : errc::no_read_to_advance,
                          [&] { pipe_.reader.consume(0); }));
            return;
        }
        const auto& buffer = last_.buffer;
        if (below(4) == 0 && !buffer.empty()) {
            const std::size_t from = below(buffer.size());
            const auto part = buffer.slice(from, below(buffer.size() - from + 1));
            preserved_.emplace_back(part.preserve(), part.to_string());
        }
        const std::size_t n = below(buffer.size() + 1);
        const std::size_t m = n + below(buffer.size() - n + 1);
        if (m != n)
            CHECK(refused(errc::invalid_cursor,
                          [&] { pipe_.reader.advance(buffer.at(m), buffer.at(n)); }));
        const auto before = model_.consumed;
        pipe_.reader.advance(buffer.at(n), buffer.at(m));
        model_.consumed = before + n;
        model_.examined = before + m;
        model_.must_advance = model_.may_advance = false;
        model_.catch_up(*options_.resume_threshold);
    }

    void rarely() {
        switch (below(6)) {
        case 0:
            pipe_.reader.cancel_pending_read();
            model_.cancelled = true;
            return;
        case 1:
            if (!model_.writer_done && below(3) == 0) {
                model_.writer_error =
                    below(2) == 0 ? error_code(asio::error::timed_out) : error_code();
                publish();
                model_.writer_done = true;
                pipe_.writer.complete(model_.writer_error);
            }
            return;
        case 2:
            if (!model_.reader_done && below(4) == 0) {
                model_.reader_error =
                    below(2) == 0 ? error_code(asio::error::no_buffer_space) : error_code();
                model_.reader_done = true;
                model_.may_advance = false;
                pipe_.reader.complete(model_.reader_error);
            }
            return;
        case 3:
            if (model_.reader_done && model_.writer_done && !reading_ && flushes_.empty()) {
                pipe_.reset();
                model_ = model();
                batches_.clear();
                last_ = {};
            }
            return;
        case 4:
            CHECK(pipe_.stats().bytes_in - pipe_.stats().bytes_out == pipe_.reader.buffered());
            return;
        default:
            writer_refuses([&] { (void)pipe_.writer.prepare(below(100)); });
            return;
        }
    }

    // Lets everything run that can, and compares what may be seen from outside.
    void settle() {
        context_.restart();
        context_.poll();
        if (!model_.reader_done) {
            CHECK(pipe_.reader.buffered() == model_.buffered().size());
            if (reading_)
                CHECK(read_outcome() == asio::error::would_block);
        }
        const bool waited = waiting_;
        while (!flushes_.empty() && flushes_.front())
            flushes_.pop_front();
        waiting_ = !flushes_.empty();
        if (waited && !waiting_)
            model_.paused = false;
        if (!flushes_.empty()) {
            CHECK(!model_.reader_done);
            CHECK(model_.unexamined() != 0);
            CHECK(model_.unexamined() >= *options_.resume_threshold);
        }
    }

    std::mt19937 random_;
    sluice::pipe_options options_;
    asio::io_context context_;
    sluice::pipe pipe_;
    model model_;
    read_result last_;
    bool reading_ = false;
    bool waiting_ = false;
    unsigned next_ = 0;
    std::deque<std::optional<error_code>> flushes_;
    std::vector<std::pair<sluice::preserved_buffer, std::string>> preserved_;
    std::vector<std::pair<sluice::writable_buffer, std::string>> batches_;
};

} // namespace

TEST_CASE("a pipe behaves like strings") {
    if (const char* replay = std::getenv("SLUICE_MODEL_SEED")) {
        comparison(static_cast<unsigned>(std::strtoul(replay, nullptr, 10))).run();
        return;
    }
    const unsigned start = std::random_device()();
    for (unsigned i = 0; i != sequences; ++i) {
        CAPTURE(start + i);
        INFO("replay with SLUICE_MODEL_SEED=", start + i);
        comparison(start + i).run();
    }
}
