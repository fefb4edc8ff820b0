// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/pipe/pipe.hpp>
#include <sluice/stream/detail/file_drainer.hpp>
#include <sluice/stream/file_writer_options.hpp>

#include <algorithm>
#include <utility>

namespace sluice {

/// The writer of a pipe that is written to a file, from a position on or behind what it holds.
/// Small writes gather until a flush. No task need run beside it, and everything that takes a
/// `pipe_writer` takes this.
///
/// A flush completes when the file has taken all; see `write_behind` for another way. Errors of the
/// system are errors of `flush`: of the one that met them, of all later ones, and of
/// `async_wait_reader_completed`. Among them are `no_space_on_device`, `io_error` and
/// `file_too_large`; where a process has a limit for the size of files, the system also sends it
/// SIGXFSZ, which ends it unless that is ignored.
///
/// After `complete()` what is left is written, the device has it if `sync_at_end` says so, and the
/// file is closed: `async_wait_reader_completed` awaits that, and tells an error of any of it.
/// After `complete(ec)`, and when the writer is destroyed, what was committed is written, flushed
/// or not, and the file is closed, as far as the context runs; `sync_at_end` is not for files that
/// were not finished.
///
/// *Cancellation* is that of the writer's operations: no byte is lost or repeated. What has begun
/// at the file goes on.
///
/// *Thread safety.* Like `pipe_writer`. The executor may run several handlers at once.
///
/// \snippet test/doc/adapters_test.cpp files
template <class Executor = boost::asio::any_io_executor>
class basic_file_writer : public basic_pipe_writer<Executor> {
    using file_type = basic_file_stream<Executor>;

public:
    /// The same class for another executor, as default tokens need it.
    template <class OtherExecutor>
    struct rebind_executor {
        using other = basic_file_writer<OtherExecutor>; ///< that class
    };

    /// Writes to an open file.
    explicit basic_file_writer(file_type&& file,
                               const file_writer_options& options = file_writer_options())
        : basic_file_writer(std::move(file), options, error_code()) {}

    /// Opens a file; throws `boost::system::system_error`. `where` is an executor or an execution
    /// context.
    template <class Where>
    requires std::constructible_from<file_type, Where&>
    basic_file_writer(Where&& where, const file_path& path,
                      const file_writer_options& options = file_writer_options())
        : basic_file_writer(opened(where, path, options.opening), options) {}

    /// Opens a file; where that fails, says so, and all flushes fail with the same error.
    template <class Where>
    requires std::constructible_from<file_type, Where&>
    basic_file_writer(Where&& where, const file_path& path, const file_writer_options& options,
                      error_code& ec)
        : basic_file_writer(opened(where, path, options.opening, ec), options, ec) {}

private:
    friend struct detail::pipe_access;
    using with_own_flush = basic_file_writer;

    basic_file_writer(file_type&& file, const file_writer_options& options, error_code failed)
        : basic_file_writer(std::move(file), options, failed,
                            basic_pipe<Executor>(file.get_executor(), inside(options))) {}
    basic_file_writer(file_type&& file, const file_writer_options& options, error_code failed,
                      basic_pipe<Executor>&& ends)
        : basic_pipe_writer<Executor>(std::move(ends.writer)) {
        if (failed) {
            ends.reader.complete(failed);
            return;
        }
        if (options.offset != 0 || options.length != file_type::no_limit)
            file.seek(file.position() + options.offset, options.length);
        detail::file_drainer<Executor>::start(std::move(file), std::move(ends.reader),
                                              options.sync_at_end);
    }

    template <class Where, class... ErrorCode>
    static file_type opened(Where& where, const file_path& path, file_opening how,
                            ErrorCode&... ec) {
        file_type file(where);
        switch (how) {
        case file_opening::truncate:
            file.open_for_writing(path, ec...);
            break;
        case file_opening::append:
            file.open_for_appending(path, ec...);
            break;
        case file_opening::update:
            file.open_for_updating(path, ec...);
            break;
        }
        return file;
    }

    static pipe_options inside(const file_writer_options& options) {
        pipe_options made;
        made.pause_threshold = std::max<std::size_t>(options.write_behind, 1);
        made.minimum_segment_size = options.minimum_segment_size;
        made.pool = options.pool;
        return made;
    }
};

/// With an executor of any type, as Asio has it.
using file_writer = basic_file_writer<>;

} // namespace sluice
