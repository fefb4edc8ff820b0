// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/error.hpp>

#include <string>

namespace sluice {

namespace {

class sluice_category final : public boost::system::error_category {
public:
    const char* name() const noexcept override { return "sluice"; }

    std::string message(int value) const override {
        switch (static_cast<errc>(value)) {
        case errc::read_pending:
            return "a read is already outstanding";
        case errc::advance_required:
            return "the last read has not been advanced";
        case errc::no_read_to_advance:
            return "there is no delivered read to advance";
        case errc::invalid_cursor:
            return "the cursor is not within the delivered buffer";
        case errc::commit_exceeds_prepared:
            return "more bytes committed than prepared";
        case errc::already_completed:
            return "this end of the pipe was completed";
        case errc::not_completed:
            return "the pipe is still in use";
        case errc::writer_abandoned:
            return "the writer was destroyed before it completed";
        case errc::reader_abandoned:
            return "the reader was destroyed before it completed";
        case errc::buffer_limit_exceeded:
            return "more bytes are held unconsumed than the pipe allows";
        case errc::frame_too_large:
            return "the frame is larger than allowed";
        case errc::malformed_frame:
            return "the frame is malformed";
        case errc::truncated_frame:
            return "the input ended in the middle of a frame";
        }
        return "unknown sluice error";
    }
};

constexpr sluice_category category;

} // namespace

const boost::system::error_category& error_category() noexcept {
    return category;
}

error_code make_error_code(errc e) noexcept {
    return {static_cast<int>(e), category};
}

} // namespace sluice
