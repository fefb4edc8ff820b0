// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/descriptor_limit.hpp"
#include "support/listener.hpp"
#include "tls.hpp"
#include "worker.hpp"

#include <boost/asio/signal_set.hpp>

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
using namespace file_server;

// Every worker listens at all that the address stands for. Returns where the first one does.
endpoint listen(std::list<worker>& workers, const options& settings) {
    std::optional<endpoint> where;
    std::uint16_t port = settings.port;
    const auto open = [&](const endpoint& found) {
        endpoint at = support::with_port(found, port);
        for (worker& one : workers) {
            const bool first = &one == &workers.front();
            if (first || !support::is_local(at))
                at = one.listen(at, workers.size() > 1, first);
            else
                one.listen_with(workers.front());
        }
        port = support::port_of(at);
        where = where.value_or(at);
    };
    support::for_each_endpoint(support::address_of(settings.address, port), open);
    return *where;
}

// As a browser wants it. A host keeps the name that it was given.
std::string url_of(const endpoint& where, const options& settings, bool tls) {
    if (support::is_local(where))
        return support::text_of(where);
    const auto named = support::address_of(settings.address, support::port_of(where));
    return (tls ? "https://" : "http://") + named.text() + "/";
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
    // A connection takes a descriptor, and another one while it sends a file.
    support::raise_descriptor_limit(2 * settings.max_connections);

    const document_root root(settings.directory);
    std::optional<tls_identity> tls;
    if (!settings.certificate.empty())
        tls.emplace(settings);
    connection_limit limit(settings.max_connections);
    std::list<worker> workers;
    for (unsigned i = 0; i < settings.threads; ++i)
        workers.emplace_back(settings, root, tls ? &*tls : nullptr, limit);
    const endpoint where = listen(workers, settings);

    asio::io_context context{1};
    asio::signal_set signals(context, SIGINT, SIGTERM);
    std::printf("serving %s at %s\n", settings.directory.c_str(),
                url_of(where, settings, tls.has_value()).c_str());
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
