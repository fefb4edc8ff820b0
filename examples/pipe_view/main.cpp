// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "display.hpp"
#include "options.hpp"
#include "transfer.hpp"
#include <sluice/stream/standard_streams.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>
#include <fcntl.h>
#include <string>

namespace {

using namespace pipe_view;
namespace asio = boost::asio;
using clock = std::chrono::steady_clock;
using timer = asio::basic_waitable_timer<clock, asio::wait_traits<clock>, executor>;

void complain(const std::string& of, const sluice::error_code& ec) {
    std::fprintf(stderr, "pipe_view: %s: %s\n", of.c_str(), ec.message().c_str());
}

struct source {
    std::string name;
    stream bytes;
};

class program {
public:
    program(asio::io_context& context, const options& settings)
        : settings_(settings)
        , out_(sluice::standard_output(context.get_executor()))
        , work_(settings, out_)
        , redraw_(context) {
        open_sources(context.get_executor());
    }

    /// The exit status.
    int status() const noexcept { return status_; }

    awaitable<> run() {
        display shown(settings_, settings_.size ? settings_.size : expected());
        display_ = &shown;
        tick();
        try {
            co_await copy_all();
        } catch (const boost::system::system_error& e) {
            // After a signal Asio throws it where the next operation would begin.
            if (e.code() != asio::error::operation_aborted)
                throw;
        }
        redraw_.cancel();
        shown.finish(work_.done());
        display_ = nullptr;
    }

private:
    // [system_stream
    void open_sources(const executor& where) {
        const std::vector<std::string> input{"-"};
        for (const std::string& name : settings_.files.empty() ? input : settings_.files) {
            sluice::error_code ec;
            stream opened(where);
            if (name == "-") {
                opened.attach(STDIN_FILENO, ec);
            } else {
                const int file = ::open(name.c_str(), O_RDONLY | O_CLOEXEC);
                if (file < 0)
                    ec.assign(errno, boost::system::system_category());
                else
                    opened.assign(file, ec);
            }
            if (ec)
                explain(name, ec);
            else
                sources_.push_back({name == "-" ? "standard input" : name, std::move(opened)});
        }
    }
    // system_stream]

    awaitable<> copy_all() {
        for (source& one : sources_) {
            const sluice::error_code ec = co_await work_.copy(one.bytes);
            if (ec)
                explain("copying " + one.name, ec);
            if (ec == asio::error::broken_pipe || ec == asio::error::operation_aborted)
                break;
        }
    }

    std::optional<std::uint64_t> expected() {
        if (settings_.lines)
            return std::nullopt;
        std::uint64_t all = 0;
        for (source& one : sources_) {
            const auto size = size_of(one.bytes);
            if (!size)
                return std::nullopt;
            all += *size;
        }
        return all;
    }

    void explain(const std::string& what, const sluice::error_code& ec) {
        status_ = 1;
        if (ec == asio::error::broken_pipe)
            status_ = -SIGPIPE; // as it would have ended without us
        else if (ec != asio::error::operation_aborted)
            complain(what, ec);
    }

    void tick() {
        const auto interval = display_->interval();
        if (!interval)
            return;
        redraw_.expires_after(*interval);
        redraw_.async_wait([this](const sluice::error_code& ec) {
            if (ec || display_ == nullptr)
                return;
            display_->update(work_.done());
            tick();
        });
    }

    const options& settings_;
    stream out_;
    transfer work_;
    timer redraw_;
    std::vector<source> sources_;
    display* display_ = nullptr;
    int status_ = 0;
};

int view(const options& settings) {
    std::signal(SIGPIPE, SIG_IGN);
    asio::io_context context{1};
    program one(context, settings);
    int caught = 0;
    asio::cancellation_signal stop;
    asio::signal_set signals(context, SIGINT, SIGTERM);
    signals.async_wait([&](const sluice::error_code& ec, int signal) {
        if (ec)
            return;
        caught = signal;
        stop.emit(asio::cancellation_type::terminal);
        signals.clear(); // the next one ends the program at once
    });
    asio::co_spawn(context, one.run(),
                   asio::bind_cancellation_slot(stop.slot(), [&](std::exception_ptr failure) {
                       signals.cancel();
                       if (failure)
                           std::rethrow_exception(failure);
                   }));
    context.run();
    return caught != 0 ? -caught : one.status();
}

// To whoever waits for it, it ends as if it had not caught the signal.
int end_by(int signal) {
    std::signal(signal, SIG_DFL);
    std::raise(signal);
    return 1;
}

} // namespace

int main(int argc, char** argv) {
    try {
        const options settings = parse_options(argc, argv);
        if (settings.help) {
            std::fputs(usage().data(), stdout);
            return 0;
        }
        const int status = view(settings);
        return status < 0 ? end_by(-status) : status;
    } catch (const usage_error& e) {
        std::fprintf(stderr, "pipe_view: %s\n\n%s", e.what(), usage().data());
        return 2;
    } catch (const std::exception& e) {
        std::fprintf(stderr, "pipe_view: %s\n", e.what());
        return 1;
    }
}
