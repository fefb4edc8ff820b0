// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/stream/detail/file_ring.hpp>

#ifdef SLUICE_HAS_IO_URING

#    include <sluice/stream/detail/quiet_thread.hpp>

#    include <cerrno>
#    include <cstdlib>
#    include <liburing.h>
#    include <mutex>
#    include <string_view>
#    include <system_error>
#    include <utility>

namespace sluice::detail {

namespace {

class file_ring final : public file_workers {
public:
    // Throws std::system_error when the system refuses.
    file_ring() {
        require(::io_uring_queue_init(depth, &ring_, 0));
        try {
            if ((ring_.features & needed) != needed)
                require(-ENOSYS);
            try_it();
            collector_ = start_quiet_thread([this] { collect(); });
        } catch (...) {
            ::io_uring_queue_exit(&ring_);
            throw;
        }
    }
    ~file_ring() override {
        {
            std::lock_guard lock(mutex_);
            stopped_ = true;
            while (!submit_nothing())
                std::this_thread::yield(); // until the system has memory
        }
        collector_.join();
        ::io_uring_queue_exit(&ring_);
    }

    void start(file_job& job) override { start(job, 0); }

private:
    static constexpr unsigned depth = 64;
    static constexpr unsigned needed =
        IORING_FEAT_NODROP | IORING_FEAT_SUBMIT_STABLE | IORING_FEAT_RW_CUR_POS;

    static void require(int result) {
        if (result < 0)
            throw std::system_error(-result, std::system_category());
    }

    // What may set up a ring may still be forbidden to use it.
    void try_it() {
        if (!submit_nothing())
            require(-EPERM);
        io_uring_cqe* done = nullptr;
        require(::io_uring_wait_cqe(&ring_, &done));
        ::io_uring_cqe_seen(&ring_, done);
    }

    static void prepare_nothing(io_uring_sqe& entry) noexcept {
        ::io_uring_prep_nop(&entry);
        ::io_uring_sqe_set_data(&entry, nullptr);
    }
    bool submit_nothing() noexcept {
        if (io_uring_sqe* const entry = ::io_uring_get_sqe(&ring_))
            prepare_nothing(*entry);
        return submit();
    }
    // Whether nothing is left in the queue: the system may be short of memory.
    bool submit() noexcept {
        int result = 0;
        do
            result = ::io_uring_submit(&ring_);
        while (result == -EINTR);
        return ::io_uring_sq_ready(&ring_) == 0;
    }

    void start(file_job& job, unsigned flags) {
        {
            std::lock_guard lock(mutex_);
            if (submit(job, flags))
                return;
        }
        job.done(make_error_code(boost::system::errc::not_enough_memory), 0);
    }
    bool submit(file_job& job, unsigned flags) noexcept {
        io_uring_sqe* const entry = ::io_uring_get_sqe(&ring_);
        if (entry == nullptr) // full of what could not be submitted before
            return false;
        iovec vector[file_pieces::max_pieces]; // read before the submission returns
        prepare(*entry, job, vector);
        ::io_uring_sqe_set_flags(entry, flags);
        ::io_uring_sqe_set_data(entry, &job);
        ++under_way_;
        if (submit())
            return true;
        --under_way_;
        prepare_nothing(*entry); // for it stays in the queue
        return false;
    }

    static void prepare(io_uring_sqe& entry, const file_job& job, iovec* vector) noexcept {
        const unsigned count = static_cast<unsigned>(job.pieces.count);
        for (unsigned i = 0; i != count; ++i)
            vector[i] = {job.pieces.pieces[i].data, job.pieces.pieces[i].size};
        switch (job.what) {
        case file_action::read:
            return ::io_uring_prep_readv(&entry, job.descriptor, vector, count, job.position);
        case file_action::write:
            return ::io_uring_prep_writev(&entry, job.descriptor, vector, count, job.position);
        case file_action::append:
            return ::io_uring_prep_writev(&entry, job.descriptor, vector, count, ~0ull);
        case file_action::sync:
            return ::io_uring_prep_fsync(&entry, job.descriptor, IORING_FSYNC_DATASYNC);
        }
    }

    void collect() {
        while (!is_over()) {
            io_uring_cqe* entry = nullptr;
            if (::io_uring_wait_cqe(&ring_, &entry) != 0)
                continue; // interrupted
            auto* const job = static_cast<file_job*>(::io_uring_cqe_get_data(entry));
            const int result = entry->res;
            ::io_uring_cqe_seen(&ring_, entry);
            if (job == nullptr)
                continue;
            {
                std::lock_guard lock(mutex_);
                --under_way_;
            }
            finish(*job, result);
        }
    }
    bool is_over() {
        std::lock_guard lock(mutex_);
        return stopped_ && under_way_ == 0;
    }

    // What a thread has submitted may fail when that thread ends (it is cancelled, or cannot reach
    // the memory any more), and is then done once more, in the name of this one.
    void finish(file_job& job, int result) {
        const bool may_be_of_a_thread_that_ended =
            result == -ECANCELED || result == -EFAULT || result == -EINTR || result == -EAGAIN;
        if (may_be_of_a_thread_that_ended && !std::exchange(job.repeated, true))
            return start(job, IOSQE_ASYNC);
        error_code ec;
        const std::size_t n = file_action_result(job.what, result, ec);
        job.done(ec, n);
    }

    io_uring ring_;
    std::mutex mutex_; // of the submissions, and what is below
    std::size_t under_way_ = 0;
    bool stopped_ = false;
    std::thread collector_;
};

bool is_wanted() {
    const char* const named = std::getenv("SLUICE_FILES");
    return named == nullptr || named != std::string_view("threads");
}

std::unique_ptr<file_workers> try_ring() {
    try {
        return std::make_unique<file_ring>();
    } catch (const std::system_error&) {
        return nullptr;
    }
}

} // namespace

std::unique_ptr<file_workers> make_file_ring() {
    return is_wanted() ? try_ring() : nullptr;
}

} // namespace sluice::detail

#else

namespace sluice::detail {

std::unique_ptr<file_workers> make_file_ring() {
    return nullptr;
}

} // namespace sluice::detail

#endif
