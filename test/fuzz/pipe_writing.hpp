// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "fuzz/fuzz_input.hpp"
#include "fuzz/pipe_model.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <iterator>
#include <list>
#include <utility>
#include <vector>

namespace sluice::fuzz {

// A pipe beside its model: what its writer does.
class pipe_writing {
public:
    pipe_writing(fuzz_input& input, const pipe_options& options)
        : input_(input)
        , options_(options)
        , pipe_(context_, options) {}

protected:
    ~pipe_writing() = default;

    struct wait {
        enum kind { flush, drain, reader_completed } what;
        asio::cancellation_signal signal;
        bool refused = false; // the writer had completed before
        bool cancelled = false;
        bool done = false;
    };
    struct batch {
        writable_buffer bytes;
        std::string text;
    };

    // The error that a call throws, or none.
    template <class Call>
    static error_code thrown_by(Call call) {
        try {
            call();
        } catch (const boost::system::system_error& error) {
            return error.code();
        }
        return {};
    }
    // False if the writer has completed, and refuses.
    template <class Call>
    bool writes(Call call) {
        const error_code ec = thrown_by(call);
        require(ec == (model_.writer_done ? error_code(errc::already_completed) : error_code()),
                "a writer accepts or refuses what it should not");
        return !ec;
    }

    std::string some_bytes() {
        std::string text(input_.choose(48), '\0');
        for (char& c : text)
            c = static_cast<char>('a' + next_++ % 26);
        return text;
    }

    // ---- writing

    void write() {
        const std::string text = 'x' + some_bytes();
        if (writes([&] { pipe_.writer.write(asio::buffer(text)); }))
            model_.committed += text;
    }
    void scatter() {
        const std::string text = some_bytes();
        const std::size_t room = text.size() + input_.choose(40), first = input_.choose(48);
        const auto fill = [&] {
            const mutable_segments pieces = pipe_.writer.prepare_sequence(room);
            require(asio::buffer_size(pieces) == std::max<std::size_t>(room, 1),
                    "a sequence has another size than was asked for");
            asio::buffer_copy(pieces, asio::buffer(text));
            pipe_.writer.commit(std::min(first, text.size()));
            pipe_.writer.commit(text.size() - std::min(first, text.size()));
        };
        if (writes(fill))
            model_.committed += text;
    }
    void reserve() {
        const std::string text = some_bytes();
        const auto fill = [&] {
            asio::buffer_copy(pipe_.writer.reserve(text.size()), asio::buffer(text));
        };
        if (writes(fill))
            model_.committed += text;
    }
    void append() {
        if (kept_.empty() || model_.buffered.size() + model_.committed.size() > most_bytes)
            return;
        const auto& [bytes, text] = kept_[input_.choose(kept_.size())];
        if (writes([&, &bytes = bytes] { pipe_.writer.append(bytes); }))
            model_.committed += text;
    }

    void check_flushed(const result<void>& outcome, bool refused) {
        error_code expected;
        if (refused)
            expected = errc::already_completed;
        else if (model_.reader_done)
            expected = reader_gone();
        else if (outcome.has_error())
            expected = asio::error::would_block;
        require(outcome.has_error() == expected.failed() &&
                    (!expected || outcome.error() == expected),
                "a flush has another outcome");
        if (expected == asio::error::would_block)
            require(may_pause(), "a flush waits without a reason");
    }
    error_code reader_gone() const {
        return model_.reader_error ? model_.reader_error : error_code(asio::error::broken_pipe);
    }
    bool may_pause() const {
        return options_.pause_threshold != 0 && model_.unexamined() != 0 &&
               model_.unexamined() >= *options_.resume_threshold;
    }
    void try_flush() {
        const bool refused = model_.writer_done;
        if (!refused)
            model_.publish(); // first: the reader may run inside
        check_flushed(pipe_.writer.try_flush(), refused);
    }

    template <class Start>
    void start_wait(typename wait::kind what, Start start) {
        wait& one = waits_.emplace_back();
        one.what = what;
        one.refused = what == wait::flush && model_.writer_done;
        if (what == wait::flush && !model_.writer_done)
            model_.publish();
        start(asio::bind_cancellation_slot(one.signal.slot(),
                                           [this, &one](error_code ec) { waited(one, ec); }));
        require(!one.done, "a wait has completed within its start");
    }
    void start_flush() {
        start_wait(wait::flush, [&](auto handler) { pipe_.writer.flush(std::move(handler)); });
    }
    void start_drain() {
        start_wait(wait::drain,
                   [&](auto handler) { pipe_.writer.async_wait_drained(std::move(handler)); });
    }
    void start_watch() {
        start_wait(wait::reader_completed, [&](auto handler) {
            pipe_.writer.async_wait_reader_completed(std::move(handler));
        });
    }
    void waited(wait& one, error_code ec) {
        require(!one.done, "a wait has completed twice");
        one.done = true;
        if (ec == asio::error::operation_aborted && (one.cancelled || writer_gone_))
            return;
        if (one.refused || (writer_gone_ && ec == errc::already_completed))
            return require(ec == errc::already_completed, "a completed writer has flushed");
        if (one.what == wait::reader_completed)
            return require(model_.reader_done && ec == model_.reader_error,
                           "the reader's end is told wrong");
        require(!ec || (model_.reader_done && ec == reader_gone()), "a wait has another outcome");
    }
    void cancel_wait() {
        const std::size_t which = input_.choose(waits_.size() + 1);
        if (which == waits_.size()) {
            for (wait& one : waits_)
                one.cancelled = one.cancelled || one.what == wait::flush;
            return pipe_.writer.cancel_pending_flush();
        }
        wait& one = *std::next(waits_.begin(), static_cast<std::ptrdiff_t>(which));
        one.cancelled = true;
        one.signal.emit(cancellation_type());
    }
    asio::cancellation_type cancellation_type() {
        constexpr asio::cancellation_type types[] = {asio::cancellation_type::terminal,
                                                     asio::cancellation_type::partial,
                                                     asio::cancellation_type::total};
        return types[input_.choose(3)];
    }

    // ---- batches

    void open_batch() {
        if (batches_.size() < 3)
            writes([&] { batches_.push_back({pipe_.writer.alloc(input_.choose(48)), ""}); });
    }
    batch* some_batch() {
        return batches_.empty() ? nullptr : &batches_[input_.choose(batches_.size())];
    }
    void fill_batch() {
        batch* const one = some_batch();
        if (one == nullptr || one->text.size() > most_bytes)
            return;
        const std::string more = some_bytes();
        switch (input_.choose(kept_.empty() ? 3 : 4)) {
        case 0:
            one->bytes.write(asio::buffer(more));
            break;
        case 1:
            one->bytes.ensure(more.size());
            asio::buffer_copy(one->bytes.memory(), asio::buffer(more));
            one->bytes.advance(more.size());
            break;
        case 2:
            asio::buffer_copy(one->bytes.reserve(more.size()), asio::buffer(more));
            break;
        default:
            one->bytes.append(kept_.back().first);
            one->text += kept_.back().second;
            return;
        }
        one->text += more;
        require(one->bytes.written().equals(one->text), "a batch holds something else");
    }
    void commit_batch() {
        if (batch* const one = some_batch())
            if (writes([&] { one->bytes.commit(); }))
                model_.committed += std::exchange(one->text, "");
    }
    void flush_batch() {
        batch* const one = some_batch();
        if (one == nullptr)
            return;
        const bool refused = model_.writer_done;
        if (!refused) {
            model_.committed += std::exchange(one->text, "");
            model_.publish();
        }
        check_flushed(one->bytes.try_flush(), refused);
    }
    void drop_batch() {
        if (!batches_.empty())
            batches_.erase(batches_.begin());
    }

    fuzz_input& input_;
    const pipe_options& options_;
    pipe_model model_;
    std::list<wait> waits_;
    asio::cancellation_signal read_signal_;
    asio::io_context context_;
    pipe pipe_;
    std::vector<batch> batches_;
    std::vector<std::pair<preserved_buffer, std::string>> kept_;
    bool writer_gone_ = false;

private:
    static constexpr std::size_t most_bytes = 4096; // what is kept is appended, and kept again
    unsigned next_ = 0;
};

} // namespace sluice::fuzz
