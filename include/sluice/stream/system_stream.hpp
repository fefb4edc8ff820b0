// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/detail/asio_compat.hpp>
#include <sluice/detail/throw_error.hpp>
#include <sluice/stream/detail/descriptor_kind.hpp>
#include <sluice/stream/file_stream.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>

#include <type_traits>
#include <utility>
#include <variant>

#ifdef BOOST_ASIO_HAS_POSIX_STREAM_DESCRIPTOR

namespace sluice {

/// A descriptor of the system, whatever it stands for, as an Asio stream.
///
/// Pipes, sockets and terminals are waited for by the reactor; files and devices, which the reactor
/// cannot wait for, are read and written as by `file_stream`. A file is written where the
/// descriptor's own position is, or at the end if it was opened for appending; it is read from that
/// position on.
///
/// It models *AsyncReadStream* and *AsyncWriteStream*. `async_pump` sees through it to the stream
/// beneath, and so takes the fastest way that there is.
///
/// Only where descriptors are: not on Windows.
///
/// *Thread safety.* Distinct objects: safe. Shared objects: unsafe; one read and one write at a
/// time, of files and devices one of both.
///
/// \snippet examples/pipe_view/main.cpp system_stream
template <class Executor = boost::asio::any_io_executor>
class basic_system_stream {
public:
    /// Where handlers run that name no other executor.
    using executor_type = Executor;
    /// A descriptor.
    using native_handle_type = int;
    /// The same class for another executor, as default tokens need it.
    template <class OtherExecutor>
    struct rebind_executor {
        using other = basic_system_stream<OtherExecutor>; ///< that class
    };

    /// Opens nothing.
    /// @{
    explicit basic_system_stream(const Executor& executor)
        : executor_(executor)
        , stream_(std::in_place_type<descriptor>, executor) {}
    template <class ExecutionContext>
    requires std::is_convertible_v<ExecutionContext&, boost::asio::execution_context&>
    explicit basic_system_stream(ExecutionContext& context)
        : basic_system_stream(context.get_executor()) {}
    /// @}

    /// Only while nothing is outstanding. A descriptor that was here is closed.
    /// @{
    basic_system_stream(basic_system_stream&& other) noexcept
        : executor_(other.executor_)
        , stream_(std::move(other.stream_))
        , kind_(other.kind_)
        , shares_flags_(std::exchange(other.shares_flags_, false))
        , shares_position_(std::exchange(other.shares_position_, false)) {}
    basic_system_stream& operator=(basic_system_stream&& other) noexcept {
        if (this != &other) {
            leave_as_found();
            executor_ = other.executor_;
            stream_ = std::move(other.stream_);
            kind_ = other.kind_;
            shares_flags_ = std::exchange(other.shares_flags_, false);
            shares_position_ = std::exchange(other.shares_position_, false);
        }
        return *this;
    }
    /// @}
    ~basic_system_stream() { leave_as_found(); }

    /// Where handlers run that name no other executor.
    executor_type get_executor() const noexcept { return executor_; }

    /// Takes over an open descriptor, in place of that which it had. Errors are those of the
    /// system, `bad_file_descriptor` among them, and leave the descriptor to the caller.
    void assign(native_handle_type taken, error_code& ec) {
        const descriptor_kind kind = detail::kind_of(taken, ec);
        if (!ec)
            take(taken, kind, false, ec);
    }
    /// Works on a descriptor that stays open and the caller's, such as that of the standard input,
    /// of which it opens another one: other programs that have it, too, do not find it in
    /// non-blocking mode. Where the system does not allow that, as with sockets, they do until this
    /// is closed. The position in a file that is read is theirs, too, when this is closed.
    void attach(native_handle_type shared, error_code& ec) {
        const descriptor_kind kind = detail::kind_of(shared, ec);
        if (ec)
            return;
        bool shares_flags = false;
        const bool is_non_blocking = detail::is_non_blocking(shared);
        const int own = detail::open_again(shared, kind, shares_flags, ec);
        if (!ec)
            take(own, kind, shares_flags && !is_non_blocking, ec);
        if (!ec)
            shares_position_ = kind == descriptor_kind::file && detail::is_readable(own);
        else if (own >= 0)
            detail::native_file(own).close();
    }
    /// The same, throwing `boost::system::system_error`.
    /// @{
    void assign(native_handle_type taken) {
        error_code ec;
        assign(taken, ec);
        if (ec)
            detail::throw_error(ec, "sluice::system_stream::assign");
    }
    void attach(native_handle_type shared) {
        error_code ec;
        attach(shared, ec);
        if (ec)
            detail::throw_error(ec, "sluice::system_stream::attach");
    }
    /// @}

    /// Whether there is a descriptor.
    bool is_open() const noexcept {
        return std::visit([](const auto& stream) { return stream.is_open(); }, stream_);
    }
    /// The descriptor, which stays that of this object; after `attach` it is not the one given.
    native_handle_type native_handle() noexcept {
        return std::visit([](auto& stream) { return stream.native_handle(); }, stream_);
    }
    /// What the descriptor stands for.
    descriptor_kind kind() const noexcept { return kind_; }

    /// Ends what is outstanding with `operation_aborted`; what waits for a file or device ends by
    /// itself.
    void cancel() {
        error_code ignored;
        if (auto* waited = std::get_if<descriptor>(&stream_))
            waited->cancel(ignored);
    }
    /// Closes the descriptor. Without an error_code it throws `boost::system::system_error`.
    /// @{
    void close(error_code& ec) {
        leave_as_found();
        std::visit([&](auto& stream) { stream.close(ec); }, stream_);
    }
    void close() {
        error_code ec;
        close(ec);
        if (ec)
            detail::throw_error(ec, "sluice::system_stream::close");
    }
    /// @}

    /// Reads at least one byte.
    ///
    /// *Completes when* there is one, the end, or an error. *Completion signature.*
    /// `void(error_code, std::size_t)`
    ///
    /// *Errors.* `asio::error::eof` at the end, also for the end that is typed at a terminal; those
    /// of the system; `operation_aborted`.
    ///
    /// *Outstanding.* One read, and one write; of files and devices one of both.
    ///
    /// *Cancellation.* Terminal, partial and total: nothing was read. Of files and devices: none.
    ///
    /// *Lifetimes.* The stream stays where it is, and the memory of the buffers valid, until it
    /// completes.
    template <class MutableBufferSequence,
              BOOST_ASIO_COMPLETION_TOKEN_FOR(void(error_code, std::size_t))
                  CompletionToken = detail::default_token_t<Executor>>
    auto async_read_some(const MutableBufferSequence& buffers,
                         CompletionToken&& token = CompletionToken()) {
        return boost::asio::async_initiate<CompletionToken, void(error_code, std::size_t)>(
            reading{this}, token, buffers);
    }

    /// Writes at least one byte. Otherwise like `async_read_some`; a pipe without a reader is
    /// `broken_pipe`, where the program ignores SIGPIPE.
    template <class ConstBufferSequence,
              BOOST_ASIO_COMPLETION_TOKEN_FOR(void(error_code, std::size_t))
                  CompletionToken = detail::default_token_t<Executor>>
    auto async_write_some(const ConstBufferSequence& buffers,
                          CompletionToken&& token = CompletionToken()) {
        return boost::asio::async_initiate<CompletionToken, void(error_code, std::size_t)>(
            writing{this}, token, buffers);
    }

    /// Calls `function` with the stream beneath: an `asio::posix::basic_stream_descriptor` or a
    /// `basic_file_stream`.
    /// \tparam Function called with either
    template <class Function>
    void visit(Function function) {
        std::visit([&](auto& stream) { function(stream); }, stream_);
    }

private:
    using descriptor = boost::asio::posix::basic_stream_descriptor<Executor>;
    using file = basic_file_stream<Executor>;

    struct initiation {
        using executor_type = Executor;
        executor_type get_executor() const noexcept { return self->get_executor(); }
        basic_system_stream* self;
    };
    struct reading : initiation {
        template <class Handler, class Buffers>
        void operator()(Handler&& handler, const Buffers& buffers) const {
            this->self->visit([&](auto& stream) {
                stream.async_read_some(buffers, std::forward<Handler>(handler));
            });
        }
    };
    struct writing : initiation {
        template <class Handler, class Buffers>
        void operator()(Handler&& handler, const Buffers& buffers) const {
            this->self->visit([&](auto& stream) {
                stream.async_write_some(buffers, std::forward<Handler>(handler));
            });
        }
    };

    void take(int taken, descriptor_kind kind, bool shares_flags, error_code& ec) {
        leave_as_found();
        if (kind == descriptor_kind::file || kind == descriptor_kind::device) {
            const std::uint64_t position = detail::shared_position(taken);
            file& made = stream_.template emplace<file>(executor_);
            made.assign(taken, true);
            made.seek(position);
        } else {
            stream_.template emplace<descriptor>(executor_).assign(taken, ec);
        }
        kind_ = kind;
        shares_flags_ = !ec && shares_flags;
    }

    void leave_as_found() noexcept {
        if (std::exchange(shares_flags_, false))
            detail::make_blocking(native_handle());
        if (!std::exchange(shares_position_, false))
            return;
        const file& one = std::get<file>(stream_);
        detail::set_shared_position(one.native_handle(), one.position());
    }

    Executor executor_;
    std::variant<descriptor, file> stream_;
    descriptor_kind kind_ = descriptor_kind::device;
    bool shares_flags_ = false;
    bool shares_position_ = false;
};

/// With an executor of any type, as Asio has it.
using system_stream = basic_system_stream<>;

} // namespace sluice

#endif
