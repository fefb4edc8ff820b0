// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "http_date.hpp"

#include <cstdio>

namespace file_server {

std::string format_http_date(std::time_t time) {
    // Not strftime: names must not follow the locale.
    static constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::tm utc = {};
    if (gmtime_r(&time, &utc) == nullptr)
        return format_http_date(0);
    char text[64];
    const int length = std::snprintf(text, sizeof(text), "%s, %02d %s %04d %02d:%02d:%02d GMT",
                                     days[utc.tm_wday], utc.tm_mday, months[utc.tm_mon],
                                     utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
    return std::string(text, static_cast<std::size_t>(length));
}

std::optional<std::time_t> parse_http_date(std::string_view text) {
    const std::string copy(text);
    for (const char* format :
         {"%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"}) {
        std::tm utc = {};
        const char* end = strptime(copy.c_str(), format, &utc);
        if (end == copy.c_str() + copy.size())
            return timegm(&utc);
    }
    return std::nullopt;
}

std::string_view current_http_date() {
    thread_local std::time_t formatted = -1;
    thread_local std::string text;
    if (const std::time_t now = std::time(nullptr); now != formatted) {
        formatted = now;
        text = format_http_date(now);
    }
    return text;
}

} // namespace file_server
