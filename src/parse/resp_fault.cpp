// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/parse/resp_fault.hpp>

namespace sluice {

std::string resp_fault::text() const {
    const auto got = [this](std::string text) {
        const bool printable = found_ >= ' ' && found_ <= '~';
        return std::move(text) + ", got '" + (printable ? found_ : ' ') + "'";
    };
    switch (what_) {
    case none:
        break;
    case multibulk_length:
        return "invalid multibulk length";
    case multibulk_line:
        return "too big mbulk count string";
    case bulk_length:
        return "invalid bulk length";
    case bulk_line:
        return "too big bulk count string";
    case bulk_end:
        return "expected CRLF behind a bulk string";
    case too_large:
        return "too big request";
    case expected_bulk:
        return got("expected '$'");
    case expected_array:
        return got("expected '*'");
    case inline_line:
        return "too big inline request";
    case unbalanced_quotes:
        return "unbalanced quotes in request";
    case unknown_type:
        return got("expected a type");
    case line:
        return "invalid line";
    case number:
        return "invalid number";
    case verbatim:
        return "invalid verbatim string";
    case depth:
        return "too deep nesting";
    case odd_map:
        return "map with a key without a value";
    }
    return {};
}

} // namespace sluice
