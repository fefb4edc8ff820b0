// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/error.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/write.hpp>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <array>
#include <cstddef>

namespace sluice::detail {

// The record that ends a TLS stream. Asio can make one only together with the wait for the peer's:
// so OpenSSL writes it here, into memory, instead of to Asio.
struct close_notify {
    std::array<unsigned char, 256> memory;
    std::size_t size = 0;

    error_code make(SSL* ssl) {
        size = 0;
        if ((::SSL_get_shutdown(ssl) & SSL_SENT_SHUTDOWN) != 0)
            return {};
        BIO* const here = ::BIO_new(::BIO_s_mem());
        if (here == nullptr)
            return make_error_code(boost::system::errc::not_enough_memory);
        BIO* const asios = ::SSL_get_wbio(ssl);
        ::BIO_up_ref(asios);
        ::SSL_set0_wbio(ssl, here);
        ::ERR_clear_error();
        const int done = ::SSL_shutdown(ssl);
        const unsigned long why = ::ERR_get_error();
        const int made = ::BIO_read(here, memory.data(), static_cast<int>(memory.size()));
        ::SSL_set0_wbio(ssl, asios);
        if (done < 0 || made <= 0)
            return error_code(static_cast<int>(why), boost::asio::error::get_ssl_category());
        size = static_cast<std::size_t>(made);
        return {};
    }
};

// Sends it, as a composed operation.
template <class Stream>
struct send_close_notify {
    Stream& stream;
    close_notify& record;
    bool made = false;
    error_code result = {};

    template <class Self>
    void operator()(Self& self, error_code ec = {}, std::size_t = 0) {
        if (made)
            return self.complete(result ? result : farewell_outcome(ec));
        made = true;
        result = record.make(stream.native_handle());
        if (result || record.size == 0)
            return boost::asio::post(stream.get_executor(), std::move(self));
        boost::asio::async_write(stream.next_layer(),
                                 boost::asio::buffer(record.memory.data(), record.size),
                                 std::move(self));
    }

private:
    // A peer that has ended may go without waiting for ours.
    error_code farewell_outcome(error_code ec) const {
        const bool gone =
            ec == boost::asio::error::broken_pipe || ec == boost::asio::error::connection_reset;
        const bool has_ended =
            (::SSL_get_shutdown(stream.native_handle()) & SSL_RECEIVED_SHUTDOWN) != 0;
        return gone && has_ended ? error_code() : ec;
    }
};

} // namespace sluice::detail
