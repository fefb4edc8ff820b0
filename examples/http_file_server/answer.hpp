// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "descriptor.hpp"
#include "document_root.hpp"

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace file_server {

/// What a request is answered with: a head with all its fields, and a body that is either text or a
/// part of an open file. A head that answers HEAD describes a body that is not here.
struct answer {
    boost::beast::http::response<boost::beast::http::empty_body> head;
    std::string text;
    descriptor file;
    std::uint64_t file_first = 0;
    std::uint64_t file_length = 0;
};

/// What the answer needs to know of the request beside its header.
struct exchange {
    unsigned version = 11;
    bool head_only = false;
    bool keep_alive = false;
};

/// A small page that says what went wrong.
answer error_answer(boost::beast::http::status status, const exchange& about);

/// Looks at the request's method, target and fields, and opens what it asks for. The body of the
/// request plays no part.
answer respond(const document_root& root, const boost::beast::http::request_header<>& request,
               bool keep_alive);

} // namespace file_server
