// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/stream/detail/file_threads.hpp>
#include <sluice/stream/detail/quiet_thread.hpp>

#include <array>
#include <condition_variable>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>
#include <utility>

namespace sluice::detail {

namespace {

class file_threads final : public file_workers {
public:
    ~file_threads() override {
        file_job* unstarted = nullptr;
        {
            std::lock_guard lock(mutex_);
            stopped_ = true;
            unstarted = std::exchange(first_, nullptr);
        }
        wanted_.notify_all();
        for (std::thread& thread : threads_)
            if (thread.joinable())
                thread.join();
        while (unstarted != nullptr)
            std::exchange(unstarted, unstarted->next)->destroy();
    }

    void start(file_job& job) override {
        if (const error_code ec = queue(job))
            return job.done(ec, 0);
        wanted_.notify_one();
    }

private:
    error_code queue(file_job& job) {
        std::lock_guard lock(mutex_);
        if (const error_code ec = start_thread())
            return ec;
        job.next = nullptr;
        (first_ == nullptr ? first_ : last_->next) = &job;
        last_ = &job;
        return {};
    }

    // One more, if none is idle. An error: there is none at all.
    error_code start_thread() {
        if (idle_ != 0 || started_ == threads_.size())
            return {};
        error_code refused;
        try {
            threads_[started_] = start_quiet_thread([this] { work(); });
            ++started_;
        } catch (const std::system_error& error) {
            refused = error.code();
        } catch (const std::bad_alloc&) {
            refused = make_error_code(boost::system::errc::not_enough_memory);
        }
        return started_ == 0 ? refused : error_code();
    }

    void work() {
        std::unique_lock lock(mutex_);
        for (;;) {
            ++idle_;
            wanted_.wait(lock, [this] { return first_ != nullptr || stopped_; });
            --idle_;
            if (stopped_)
                return;
            file_job& job = *std::exchange(first_, first_->next);
            lock.unlock();
            error_code ec;
            const std::size_t n =
                do_file_action(job.descriptor, job.what, job.position, job.pieces, ec);
            job.done(ec, n);
            lock.lock();
        }
    }

    std::mutex mutex_;
    std::condition_variable wanted_;
    file_job* first_ = nullptr;
    file_job* last_ = nullptr;
    std::array<std::thread, 2> threads_;
    std::size_t started_ = 0;
    std::size_t idle_ = 0;
    bool stopped_ = false;
};

} // namespace

std::unique_ptr<file_workers> make_file_threads() {
    return std::make_unique<file_threads>();
}

} // namespace sluice::detail
