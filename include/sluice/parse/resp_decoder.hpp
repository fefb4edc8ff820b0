// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/parse/decoder.hpp>
#include <sluice/parse/detail/resp_lines.hpp>
#include <sluice/parse/resp_fault.hpp>
#include <sluice/parse/resp_options.hpp>
#include <sluice/parse/resp_value.hpp>

#include <vector>

namespace sluice {

/// Finds values of RESP2 and RESP3: what a server sends, pushes and attributes among it.
///
/// The structure of a value is kept in this object, in memory that the next value reuses; its text
/// stays where it arrived. A value is valid until the next call of `decode`; `preserve` keeps it.
///
/// Errors: `errc::malformed_frame`; `errc::frame_too_large`, as soon as a size is announced
/// that is too large behind what was found before. They are found at the beginning of the part that
/// is wrong; `fault` says what it is.
///
/// *Thread safety.* Distinct objects: safe. Shared objects: unsafe.
///
/// \snippet test/doc/reference_test.cpp resp_decoder
class resp_decoder {
public:
    using frame_type = resp_value; ///< a value with all it holds

    /// Begins with the first byte that it is given.
    explicit resp_decoder(const resp_options& options = {}) : options_(options) {}

    /// What is accepted. May be changed at any time.
    /// @{
    const resp_options& options() const noexcept { return options_; }
    void options(const resp_options& options) noexcept { options_ = options; }
    /// @}

    /// As of a `Decoder`.
    decoded<resp_value> decode(byte_reader& in);

    /// Why the last call gave an error.
    const resp_fault& fault() const noexcept { return fault_; }

    /// Forgets the value that has begun: the next call is shown other bytes.
    void restart() noexcept { begun_ = false; }

private:
    enum class step { on, wait, failed, done };
    // An aggregate whose elements are being read.
    struct open_value {
        std::size_t node;
        std::size_t left; // elements to come
        bool streamed;    // until its end is found; left means nothing
    };

    void begin() noexcept;
    decoded<resp_value> go_on(byte_reader& in);
    step read_header(byte_reader& at);
    step read_line(byte_reader& at, resp_type type);
    step read_text(resp_type type, byte_reader at, std::size_t header);
    step read_number(resp_type type, std::string_view text, std::size_t header);
    step read_length(resp_type type, std::string_view text, std::size_t header);
    step read_bulk(byte_reader& at);
    step open_bulk(resp_type type, std::size_t size, std::size_t header);
    step open_aggregate(resp_type type, std::size_t count, std::size_t header);
    step open_streamed(resp_type type, std::size_t header);
    step end_streamed(std::size_t header);
    bool may_begin_with(char first) const noexcept;
    bool has_room(std::size_t header, std::size_t more, std::size_t elements = 1) const noexcept;
    detail::resp_node& add(resp_type type, std::size_t header);
    step value_complete() noexcept;
    void close() noexcept;
    step fail(errc error, resp_fault fault) noexcept;

    resp_options options_;
    bool begun_ = false;
    bool in_bulk_ = false;   // the text of the last node is to come
    std::size_t offset_ = 0; // of what is read next, from the first byte of the frame
    std::vector<detail::resp_node> nodes_;
    std::vector<open_value> open_;
    std::string scratch_;
    detail::line_search lines_;
    errc error_ = errc::malformed_frame;
    resp_fault fault_;
};

} // namespace sluice
