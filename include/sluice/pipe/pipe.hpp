// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/pipe/pipe_reader.hpp>
#include <sluice/pipe/pipe_writer.hpp>

#include <concepts>

namespace sluice {

/// The two ends of a pipe, to be used together or taken apart:
/// `auto [reader, writer] = sluice::pipe(ctx);`
///
/// Bytes go from the writer to the reader through pooled segments. The ends may be moved, to
/// different threads too; the pipe lives as long as one of them, a batch, or an operation.
///
/// *Thread safety.* See the ends. `reset` needs both ends for itself; `stats` may be called at any
/// time.
///
/// \snippet test/doc/concepts_test.cpp threads
template <class Executor>
struct basic_pipe {
    basic_pipe_reader<Executor> reader; ///< what comes out
    basic_pipe_writer<Executor> writer; ///< what goes in

    /// A pipe whose operations complete through `executor` where their handlers name no other.
    /// Throws `std::invalid_argument` for thresholds with which a paused writer could never resume.
    explicit basic_pipe(const Executor& executor, pipe_options options = pipe_options())
        : basic_pipe(executor, detail::core_pointer(
                                   new detail::pipe_core(detail::context_of(executor), options))) {}

    /// The same, through the executor of a context.
    template <class ExecutionContext>
    requires std::derived_from<ExecutionContext, boost::asio::execution_context> &&
        std::constructible_from<Executor, typename ExecutionContext::executor_type>
    explicit basic_pipe(ExecutionContext& context, pipe_options options = pipe_options())
        : basic_pipe(Executor(context.get_executor()), std::move(options)) {}

    /// Makes a pipe whose ends were both completed ready for new use, and keeps its storage.
    /// Statistics and positions begin anew; cursors and batches from before are refused. Throws
    /// `errc::not_completed` while an end is open, a read is outstanding, or an end was moved away.
    void reset() {
        if (!reader.core_ || reader.core_.get() != writer.core_.get())
            detail::throw_error(errc::not_completed, "sluice::pipe::reset");
        reader.core_->reset();
    }

    using statistics = pipe_statistics; ///< see there
    /// What has gone through; zeros when both ends were moved away.
    statistics stats() const noexcept {
        const detail::core_pointer& core = reader.core_ ? reader.core_ : writer.core_;
        return core ? core->state.stats() : statistics{};
    }

private:
    basic_pipe(const Executor& executor, detail::core_pointer core) noexcept
        : reader(core, executor)
        , writer(core, executor) {}
};

} // namespace sluice
