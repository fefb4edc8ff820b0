// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/buffer/buffer_writer.hpp>
#include <sluice/error.hpp>
#include <sluice/parse/resp_command_decoder.hpp>
#include <sluice/parse/resp_options.hpp>
#include <sluice/parse/resp_value.hpp>

#include <charconv>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <string_view>

namespace sluice {

/// Writes values and commands of RESP: values that were decoded, or a reply part by part.
///
/// In RESP2 what is new in RESP3 is written as Redis does it: a map, set or push as an array, a
/// boolean as an integer, a double, big number or verbatim string as a bulk string, a bulk error as
/// a simple one; attributes are left out.
///
/// Each function writes the whole of what it is given, or nothing: it throws what `prepare` throws.
/// The elements of an aggregate are written behind its beginning.
///
/// *Thread safety.* Distinct objects: safe. Shared objects: const use is safe.
///
/// \snippet test/doc/reference_test.cpp resp_server
class resp_encoder {
public:
    /// Writes in this version of the protocol.
    explicit constexpr resp_encoder(resp_version version = resp_version::resp3) noexcept
        : version_(version) {}

    /// The version of the protocol. May be changed at any time.
    /// @{
    constexpr resp_version version() const noexcept { return version_; }
    void version(resp_version version) noexcept { version_ = version; }
    /// @}

    // ---- messages

    /// A value with all it holds.
    template <BufferWriter W>
    error_code encode(const resp_value& value, W& writer) const {
        write(writer, most_bytes(value), [&](char* to) { return put(value, to); });
        return {};
    }

    /// A command: an array of bulk strings.
    /// @{
    template <BufferWriter W>
    error_code encode(resp_command command, W& writer) const {
        write(writer, most_bytes(command), [&](char* to) { return put(command, to); });
        return {};
    }
    template <BufferWriter W>
    error_code encode(std::initializer_list<std::string_view> command, W& writer) const {
        const std::span<const std::string_view> words(command.begin(), command.size());
        write(writer, most_bytes(words), [&](char* to) { return put(words, to); });
        return {};
    }
    /// @}

    // ---- parts of a reply

    /// A line of text; `error` one that begins, by custom, with a word in capitals that says of
    /// what kind it is. Errors: `errc::malformed_frame`: the text has a CR or LF.
    /// @{
    template <BufferWriter W>
    error_code simple_string(std::string_view text, W& writer) const {
        return line('+', text, writer);
    }
    template <BufferWriter W>
    error_code error(std::string_view text, W& writer) const {
        return line('-', text, writer);
    }
    /// @}

    /// An integer.
    template <BufferWriter W>
    void integer(std::int64_t value, W& writer) const {
        write(writer, number_room, [&](char* to) { return put_number(':', value, to); });
    }
    /// A bulk string: any bytes.
    /// @{
    template <BufferWriter W>
    void bulk(std::string_view text, W& writer) const {
        write(writer, text.size() + number_room, [&](char* to) { return put_bulk(text, to); });
    }
    template <BufferWriter W>
    void bulk(const readable_buffer& text, W& writer) const {
        write(writer, text.size() + number_room, [&](char* to) { return put_bulk(text, to); });
    }
    /// @}
    /// Null.
    template <BufferWriter W>
    void null(W& writer) const {
        text(version_ == resp_version::resp2 ? "$-1\r\n" : "_\r\n", writer);
    }
    /// Null, where RESP2 has an array that is null.
    template <BufferWriter W>
    void null_array(W& writer) const {
        text(version_ == resp_version::resp2 ? "*-1\r\n" : "_\r\n", writer);
    }
    /// True or false.
    template <BufferWriter W>
    void boolean(bool value, W& writer) const {
        if (version_ == resp_version::resp2)
            text(value ? ":1\r\n" : ":0\r\n", writer);
        else
            text(value ? "#t\r\n" : "#f\r\n", writer);
    }
    /// A double, in as few digits as are read back to the same number.
    template <BufferWriter W>
    void number(double value, W& writer) const {
        write(writer, number_room, [&](char* to) { return put_double(value, to); });
    }
    /// Text of a format, which is three characters, "txt" for instance; else
    /// `errc::malformed_frame`.
    template <BufferWriter W>
    error_code verbatim_string(std::string_view format, std::string_view text, W& writer) const {
        if (format.size() != 3)
            return errc::malformed_frame;
        write(writer, text.size() + number_room,
              [&](char* to) { return put_verbatim(format, text, to); });
        return {};
    }

    /// The beginning of an array of so many elements, which are written next.
    template <BufferWriter W>
    void array(std::size_t elements, W& writer) const {
        begin('*', elements, writer);
    }
    /// The beginning of a map: so many keys are written next, each with its value behind it.
    template <BufferWriter W>
    void map(std::size_t pairs, W& writer) const {
        if (version_ == resp_version::resp2)
            begin('*', 2 * pairs, writer);
        else
            begin('%', pairs, writer);
    }
    /// The beginning of a set of so many elements.
    template <BufferWriter W>
    void set(std::size_t elements, W& writer) const {
        begin(version_ == resp_version::resp2 ? '*' : '~', elements, writer);
    }
    /// The beginning of a message of so many elements that nobody asked for.
    template <BufferWriter W>
    void push(std::size_t elements, W& writer) const {
        begin(version_ == resp_version::resp2 ? '*' : '>', elements, writer);
    }
    /// The beginning of so many keys and values, behind which stands the value that they belong to.
    /// Errors: `errc::malformed_frame`: RESP2 has none.
    template <BufferWriter W>
    error_code attribute(std::size_t pairs, W& writer) const {
        if (version_ == resp_version::resp2)
            return errc::malformed_frame;
        begin('|', pairs, writer);
        return {};
    }

private:
    static constexpr std::size_t number_room = 48; // for a number and what stands around it

    template <BufferWriter W, class Put>
    static void write(W& writer, std::size_t most, Put put) {
        char* const to = static_cast<char*>(asio::mutable_buffer(writer.prepare(most)).data());
        writer.commit(static_cast<std::size_t>(put(to) - to));
    }
    template <BufferWriter W>
    static void text(std::string_view text, W& writer) {
        write(writer, text.size(), [&](char* to) { return put_text(text, to); });
    }
    template <BufferWriter W>
    static void begin(char type, std::size_t size, W& writer) {
        write(writer, number_room,
              [&](char* to) { return put_number(type, static_cast<std::int64_t>(size), to); });
    }
    template <BufferWriter W>
    static error_code line(char type, std::string_view text, W& writer) {
        if (text.find_first_of("\r\n") != text.npos)
            return errc::malformed_frame;
        write(writer, text.size() + 3, [&](char* to) {
            *to++ = type;
            return put_end(put_text(text, to));
        });
        return {};
    }

    static char* put_text(std::string_view text, char* to) noexcept {
        if (!text.empty())
            std::memcpy(to, text.data(), text.size());
        return to + text.size();
    }
    static char* put_end(char* to) noexcept { return put_text("\r\n", to); }
    static char* put_number(char type, std::int64_t value, char* to) noexcept {
        *to++ = type;
        return put_end(std::to_chars(to, to + 20, value).ptr);
    }
    static char* put_length(char type, std::size_t size, char* to) noexcept {
        return put_number(type, static_cast<std::int64_t>(size), to);
    }
    static char* put_bulk(std::string_view text, char* to) noexcept {
        return put_end(put_text(text, put_length('$', text.size(), to)));
    }
    static char* put_bulk(const readable_buffer& text, char* to) noexcept {
        to = put_length('$', text.size(), to);
        return put_end(to + asio::buffer_copy(asio::buffer(to, text.size()), text));
    }
    char* put_double(double value, char* to) const noexcept;
    char* put_verbatim(std::string_view format, std::string_view text, char* to) const noexcept;

    static std::size_t most_bytes(const resp_value& value) noexcept;
    char* put(const resp_value& value, char* to) const noexcept;
    const detail::resp_node* put_node(const detail::resp_node* node, std::size_t first,
                                      byte_reader& in, char*& to) const noexcept;

    template <class Words>
    static std::size_t most_bytes(const Words& words) noexcept {
        std::size_t most = number_room;
        for (const auto& word : words)
            most += word.size() + number_room;
        return most;
    }
    template <class Words>
    static char* put(const Words& words, char* to) noexcept {
        to = put_length('*', words.size(), to);
        for (const auto& word : words)
            to = put_bulk(word, to);
        return to;
    }

    resp_version version_;
};

} // namespace sluice
