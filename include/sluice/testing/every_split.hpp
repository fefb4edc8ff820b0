// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/testing/detail/split_feed.hpp>
#include <sluice/testing/split_report.hpp>

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

/// For the tests of those who use Sluice.
namespace sluice::testing {

/// Which ways of arriving `every_split` tries.
struct split_options {
    /// Inputs of up to so many bytes are cut into three pieces in every way, too: that is
    /// quadratic.
    std::size_t max_three_pieces = 300;

    /// Each way is tried with the memory of the pipe in segments of each of these sizes, in bytes.
    std::vector<std::size_t> segment_sizes = {1, 2, 16, 64, 4096};
};

/// Makes a text of a frame, so that frames can be compared. For frames of your own give
/// `every_split` a function that does, and that tells all that matters.
struct print_frame {
    /// Of text the text itself, of other frames what their `to_string` gives.
    /// \tparam Frame of the frame
    /// @{
    std::string operator()(const std::convertible_to<std::string_view> auto& frame) const {
        return std::string(std::string_view(frame));
    }
    template <class Frame>
    requires requires(const Frame& frame) {
        { frame.to_string() } -> std::convertible_to<std::string>;
    }
    std::string operator()(const Frame& frame) const { return frame.to_string(); }
    /// @}
};

/// What a decoder makes of an input that arrives in this way: through a pipe and a `framed_reader`,
/// of which every frame is taken after each piece, and after the end.
///
/// Throws what the decoder and the printer throw.
/// \tparam D the decoder
/// \tparam Print a function that makes a text of a frame
template <Decoder D, class Print = print_frame>
decoded_input decode_split(std::string_view input, D decoder, const split& how, Print print = {}) {
    detail::split_feed feed(input, how.cuts, detail::memory_of_segments(how.segment_size));
    return detail::decode_all(feed, std::move(decoder), print);
}

/// Gives one input to a decoder in every way in which it can arrive: whole, cut into two pieces at
/// each place, cut into three, and byte by byte; each with segments of several sizes. Compares the
/// frames, the bytes each of them consumes, how it ends and where.
///
/// `source` is a decoder, which is copied for each way, or a function that makes one. `print` makes
/// a text of a frame.
///
/// Needs no framework for tests: check that the report is true, and show it when it is not.
///
/// Throws what the decoder and the printer throw.
///
/// \tparam Source a decoder, or a function that makes one
/// \tparam Print a function that makes a text of a frame
/// \snippet test/doc/parsing_test.cpp test
template <class Source, class Print = print_frame>
split_report every_split(std::string_view input, const Source& source, Print print = {},
                         const split_options& options = {}) {
    const auto decoder = [&] {
        if constexpr (Decoder<Source>)
            return source;
        else
            return source();
    };
    split_report report;
    report.whole = decode_split(input, decoder(), {}, print);
    if (report.whole.endless)
        return report;
    const split byte_by_byte{detail::every_byte(input.size())};
    report.lookahead = decode_split(input, decoder(), byte_by_byte, print).lookahead;
    for (const std::size_t segment_size : options.segment_sizes) {
        const segment_pool memory = detail::memory_of_segments(segment_size);
        const auto is_same = [&](const std::vector<std::size_t>& cuts) {
            detail::split_feed feed(input, cuts, memory);
            decoded_input found = detail::decode_all(feed, decoder(), print);
            ++report.tried;
            if (found == report.whole)
                return true;
            report.first_difference = {{cuts, segment_size}, std::move(found)};
            return false;
        };
        if (!detail::for_each_split(input.size(), options.max_three_pieces, is_same))
            break;
    }
    return report;
}

} // namespace sluice::testing
