// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "tls.hpp"
#include "worker.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>

#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <list>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace file_server;

// A connection takes a descriptor, and another one while it sends a file.
void raise_descriptor_limit(std::size_t connections) {
    rlimit limit = {};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    const rlim_t wanted = 2 * connections + 64;
    if (limit.rlim_cur < wanted) {
        limit.rlim_cur = std::min(wanted, limit.rlim_max);
        ::setrlimit(RLIMIT_NOFILE, &limit);
    }
}

// Every worker listens on each address the name stands for. Returns the port.
std::uint16_t listen(std::list<worker>& workers, const options& settings) {
    asio::io_context context;
    const auto found = tcp::resolver(context).resolve(settings.address, "", tcp::resolver::passive);
    std::uint16_t port = settings.port;
    std::exception_ptr failure;
    bool listening = false;
    for (const auto& entry : found) {
        try {
            bool first = true;
            for (worker& one : workers) {
                port = one.listen({entry.endpoint().address(), port}, workers.size() > 1, first)
                           .port();
                first = false;
            }
            listening = true;
        } catch (const boost::system::system_error& e) {
            // Such as the IPv6 half of "localhost" on a machine without IPv6.
            if (e.code() != asio::error::address_family_not_supported &&
                e.code() != boost::system::errc::address_not_available)
                throw;
            failure = std::current_exception();
        }
    }
    if (!listening && failure)
        std::rethrow_exception(failure);
    return port;
}

void wait_for_signal(asio::io_context& context, asio::signal_set& signals) {
    signals.async_wait([](const sluice::error_code&, int) {});
    context.run();
    signals.clear(); // the next one ends the program at once
}

struct drain_at_exit {
    std::list<worker>& workers;
    ~drain_at_exit() {
        for (worker& one : workers)
            one.drain();
    }
};

void serve(const options& settings) {
    std::signal(SIGPIPE, SIG_IGN);
    raise_descriptor_limit(settings.max_connections);

    const document_root root(settings.directory);
    std::optional<tls_identity> tls;
    if (!settings.certificate.empty())
        tls.emplace(settings);
    connection_limit limit(settings.max_connections);
    std::list<worker> workers;
    for (unsigned i = 0; i < settings.threads; ++i)
        workers.emplace_back(settings, root, tls ? &*tls : nullptr, limit);
    const std::uint16_t port = listen(workers, settings);

    asio::io_context context{1};
    asio::signal_set signals(context, SIGINT, SIGTERM);
    const bool bracketed = settings.address.find(':') != std::string::npos;
    std::printf("serving %s at http%s://%s%s%s:%u/\n", settings.directory.c_str(), tls ? "s" : "",
                bracketed ? "[" : "", settings.address.c_str(), bracketed ? "]" : "", port);
    std::fflush(stdout);

    {
        std::vector<std::jthread> threads;
        const drain_at_exit drained_before_joined{workers};
        for (worker& one : workers)
            threads.emplace_back([&one] { one.run(); });
        wait_for_signal(context, signals);
    }

    statistics total;
    for (const worker& one : workers) {
        total.connections += one.served().connections;
        total.requests += one.served().requests;
        total.bytes += one.served().bytes;
    }
    std::printf("served %llu requests, %llu bytes, on %llu connections\n",
                static_cast<unsigned long long>(total.requests),
                static_cast<unsigned long long>(total.bytes),
                static_cast<unsigned long long>(total.connections));
}

} // namespace

int main(int argc, char** argv) {
    try {
        const options settings = parse_options(argc, argv);
        if (!settings.certificate.empty() && !has_tls)
            throw usage_error("--tls: this program was built without OpenSSL");
        if (settings.help)
            std::fputs(usage().data(), stdout);
        else
            serve(settings);
        return 0;
    } catch (const usage_error& e) {
        std::fprintf(stderr, "http_file_server: %s\n\n%s", e.what(), usage().data());
        return 2;
    } catch (const std::exception& e) {
        std::fprintf(stderr, "http_file_server: %s\n", e.what());
        return 1;
    }
}
