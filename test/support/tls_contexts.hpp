// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#ifdef SLUICE_TEST_HAS_OPENSSL

#    include <boost/asio/ssl/context.hpp>
#    include <doctest/doctest.h>

#    include <openssl/evp.h>
#    include <openssl/x509.h>

#    include <memory>

namespace sluice::test {

// A server with a certificate made here, and a client that trusts nobody else.
struct tls_contexts {
    boost::asio::ssl::context server{boost::asio::ssl::context::tls_server};
    boost::asio::ssl::context client{boost::asio::ssl::context::tls_client};

    tls_contexts() {
        const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"),
                                                                      EVP_PKEY_free);
        const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), X509_free);
        REQUIRE(key);
        REQUIRE(certificate);
        X509* const made = certificate.get();
        X509_set_version(made, 2);
        ASN1_INTEGER_set(X509_get_serialNumber(made), 1);
        X509_gmtime_adj(X509_getm_notBefore(made), -3600);
        X509_gmtime_adj(X509_getm_notAfter(made), 3600);
        X509_set_pubkey(made, key.get());
        X509_NAME* const name = X509_get_subject_name(made);
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                   reinterpret_cast<const unsigned char*>("sluice test"), -1, -1,
                                   0);
        X509_set_issuer_name(made, name);
        REQUIRE(X509_sign(made, key.get(), EVP_sha256()) != 0);
        REQUIRE(SSL_CTX_use_certificate(server.native_handle(), made) == 1);
        REQUIRE(SSL_CTX_use_PrivateKey(server.native_handle(), key.get()) == 1);
        X509_STORE_add_cert(SSL_CTX_get_cert_store(client.native_handle()), made);
        client.set_verify_mode(boost::asio::ssl::verify_peer);
    }
};

} // namespace sluice::test

#endif
