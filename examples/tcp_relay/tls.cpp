// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "tls.hpp"

#ifdef SLUICE_EXAMPLE_HAS_TLS

#    include "options.hpp"

#    include <boost/asio/ip/address.hpp>
#    include <boost/asio/ssl/error.hpp>
#    include <boost/asio/ssl/host_name_verification.hpp>

#    include <openssl/err.h>

#    include <stdexcept>

namespace tcp_relay {

namespace ssl = boost::asio::ssl;

namespace {

void check(const sluice::error_code& ec, const std::string& file) {
    if (ec)
        throw std::runtime_error(file + ": " + ec.message());
}

} // namespace

tls_sides::tls_sides(const options& settings) {
    sluice::error_code ec;
    if (!settings.certificate.empty()) {
        listen.emplace(ssl::context::tls_server);
        listen->use_certificate_chain_file(settings.certificate, ec);
        check(ec, settings.certificate);
        listen->use_private_key_file(settings.key, ssl::context::pem, ec);
        check(ec, settings.key);
    }
    if (settings.tls_target) {
        target.emplace(ssl::context::tls_client);
        if (settings.authorities.empty())
            target->set_default_verify_paths();
        else
            target->load_verify_file(settings.authorities, ec);
        check(ec, settings.authorities);
        target->set_verify_mode(ssl::verify_peer);
    }
}

void expect_host(tls_socket& target, const std::string& host) {
    if (host.empty()) // a local socket: that its certificate is trusted must be enough
        return;
    target.set_verify_callback(ssl::host_name_verification(host));
    boost::system::error_code not_in_digits;
    boost::asio::ip::make_address(host, not_in_digits);
    if (not_in_digits && SSL_set_tlsext_host_name(target.native_handle(), host.c_str()) != 1)
        throw boost::system::system_error(static_cast<int>(::ERR_get_error()),
                                          boost::asio::error::get_ssl_category());
}

} // namespace tcp_relay

#endif
