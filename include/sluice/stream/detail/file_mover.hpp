// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/pipe/detail/executors.hpp>
#include <sluice/pipe/detail/pipe_core.hpp>
#include <sluice/stream/file_stream.hpp>

#include <boost/asio/post.hpp>

#include <memory>
#include <utility>

namespace sluice::detail {

// Moves bytes between a file and one end of a pipe, for as long as there is somebody at the other
// end. It owns itself: what is outstanding on the file keeps it, or the pipe in which it waits.
// Waiting there is no work for the context: a file that nobody reads on must not keep `run` from
// returning.
//
// `Derived` has
//
//   void resumed(std::unique_ptr<Derived>, error_code)               after a wait in the pipe
//   void moved(std::unique_ptr<Derived>, error_code, std::size_t)    after an action of the file
template <class Derived, class Executor>
class file_mover : public parked_operation {
public:
    explicit file_mover(basic_file_stream<Executor>&& file) noexcept : file_(std::move(file)) {}

    void resume(resumption how, error_code ec) override {
        ec_ = ec;
        turn carried{std::unique_ptr<Derived>(static_cast<Derived*>(this))};
        with_concrete_executor(Executor(file_.get_executor()), [&](const auto& executor) {
            if (how == resumption::dispatch)
                dispatch_contained(executor, std::move(carried));
            else
                boost::asio::post(executor, std::move(carried));
        });
    }
    void destroy() noexcept override { delete static_cast<Derived*>(this); }

protected:
    ~file_mover() = default;

    struct turn {
        std::unique_ptr<Derived> mover;

        void operator()() {
            Derived& self = *mover;
            self.resumed(std::move(mover), self.ec_);
        }
        void operator()(error_code ec, std::size_t n) {
            Derived& self = *mover;
            self.moved(std::move(mover), ec, n);
        }
    };

    basic_file_stream<Executor> file_;

private:
    error_code ec_;
};

} // namespace sluice::detail
