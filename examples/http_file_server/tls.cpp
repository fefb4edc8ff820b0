// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "tls.hpp"

#ifdef SLUICE_EXAMPLE_HAS_TLS

#    include <stdexcept>

namespace file_server {

namespace {

void check(const sluice::error_code& ec, const std::string& file) {
    if (ec)
        throw std::runtime_error(file + ": " + ec.message());
}

} // namespace

tls_identity::tls_identity(const options& settings) {
    sluice::error_code ec;
    context.use_certificate_chain_file(settings.certificate, ec);
    check(ec, settings.certificate);
    const std::string& key = settings.key.empty() ? settings.certificate : settings.key;
    context.use_private_key_file(key, boost::asio::ssl::context::pem, ec);
    check(ec, key);
}

} // namespace file_server

#endif
