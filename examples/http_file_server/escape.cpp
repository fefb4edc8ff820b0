// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "escape.hpp"

namespace file_server {

namespace {

constexpr char hex[] = "0123456789ABCDEF";

void append_hex(std::string& text, char c) {
    text += hex[static_cast<unsigned char>(c) >> 4];
    text += hex[static_cast<unsigned char>(c) & 15];
}

bool is_unreserved(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

} // namespace

std::string html_escaped(std::string_view text) {
    std::string escaped;
    escaped.reserve(text.size());
    for (char c : text) {
        switch (c) {
        case '&':
            escaped += "&amp;";
            break;
        case '<':
            escaped += "&lt;";
            break;
        case '>':
            escaped += "&gt;";
            break;
        case '"':
            escaped += "&quot;";
            break;
        case '\'':
            escaped += "&#39;";
            break;
        default:
            escaped += c;
        }
    }
    return escaped;
}

std::string url_encoded(std::string_view path) {
    std::string encoded;
    encoded.reserve(path.size());
    for (char c : path) {
        if (is_unreserved(c) || c == '/') {
            encoded += c;
        } else {
            encoded += '%';
            append_hex(encoded, c);
        }
    }
    return encoded;
}

std::string log_escaped(std::string_view text) {
    std::string escaped;
    escaped.reserve(text.size());
    for (char c : text) {
        if (c < ' ' || c > '~' || c == '"' || c == '\\') {
            escaped += "\\x";
            append_hex(escaped, c);
        } else {
            escaped += c;
        }
    }
    return escaped;
}

} // namespace file_server
