// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/buffer/detail/chain_builder.hpp>
#include <sluice/pipe/detail/published_word.hpp>
#include <sluice/pipe/detail/writer_tail.hpp>

#include <cstddef>
#include <cstdint>

namespace sluice::detail {

enum class unlinked { nothing, all, all_but_last };
enum class spliced { refused, nothing_published, published };

// The producing side of a pipe: the end of the chain, and the writer's tail, which is the block the
// writer fills.
//
//   published        end of chain      writer's bytes
//   ───────┐             ┐                   ┐
//   [ link ▸ link ▸ link ]   ▒▒▒▒ committed ▒│░░ prepared ░░]  tail
//
// While the writer holds the word, the tail is its own and it commits without any lock: total_ says
// how many bytes it ever committed. Whoever has the lock links what is committed and not yet
// linked; so a batch committed by another thread stands behind the bytes the writer committed
// before it. While nobody holds the word, the tail belongs to the lock, and the reader may take it
// away.
class producer {
public:
    producer(const segment_pool& pool, std::size_t minimum_segment_size) noexcept
        : pool_(pool)
        , tail_(pool_, minimum_segment_size) {}
    producer(const producer&) = delete;
    producer& operator=(const producer&) = delete;
    ~producer();

    // ---- the writer's thread
    boost::asio::mutable_buffer prepare(std::size_t minimum) {
        hold();
        if (tail_.room() < minimum || tail_.room() == 0)
            next_block(minimum);
        prepared_ = tail_.room();
        return {tail_.cursor(), prepared_};
    }
    mutable_segments prepare_sequence(std::size_t total);
    // So that prepare and commit of so many do not throw.
    void reserve_room(std::size_t total) {
        hold();
        tail_.reserve(total);
    }
    void commit(std::size_t n) {
        if (n > prepared_)
            refuse_commit();
        prepared_ -= n;
        if (n > tail_.room())
            n = commit_across(n);
        commit_here(n);
    }
    void append(const preserved_buffer& bytes);
    // Gives back what was prepared. Returns the published position.
    std::uint64_t publish() noexcept {
        const std::uint64_t fresh = unpublished();
        if (!quick_ || !held_ || fresh == 0 || !word_.try_publish(published_, published_ + fresh))
            return publish_slowly();
        prepared_ = 0;
        held_ = false;
        published_ += fresh;
        published_total_ += fresh;
        return published_;
    }
    std::uint64_t unpublished() const noexcept {
        return total_.load(std::memory_order_relaxed) + appended_ - published_total_;
    }
    void close() noexcept; // publishes, and gives the tail back

    // ---- any thread
    // Links the chain of a batch, which is empty afterwards. Throws bad_alloc with nothing changed.
    // Refused when closed, with nothing changed.
    spliced splice(chain_builder& batch, bool publish);
    block_room take_batch_room() noexcept;

    // ---- the reader's thread
    const published_word& word() const noexcept { return word_; }
    pool_state& pool() const noexcept { return pool_.state(); }
    segment* first() const noexcept { return first_.load(std::memory_order_acquire); }
    // When everything that is linked was consumed: unlinks it, so that the caller may release what
    // the result says of its links, and takes away the tail if nobody holds it.
    unlinked unlink_consumed(std::uint64_t consumed) noexcept;
    // From now on everything is dropped. The caller releases the links.
    struct discarded {
        std::uint64_t end;
        segment* first; // stale once the reader has looked at the chain
    };
    discarded discard() noexcept;

    void reset() noexcept; // both ends closed

private:
    void hold() noexcept {
        if (!held_) {
            word_.hold();
            held_ = true;
        }
    }
    [[noreturn]] static void refuse_commit();
    std::size_t commit_across(std::size_t n);
    void commit_here(std::size_t n) noexcept {
        tail_.fill(n);
        total_.store(total_.load(std::memory_order_relaxed) + n, std::memory_order_release);
    }
    std::uint64_t publish_slowly() noexcept;
    void next_block(std::size_t minimum);
    void adopt(memory_block* fresh) noexcept;
    void drop_tail() noexcept;
    bool take_back_tail_link() noexcept;
    void give_spare(segment* spare) noexcept;

    // With the lock, as word tells it was found.
    std::uint64_t chain_end(std::uint64_t word) const noexcept {
        return word & published_word::mixed ? chain_end_ : published_word::position(word);
    }
    void link_pending(std::uint64_t& end) noexcept;
    void link(segment* first, segment* last) noexcept;
    segment* link_foreign(segment* first, segment* last, std::uint64_t size, std::uint64_t& end,
                          segment*& spare) noexcept;
    void unlock(std::uint64_t word, std::uint64_t end) noexcept;
    void unlock_publishing(std::uint64_t word, std::uint64_t end) noexcept;

    segment_pool pool_;
    published_word word_;
    std::atomic<segment*> first_{nullptr};

    // Belongs to the lock.
    segment* last_ = nullptr;
    std::uint64_t chain_end_ = 0;  // with mixed only
    std::uint64_t foreign_ = 0;    // bytes of the chain that the writer did not commit itself
    segment* tail_link_ = nullptr; // the last link over the tail, while it is the last of the chain
    segment* spare_ = nullptr;     // for the tail once a batch has been linked behind it
    block_room batch_room_;
    bool discarding_ = false;
    bool closed_ = false;

    // The writer's while it holds the word, else the lock's. What is committed may be read under
    // the lock all the same: it does not change.
    writer_tail tail_;

    // The writer's own.
    std::atomic<std::uint64_t> total_{0};
    std::uint64_t appended_ = 0;
    std::uint64_t published_ = 0;       // as of the writer's last own publishing
    std::uint64_t published_total_ = 0; // total_ + appended_ then
    std::size_t prepared_ = 0;
    bool held_ = false;
    bool quick_ = false; // the tail's link was the last of the chain then
};

} // namespace sluice::detail
