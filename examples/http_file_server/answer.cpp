// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "answer.hpp"

#include "byte_range.hpp"
#include "conditions.hpp"
#include "escape.hpp"
#include "http_date.hpp"
#include "index_page.hpp"
#include "mime.hpp"
#include "refusal.hpp"
#include "request_target.hpp"

#include <utility>

namespace file_server {

namespace http = boost::beast::http;
using http::field;
using http::status;

namespace {

constexpr std::size_t longest_target = 8 * 1024;

answer start(status code, const exchange& about) {
    answer result;
    result.head.result(code);
    result.head.version(about.version);
    result.head.set(field::server, "sluice");
    result.head.set(field::date, current_http_date());
    result.head.keep_alive(about.keep_alive);
    return result;
}

void set_text(answer& result, std::string_view type, std::string text, const exchange& about) {
    result.head.set(field::content_type, type);
    result.head.content_length(text.size());
    result.head.set("X-Content-Type-Options", "nosniff");
    if (!about.head_only)
        result.text = std::move(text);
}

std::string content_range(std::string_view part, std::uint64_t size) {
    std::string field("bytes ");
    field += part;
    field += '/';
    field += std::to_string(size);
    return field;
}

answer redirect_to_directory(const request_target& target, const exchange& about) {
    answer result = error_answer(status::moved_permanently, about);
    std::string location("/");
    location += url_encoded(target.path) + "/" + target.query;
    result.head.set(field::location, location);
    return result;
}

answer directory_answer(const document_root& root, const opened_file& directory,
                        const std::string& path, const exchange& about) {
    const auto entries = list_directory(root, directory, path);
    if (!entries)
        return error_answer(refusal_of_file(entries.error()), about);
    answer result = start(status::ok, about);
    result.head.set(field::cache_control, "no-cache");
    result.head.set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
    set_text(result, "text/html; charset=utf-8", index_page(path, *entries), about);
    return result;
}

answer file_answer(opened_file opened, std::string_view path, const http::fields& request,
                   const exchange& about) {
    const validators current = validators_of(opened.status);
    const auto size = static_cast<std::uint64_t>(opened.status.st_size);

    const verdict decision = evaluate_conditions(request, current);
    if (decision == verdict::precondition_failed)
        return error_answer(status::precondition_failed, about);

    byte_range range{byte_range::outcome::whole, 0, size};
    if (decision == verdict::proceed && !about.head_only && range_applies(request, current)) {
        if (const auto wanted = request.find(field::range); wanted != request.end()) {
            const byte_range parsed = parse_range(wanted->value(), size);
            if (parsed.what != byte_range::outcome::whole)
                range = parsed;
        }
    }
    if (range.what == byte_range::outcome::unsatisfiable) {
        answer result = error_answer(status::range_not_satisfiable, about);
        result.head.set(field::content_range, content_range("*", size));
        return result;
    }

    answer result = start(status::ok, about);
    result.head.set(field::etag, current.etag);
    result.head.set(field::last_modified, format_http_date(current.last_modified));
    if (decision == verdict::not_modified) {
        result.head.result(status::not_modified);
        return result;
    }
    result.head.set(field::accept_ranges, "bytes");
    result.head.set(field::content_type, mime_type(path));
    result.head.set("X-Content-Type-Options", "nosniff");
    result.head.content_length(range.length);
    if (range.what == byte_range::outcome::partial) {
        result.head.result(status::partial_content);
        const std::uint64_t last = range.first + range.length - 1;
        const std::string part = std::to_string(range.first) + "-" + std::to_string(last);
        result.head.set(field::content_range, content_range(part, size));
    }
    if (!about.head_only) {
        result.file = std::move(opened.file);
        result.file_first = range.first;
        result.file_length = range.length;
    }
    return result;
}

} // namespace

answer error_answer(status code, const exchange& about) {
    answer result = start(code, about);
    if (code == status::method_not_allowed)
        result.head.set(field::allow, "GET, HEAD");
    if (code == status::service_unavailable)
        result.head.set(field::retry_after, "1");
    const std::string title = std::to_string(static_cast<unsigned>(code)) + " " +
                              std::string(http::obsolete_reason(code));
    set_text(result, "text/html; charset=utf-8",
             "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>" + title +
                 "</title><style>:root { color-scheme: light dark; } body { font: 16px system-ui, "
                 "sans-serif; margin: 4rem; }</style></head><body><h1>" +
                 title + "</h1></body></html>\n",
             about);
    return result;
}

answer respond(const document_root& root, const http::request_header<>& request, bool keep_alive) {
    const http::verb method = request.method();
    const exchange about{request.version(), method == http::verb::head, keep_alive};

    if (request.version() >= 11 ? request.count(field::host) != 1 : request.count(field::host) > 1)
        return error_answer(status::bad_request, about);
    if (request.target().size() > longest_target)
        return error_answer(status::uri_too_long, about);
    if (method == http::verb::unknown)
        return error_answer(status::not_implemented, about);
    if (method != http::verb::get && method != http::verb::head)
        return error_answer(status::method_not_allowed, about);
    const auto target = parse_target(request.target());
    if (!target)
        return error_answer(status::bad_request, about);

    auto opened = root.open(target->path);
    if (!opened)
        return error_answer(refusal_of_file(opened.error()), about);
    if (!opened->is_directory()) {
        if (target->names_directory)
            return error_answer(status::not_found, about);
        return file_answer(std::move(*opened), target->path, request, about);
    }
    if (!target->names_directory)
        return redirect_to_directory(*target, about);

    const std::string index = target->path + (target->path.empty() ? "" : "/") + "index.html";
    auto index_file = root.open(index);
    if (index_file && !index_file->is_directory())
        return file_answer(std::move(*index_file), index, request, about);
    if (!index_file && refusal_of_file(index_file.error()) != status::not_found)
        return error_answer(refusal_of_file(index_file.error()), about);
    return directory_answer(root, *opened, target->path, about);
}

} // namespace file_server
