// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/parse/decoder.hpp>
#include <sluice/parse/detail/resp_lines.hpp>
#include <sluice/parse/resp_fault.hpp>
#include <sluice/parse/resp_options.hpp>

#include <span>
#include <vector>

namespace sluice {

/// The name of a command and its arguments, as views. One without any is to be passed over.
using resp_command = std::span<const readable_buffer>;

/// Finds the commands that clients send to a server: arrays of bulk strings, and, if the options
/// say so, lines of words, which may be quoted as in Redis.
///
/// Memory for the arguments of a command is reused by the next one. The words of an inline command
/// lie in this object, all other arguments where they arrived. A command is valid until the next
/// call of `decode`; an argument is kept by its `preserve`.
///
/// Errors: `errc::malformed_frame`; `errc::frame_too_large`, as soon as the size is announced. They
/// are found at the beginning of the part that is wrong; `fault` says what it is.
///
/// *Thread safety.* Distinct objects: safe. Shared objects: unsafe.
///
/// \snippet test/doc/reference_test.cpp resp_server
class resp_command_decoder {
public:
    using frame_type = resp_command; ///< name and arguments

    /// Begins with the first byte that it is given.
    explicit resp_command_decoder(const resp_options& options = {}) : options_(options) {}

    /// What is accepted. May be changed at any time.
    /// @{
    const resp_options& options() const noexcept { return options_; }
    void options(const resp_options& options) noexcept { options_ = options; }
    /// @}

    /// As of a `Decoder`.
    decoded<resp_command> decode(byte_reader& in);

    /// Why the last call gave an error.
    const resp_fault& fault() const noexcept { return fault_; }

    /// Forgets the command that has begun: the next call is shown other bytes.
    void restart() noexcept { state_ = state::start; }

private:
    enum class state { start, array_length, bulk_length, bulk, inline_line };
    enum class step { on, wait, failed, done };
    struct place {
        std::size_t offset, size;
    };

    decoded<resp_command> go_on(byte_reader& in);
    void begin(byte_reader& in);
    bool take_whole(byte_reader& in);
    step read_on(byte_reader& at);
    step read_array_length(byte_reader& at);
    step read_bulk_length(byte_reader& at);
    step take_bulk_length(std::size_t size);
    step read_bulk(byte_reader& at);
    step read_inline(byte_reader& at);
    step read_long_length(byte_reader& at, resp_fault::kind wrong, resp_fault::kind unending,
                          std::int64_t& value);
    step fail(errc error, resp_fault fault) noexcept;
    resp_command finish(byte_reader& in);

    resp_options options_;
    state state_ = state::start;
    std::size_t offset_ = 0;    // of what is read next, from the first byte of the command
    std::size_t left_ = 0;      // arguments to come
    std::size_t bulk_ = 0;      // size of the one that is read
    std::vector<place> places_; // of the arguments, in the command; in words_ if it is inline
    std::vector<readable_buffer> arguments_;
    std::string words_;
    std::string scratch_;
    detail::line_search lines_;
    errc error_ = errc::malformed_frame;
    resp_fault fault_;
};

} // namespace sluice
