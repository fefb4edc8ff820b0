// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "pipe/pipe_model.hpp"
#include <sluice/pipe/pipe.hpp>

#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sluice::test {

// Does the same to a pipe and to strings, and remembers the first thing that differs.
class model_comparison {
public:
    model_comparison(asio::io_context& context, const pipe_options& options)
        : context_(context)
        , options_(options)
        , pipe_(context, options) {}

    // Null: nothing.
    const char* mismatch() const noexcept { return mismatch_; }

    // ---- writing
    void write(const std::string& text) {
        if (text.empty())
            return;
        if (!writer_refuses([&] { pipe_.writer.write(asio::buffer(text)); }))
            model_.committed += text;
    }

    // Commits the text in two parts, out of memory for more than that.
    void scatter(const std::string& text, std::size_t more, std::size_t first) {
        const bool gone = writer_refuses([&] {
            const auto pieces = pipe_.writer.prepare_sequence(text.size() + more);
            expect(pieces.size() == std::max<std::size_t>(text.size() + more, 1), "prepared size");
            asio::buffer_copy(pieces, asio::buffer(text));
            expect(refused(errc::commit_exceeds_prepared,
                           [&] { pipe_.writer.commit(pieces.size() + 1); }),
                   "a commit of too much");
            pipe_.writer.commit(first);
            pipe_.writer.commit(text.size() - first);
        });
        if (!gone)
            model_.committed += text;
    }

    void reserve(const std::string& text) {
        asio::mutable_buffer region;
        if (text.empty() || writer_refuses([&] { region = pipe_.writer.reserve(text.size()); }))
            return;
        asio::buffer_copy(region, asio::buffer(text));
        model_.committed += text;
    }

    void prepare(std::size_t n) {
        writer_refuses([&] { (void)pipe_.writer.prepare(n); });
    }

    bool has_preserved() const noexcept { return !preserved_.empty(); }
    void append(std::size_t which) {
        const auto& [bytes, text] = preserved_[which % preserved_.size()];
        if (!writer_refuses([&, &b = bytes] { pipe_.writer.append(b); }))
            model_.committed += text;
    }

    void try_flush() {
        if (reading_)
            return; // the reader may run inside, and look at any time
        has_flushed(pipe_.writer.try_flush());
    }

    void flush() {
        if (!model_.writer_done)
            model_.publish(); // first: the reader may run inside
        flushes_.emplace_back();
        pipe_.writer.flush([this, &outcome = flushes_.back()](error_code ec) {
            expect(!outcome, "a flush completes once");
            outcome = ec;
        });
        expect(!flushes_.back(), "a flush does not complete inside");
        if (!model_.writer_done)
            (void)model_.flush_outcome();
    }

    void complete_writer(error_code ec) {
        if (model_.writer_done)
            return;
        model_.writer_error = ec;
        model_.publish();
        model_.writer_done = true;
        pipe_.writer.complete(ec);
    }

    // ---- batches
    std::size_t batches() const noexcept { return batches_.size(); }
    bool alloc(std::size_t minimum) {
        return !writer_refuses(
            [&] { batches_.emplace_back(pipe_.writer.alloc(minimum), std::string()); });
    }
    enum class batch_step { write, ensure, commit, flush, drop };
    void batch(std::size_t which, batch_step how, const std::string& more) {
        auto& [bytes, text] = batches_[which % batches_.size()];
        switch (how) {
        case batch_step::write:
            bytes.write(asio::buffer(more));
            text += more;
            break;
        case batch_step::ensure:
            bytes.ensure(more.size());
            asio::buffer_copy(bytes.memory(), asio::buffer(more));
            bytes.advance(more.size());
            text += more;
            break;
        case batch_step::commit:
            if (!writer_refuses([&, &b = bytes] { b.commit(); }))
                model_.committed += std::exchange(text, "");
            break;
        case batch_step::flush:
            if (reading_)
                return;
            if (!model_.writer_done)
                model_.committed += std::exchange(text, "");
            has_flushed(bytes.try_flush());
            break;
        case batch_step::drop:
            batches_.erase(batches_.begin() + static_cast<std::ptrdiff_t>(which % batches_.size()));
            return;
        }
        expect(bytes.written().equals(text), "what is in a batch");
        expect(bytes.size() == text.size(), "the size of a batch");
    }

    // ---- reading
    void try_read() {
        const auto outcome = pipe_.reader.try_read();
        const error_code expected = reading_ ? errc::read_pending : model_.read_outcome();
        expect(outcome.has_error() == expected.failed(), "whether a read fails");
        if (!outcome.has_error())
            return delivered(expected, *outcome);
        expect(outcome.error() == expected, "the error of a read");
        if (reading_ || model_.must_advance)
            return;
        model_.may_advance = false;
        if (!model_.reader_done && expected != asio::error::would_block) {
            pipe_.reader.consume(0);
            model_.examined = model_.consumed;
        }
    }

    void read() {
        if (reading_)
            return;
        reading_ = true;
        model_.may_advance = model_.must_advance;
        pipe_.reader.async_read([this](error_code ec, const read_result& read) {
            reading_ = false;
            if (model_.reader_done)
                return expect(ec == asio::error::operation_aborted || ec == errc::already_completed,
                              "the error of a read of a closed reader");
            const error_code expected = model_.read_outcome();
            expect(ec == expected, "the outcome of a read");
            if (ec != errc::advance_required)
                delivered(expected, read);
        });
        expect(reading_, "a read does not complete inside");
    }

    bool may_advance() const noexcept {
        return !model_.reader_done && model_.may_advance && !reading_;
    }
    std::size_t shown() const { return last_.buffer.size(); }
    void advance(std::size_t consumed, std::size_t examined) {
        const auto& buffer = last_.buffer;
        pipe_.reader.advance(buffer.at(consumed), buffer.at(examined));
        const std::uint64_t before = model_.consumed;
        model_.published.erase(0, consumed);
        model_.consumed = before + consumed;
        model_.examined = before + examined;
        model_.must_advance = model_.may_advance = false;
        model_.catch_up();
    }
    // Where nothing may be advanced, or the examined position lies before the consumed one.
    void advance_wrongly() {
        if (may_advance()) {
            if (shown() != 0)
                expect(refused(errc::invalid_cursor,
                               [&] {
                                   pipe_.reader.advance(last_.buffer.finish(),
                                                        last_.buffer.start());
                               }),
                       "an advance to a wrong place");
            return;
        }
        expect(refused(model_.reader_done ? errc::already_completed : errc::no_read_to_advance,
                       [&] { pipe_.reader.consume(0); }),
               "an advance of nothing");
    }
    void preserve(std::size_t from, std::size_t size) {
        const auto part = last_.buffer.slice(from, size);
        preserved_.emplace_back(part.preserve(), part.to_string());
    }

    void cancel_read() {
        pipe_.reader.cancel_pending_read();
        model_.cancelled = true;
    }

    void complete_reader(error_code ec) {
        if (model_.reader_done)
            return;
        model_.reader_error = ec;
        model_.reader_done = true;
        model_.may_advance = false;
        model_.published.clear();
        pipe_.reader.complete(ec);
    }

    // ---- both
    void reset() {
        if (!model_.reader_done || !model_.writer_done || reading_ || !flushes_.empty())
            return;
        pipe_.reset();
        model_ = pipe_model(options_);
        batches_.clear();
        last_ = {};
        waiting_ = false;
    }

    void compare_statistics() {
        expect(pipe_.stats().bytes_in - pipe_.stats().bytes_out == pipe_.reader.buffered(),
               "the statistics");
    }

    // Lets everything run that can, and compares what may be seen from outside.
    void settle() {
        context_.restart();
        context_.poll();
        if (!model_.reader_done) {
            expect(pipe_.reader.buffered() == model_.published.size(), "the bytes buffered");
            expect(!reading_ || model_.read_outcome() == asio::error::would_block,
                   "a read that waits has something to deliver");
        }
        const bool waited = waiting_;
        while (!flushes_.empty() && flushes_.front())
            flushes_.pop_front();
        waiting_ = !flushes_.empty();
        if (waited && !waiting_)
            model_.paused = false;
        if (waiting_)
            expect(!model_.reader_done && model_.unexamined() != 0 &&
                       model_.unexamined() >= *options_.resume_threshold,
                   "a flush that waits need not");
    }

    // Ends both sides: nothing may be left.
    void finish() {
        for (const auto& [bytes, text] : preserved_)
            expect(bytes.buffer().equals(text), "preserved bytes");
        preserved_.clear();
        batches_.clear();
        complete_writer({});
        complete_reader({});
        settle();
        expect(flushes_.empty(), "a flush waits at the end");
        expect(!reading_, "a read waits at the end");
        expect(options_.pool.stats().bytes_in_use == 0, "memory in use at the end");
    }

private:
    void expect(bool holds, const char* what) {
        if (!holds && mismatch_ == nullptr)
            mismatch_ = what;
    }

    template <class Call>
    bool refused(errc expected, Call&& call) {
        try {
            call();
        } catch (const boost::system::system_error& error) {
            expect(error.code() == expected, "the error of what is refused");
            return true;
        }
        return false;
    }

    template <class Call>
    bool writer_refuses(Call&& call) {
        if (!model_.writer_done)
            return call(), false;
        expect(refused(errc::already_completed, call), "the use of a closed writer");
        return true;
    }

    void has_flushed(const result<void>& outcome) {
        if (model_.writer_done)
            return expect(outcome.error() == errc::already_completed, "a flush of a closed writer");
        model_.publish();
        const error_code expected = model_.flush_outcome();
        expect(outcome.has_error() == expected.failed(), "whether a flush fails");
        expect(!expected || outcome.error() == expected, "the error of a flush");
    }

    void delivered(error_code expected, const read_result& read) {
        expect(read.cancelled == (!expected && model_.cancelled), "whether a read is cancelled");
        expect(read.buffer.equals(model_.published), "the bytes of a read");
        expect(read.examined.position() == model_.examined, "the examined position");
        for (const asio::const_buffer piece : read.buffer)
            expect(piece.size() != 0, "an empty piece");
        const bool orderly = model_.writer_done && !model_.writer_error && !expected;
        expect(read.completed == orderly, "whether a read is the last");
        model_.must_advance = !expected && !model_.cancelled;
        model_.may_advance = true;
        if (model_.must_advance && orderly)
            model_.end_observed = true;
        if (!expected)
            model_.cancelled = false;
        last_ = read;
    }

    asio::io_context& context_;
    pipe_options options_;
    basic_pipe<asio::io_context::executor_type> pipe_;
    pipe_model model_{options_};
    read_result last_;
    bool reading_ = false;
    bool waiting_ = false;
    const char* mismatch_ = nullptr;
    std::deque<std::optional<error_code>> flushes_;
    std::vector<std::pair<basic_writable_buffer<asio::io_context::executor_type>, std::string>>
        batches_;
    std::vector<std::pair<preserved_buffer, std::string>> preserved_;
};

} // namespace sluice::test
