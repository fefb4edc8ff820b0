// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/buffer/parse_error.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>
#include <variant>

namespace sluice {

/// What a decoder returns when the frame is not complete: with the size of the frame so far as it
/// is known, from its first byte, so that nobody asks again before that many bytes are there.
struct need_more {
    std::size_t size = 0; ///< 0: not known
};

/// What a decoder made of the bytes: a frame, `need_more`, or an error.
///
/// *Thread safety.* A value: distinct objects safe, shared objects unsafe.
///
/// \tparam Frame of the frame
template <class Frame>
class decoded {
public:
    using frame_type = Frame; ///< of the frame

    /// What the decoder says of it converts by itself.
    /// @{
    decoded(need_more more) : outcome_(more) {}
    decoded(error_code error) : outcome_(error) {}
    decoded(errc error) : outcome_(make_error_code(error)) {}
    /// @}
    /// `parse_error::need_more` is `need_more`; `malformed` is `errc::malformed_frame`.
    decoded(parse_error error) {
        if (error != parse_error::need_more)
            outcome_ = make_error_code(error);
    }
    /// A frame, from whatever converts to one.
    template <class T>
    requires(std::is_convertible_v<T, Frame> && !std::is_same_v<std::decay_t<T>, decoded> &&
             !std::is_same_v<std::decay_t<T>, parse_error> &&
             !std::is_same_v<std::decay_t<T>, errc> && !std::is_same_v<std::decay_t<T>, error_code>)
        decoded(T&& frame)
        : outcome_(std::in_place_type<Frame>, std::forward<T>(frame)) {}

    /// True when there is a frame.
    explicit operator bool() const noexcept { return std::holds_alternative<Frame>(outcome_); }
    /// The frame; there must be one.
    /// @{
    Frame& operator*() noexcept { return *std::get_if<Frame>(&outcome_); }
    const Frame& operator*() const noexcept { return *std::get_if<Frame>(&outcome_); }
    Frame* operator->() noexcept { return std::get_if<Frame>(&outcome_); }
    const Frame* operator->() const noexcept { return std::get_if<Frame>(&outcome_); }
    /// @}

    /// Whether there is neither a frame nor an error.
    bool needs_more() const noexcept { return std::holds_alternative<need_more>(outcome_); }
    /// The size of the frame, if it needs more and says so; else 0.
    std::size_t needed() const noexcept {
        const need_more* more = std::get_if<need_more>(&outcome_);
        return more == nullptr ? 0 : more->size;
    }
    /// No error if there is a frame, or more is needed.
    error_code error() const noexcept {
        const error_code* error = std::get_if<error_code>(&outcome_);
        return error == nullptr ? error_code() : *error;
    }

private:
    std::variant<need_more, Frame, error_code> outcome_;
};

} // namespace sluice
