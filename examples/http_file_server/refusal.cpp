// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "refusal.hpp"

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <cerrno>

namespace file_server {

namespace http = boost::beast::http;
using http::field;
using http::status;

bool expects_continue(const http::request_header<>& request) {
    return request.version() >= 11 && boost::beast::iequals(request[field::expect], "100-continue");
}

namespace {

// Whether a request line ends in a well-formed version.
bool names_other_version(std::string_view line) {
    constexpr std::string_view form = " HTTP/d.d\r\n";
    return line.size() > form.size() &&
           std::equal(form.begin(), form.end(), line.end() - form.size(),
                      [](char f, char c) { return f == 'd' ? c >= '0' && c <= '9' : c == f; });
}

} // namespace

std::optional<status> refusal_of_body(const http::request_header<>& request, bool chunked) {
    if (request.count(field::transfer_encoding) != 0) {
        if (request.version() < 11) // who sent it may not have meant it
            return status::bad_request;
        if (!chunked)
            return status::not_implemented;
    }
    if (expects_continue(request)) {
        if (request.method() != http::verb::get && request.method() != http::verb::head)
            return status::method_not_allowed;
    } else if (request.version() >= 11 && request.count(field::expect) != 0) {
        return status::expectation_failed;
    }
    return std::nullopt;
}

std::optional<status> refusal_of_error(const sluice::error_code& reason,
                                       const http::request_header<>& request,
                                       std::string_view unread_line) {
    if (reason.category() != http::make_error_code(http::error::end_of_stream).category() ||
        reason == http::error::end_of_stream)
        return std::nullopt;
    if (reason == http::error::header_limit) {
        const bool in_target = request.target().empty() && !unread_line.ends_with('\n');
        return in_target ? status::uri_too_long : status::request_header_fields_too_large;
    }
    if (reason == http::error::body_limit)
        return status::payload_too_large;
    if (reason == http::error::bad_version && names_other_version(unread_line))
        return status::http_version_not_supported;
    return status::bad_request;
}

status refusal_of_file(const sluice::error_code& reason) {
    switch (reason.value()) {
    case ENOENT:
    case ENOTDIR:
    case ENAMETOOLONG:
    case EINVAL:
        return status::not_found;
    case EACCES:
    case EPERM:
    case ELOOP:
    case ENXIO: // a socket, or a FIFO's or device's way of saying no
    case ENODEV:
        return status::forbidden;
    case EMFILE:
    case ENFILE:
    case ENOMEM:
        return status::service_unavailable;
    default:
        return status::internal_server_error;
    }
}

} // namespace file_server
