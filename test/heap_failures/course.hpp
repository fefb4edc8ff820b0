// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "heap_failures/failing_heap.hpp"
#include <sluice/error.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/system/system_error.hpp>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <initializer_list>
#include <new>
#include <utility>

namespace sluice::test {

namespace asio = boost::asio;

inline const error_code no_memory =
    boost::system::errc::make_error_code(boost::system::errc::not_enough_memory);

// What became of an operation: its handler was called, or is gone without a call.
struct fate {
    int handlers = 0; // and copies, that exist
    int calls = 0;
    error_code ec;
    bool at_end = false; // of its part
};

// The same, with what it delivered.
template <class Result>
struct fate_of : fate {
    Result result{};

    class handler_type {
    public:
        explicit handler_type(fate_of& of) noexcept : of_(&of) { ++of_->handlers; }
        handler_type(const handler_type& other) noexcept : handler_type(*other.of_) {}
        handler_type& operator=(const handler_type&) = delete;
        ~handler_type() { --of_->handlers; }

        void operator()(error_code ec, Result delivered = {}) const {
            ++of_->calls;
            of_->ec = ec;
            of_->result = std::move(delivered);
        }
        // Of a coroutine.
        void operator()(std::exception_ptr thrown) const {
            error_code ec;
            try {
                if (thrown)
                    std::rethrow_exception(thrown);
            } catch (const std::bad_alloc&) {
                ec = no_memory;
            } catch (const boost::system::system_error& error) {
                ec = error.code();
            }
            (*this)(ec);
        }

    private:
        fate_of* of_;
    };
    handler_type handler() noexcept { return handler_type(*this); }
};

// Something that is done by one operation after the other.
struct part {
    fate& now;
    std::function<void()> start;
    // After one that succeeded: whether another is to follow. None: that was all.
    std::function<bool()> again = {};
    // Called after one that failed, if that is the part's end: else one without memory is started
    // again.
    std::function<void()> given_up = {};
};

// One run of a scenario, in which one allocation of the heap fails. What fails is started again,
// so that all of it comes to its end; how often a failure was told is counted.
//
// Nothing of a test's own may allocate in what the course carries out.
class course {
public:
    explicit course(std::size_t failing) noexcept;
    course(const course&) = delete;
    course& operator=(const course&) = delete;

    bool failed() const noexcept;                    // the allocation was among those asked for
    unsigned told() const noexcept { return told_; } // by an exception or not_enough_memory
    bool stuck() const noexcept { return stuck_; }   // a part went on for ever, or never went on
    bool called_twice() const noexcept { return called_twice_; } // some handler

    // A call, once more if it fails.
    template <class Call>
    void attempt(Call&& call) {
        while (!survived(call))
            ;
    }
    // All parts, until each is at its end. `elsewhere`: threads of their own have to do with it.
    void carry_out(asio::io_context& context, std::initializer_list<part> parts,
                   bool elsewhere = false);

private:
    // False if it threw for want of memory.
    template <class Call>
    bool survived(Call&& call) {
        try {
            allow_heap_failure(true);
            call();
            allow_heap_failure(false);
            return true;
        } catch (const std::bad_alloc&) {
            allow_heap_failure(false);
            ++told_;
        }
        return false;
    }
    void look_at(const part& one);

    unsigned started_ = 0;
    unsigned told_ = 0;
    bool stuck_ = false;
    bool called_twice_ = false;
};

// Runs a scenario with each allocation of the heap failing, until none is left that could. Each
// failure is told at most once, nothing is stuck, and the heap is as it was. Adds to what is told
// of row 5.
void with_every_failure(const std::function<void(course&)>& scenario);

} // namespace sluice::test
