// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/pipe/pipe.hpp>
#include <sluice/stream/detail/file_filler.hpp>
#include <sluice/stream/file_reader_options.hpp>

#include <algorithm>
#include <utility>

namespace sluice {

/// The reader of a pipe into which a file is read, from a position on to its end or a limit, a
/// piece ahead: the next one is read while the last one is worked on. No task need run beside it,
/// and everything that takes a `pipe_reader` takes this.
///
/// The end of the file, as it is when it is reached, or of the range is the end of the reading: a
/// file that ends before its range does is shorter, and no error. An error of the system arrives
/// behind the bytes before it.
///
/// Reading begins with the construction, as soon as the context runs, and holds at most
/// `read_ahead` and two pieces. A file that was read ahead and that nobody asks for is no work for
/// the context: `run` returns. The file is closed when all of it was read, or when the reader was
/// completed or destroyed and the context has run what that leaves to do.
///
/// *Cancellation* is that of the reads: no byte is lost. What has begun at the file goes on, and
/// the next read gets it.
///
/// *Thread safety.* Like `pipe_reader`. The executor may run several handlers at once.
///
/// \snippet test/doc/adapters_test.cpp files
template <class Executor = boost::asio::any_io_executor>
class basic_file_reader : public basic_pipe_reader<Executor> {
    using file_type = basic_file_stream<Executor>;

public:
    /// The same class for another executor, as default tokens need it.
    template <class OtherExecutor>
    struct rebind_executor {
        using other = basic_file_reader<OtherExecutor>; ///< that class
    };

    /// Reads an open file, whose size can be asked for before.
    explicit basic_file_reader(file_type&& file,
                               const file_reader_options& options = file_reader_options())
        : basic_file_reader(std::move(file), options, error_code()) {}

    /// Opens a file; throws `boost::system::system_error`. `where` is an executor or an execution
    /// context.
    template <class Where>
    requires std::constructible_from<file_type, Where&>
    basic_file_reader(Where&& where, const file_path& path,
                      const file_reader_options& options = file_reader_options())
        : basic_file_reader(opened(where, path), options) {}

    /// Opens a file; where that fails, says so, and all reads fail with the same error.
    template <class Where>
    requires std::constructible_from<file_type, Where&>
    basic_file_reader(Where&& where, const file_path& path, const file_reader_options& options,
                      error_code& ec)
        : basic_file_reader(opened(where, path, ec), options, ec) {}

private:
    basic_file_reader(file_type&& file, const file_reader_options& options, error_code failed)
        : basic_file_reader(std::move(file), options, failed,
                            basic_pipe<Executor>(file.get_executor(), inside(options))) {}
    basic_file_reader(file_type&& file, const file_reader_options& options, error_code failed,
                      basic_pipe<Executor>&& ends)
        : basic_pipe_reader<Executor>(std::move(ends.reader)) {
        if (failed) {
            ends.writer.complete(failed);
            return;
        }
        if (options.offset != 0 || options.length != file_type::no_limit)
            file.seek(file.position() + options.offset, options.length);
        detail::file_filler<Executor>::start(std::move(file), std::move(ends.writer),
                                             std::max<std::size_t>(options.piece_size, 1));
    }

    template <class Where, class... ErrorCode>
    static file_type opened(Where& where, const file_path& path, ErrorCode&... ec) {
        file_type file(where);
        file.open_for_reading(path, ec...);
        return file;
    }

    // Whoever reads is posted, so that the next piece is on its way when the last is worked on.
    static pipe_options inside(const file_reader_options& options) {
        pipe_options made;
        made.pause_threshold = std::max<std::size_t>(options.read_ahead, 1);
        made.resume_threshold = made.pause_threshold;
        made.max_buffered = options.max_buffered;
        made.reader_resumption = resumption::post;
        made.pool = options.pool;
        return made;
    }
};

/// With an executor of any type, as Asio has it.
using file_reader = basic_file_reader<>;

} // namespace sluice
