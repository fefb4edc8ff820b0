// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "replies.hpp"

#include "page.hpp"

#include <boost/asio/error.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

#include <string_view>

namespace websocket_chat {

namespace http = boost::beast::http;

namespace {

std::string_view path_of(const request& asked) {
    const std::string_view target(asked.target().data(), asked.target().size());
    return target.substr(0, target.find('?'));
}

reply plain(http::status status, unsigned version = 11) {
    reply result(status, version);
    result.set(http::field::content_type, "text/plain; charset=utf-8");
    result.set("X-Content-Type-Options", "nosniff");
    result.body() = std::string(http::obsolete_reason(status)) + "\n";
    return result;
}

reply the_page(unsigned version) {
    reply result(http::status::ok, version);
    result.set(http::field::content_type, "text/html; charset=utf-8");
    result.set(http::field::cache_control, "no-cache");
    result.set("Content-Security-Policy",
               "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
               "connect-src 'self' ws: wss:; img-src data:; base-uri 'none'; form-action 'none'");
    result.set("X-Content-Type-Options", "nosniff");
    result.body() = page();
    return result;
}

reply unframed_reply_to(const request& asked) {
    const std::string_view path = path_of(asked);
    if (asked.method() != http::verb::get && asked.method() != http::verb::head) {
        reply result = plain(http::status::method_not_allowed, asked.version());
        result.set(http::field::allow, "GET, HEAD");
        return result;
    }
    if (path == "/")
        return the_page(asked.version());
    if (path != "/chat")
        return plain(http::status::not_found, asked.version());
    reply result = plain(http::status::upgrade_required, asked.version());
    result.set(http::field::upgrade, "websocket");
    return result;
}

} // namespace

bool wants_chat(const request& asked) {
    return path_of(asked) == "/chat" && boost::beast::websocket::is_upgrade(asked);
}

bool is_of_this_site(const request& asked) {
    const auto field = asked[http::field::origin];
    const std::string_view origin(field.data(), field.size());
    const auto scheme = origin.find("://");
    return origin.empty() ||
           (scheme != origin.npos && origin.substr(scheme + 3) == asked[http::field::host]);
}

reply reply_to(const request& asked, bool keep_alive) {
    reply result = unframed_reply_to(asked);
    result.keep_alive(keep_alive && asked.keep_alive());
    result.prepare_payload();
    if (asked.method() == http::verb::head)
        result.body().clear(); // its length has been told
    return result;
}

reply refusal(http::status why) {
    reply result = plain(why);
    result.keep_alive(false);
    result.prepare_payload();
    return result;
}

std::optional<http::status> refusal_of(sluice::error_code ec, bool got_some) {
    if (ec == http::error::header_limit)
        return http::status::request_header_fields_too_large;
    if (ec == http::error::unexpected_body || ec == http::error::body_limit)
        return http::status::payload_too_large;
    if (ec == boost::asio::error::operation_aborted && got_some)
        return http::status::request_timeout;
    if (ec == http::error::end_of_stream || ec == http::error::partial_message ||
        ec.category() != make_error_code(http::error::bad_method).category())
        return std::nullopt;
    return http::status::bad_request;
}

} // namespace websocket_chat
