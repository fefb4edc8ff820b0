// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/buffer/share_chain.hpp>
#include <sluice/detail/throw_error.hpp>
#include <sluice/pipe/detail/producer.hpp>

#include <algorithm>
#include <utility>

namespace sluice::detail {

producer::~producer() {
    batch_room_.release();
    give_spare(spare_);
}

mutable_segments producer::prepare_sequence(std::size_t total) {
    total = std::max<std::size_t>(total, 1);
    prepare(1);
    tail_.reserve(total, mutable_segments::max_pieces);
    prepared_ = total;
    return tail_.pieces(total);
}

void producer::refuse_commit() {
    throw_error(errc::commit_exceeds_prepared, "sluice::pipe_writer::commit");
}

// Fills the blocks up to the one that holds the last byte, and returns what is left for that. They
// were got ahead by prepare_sequence: this does not throw.
std::size_t producer::commit_across(std::size_t n) {
    while (n > tail_.room()) {
        const std::size_t here = tail_.room();
        commit_here(here);
        n -= here;
        next_block(1);
    }
    return n;
}

void producer::next_block(std::size_t minimum) {
    memory_block* fresh = tail_.next_block(minimum);
    if (tail_.block() == nullptr) {
        adopt(fresh);
        return;
    }
    const std::uint64_t word = word_.lock();
    std::uint64_t end = chain_end(word);
    link_pending(end);
    tail_.release_block();
    tail_link_ = nullptr;
    adopt(fresh);
    unlock(word, end);
}

void producer::adopt(memory_block* fresh) noexcept {
    tail_.adopt(fresh, total_.load(std::memory_order_relaxed));
    quick_ = false;
}

void producer::drop_tail() noexcept {
    tail_.drop();
    tail_link_ = nullptr;
}

void producer::link_pending(std::uint64_t& end) noexcept {
    const std::uint64_t total = total_.load(std::memory_order_acquire);
    const std::uint64_t pending = total - (end - foreign_);
    if (pending == 0)
        return;
    if (discarding_) {
        end += pending;
        return;
    }
    if (tail_link_ == nullptr) {
        memory_block* block = tail_.block();
        if (std::exchange(tail_.link_free, false)) {
            tail_link_ = &block->link;
        } else {
            tail_link_ = std::exchange(spare_, nullptr);
            block->retain();
        }
        tail_link_->block = block;
        tail_link_->data = tail_.address_of(total - pending);
        tail_link_->base = end;
        tail_link_->next.store(nullptr, std::memory_order_relaxed);
        link(tail_link_, tail_link_);
    }
    end += pending;
}

void producer::link(segment* first, segment* last) noexcept {
    first->previous = last_;
    if (last_ == nullptr)
        first_.store(first, std::memory_order_release);
    else
        last_->next.store(first, std::memory_order_release);
    last_ = last;
}

void producer::unlock(std::uint64_t word, std::uint64_t end) noexcept {
    chain_end_ = end;
    const bool mixed =
        discarding_ || (word & published_word::mixed) != 0 || end != published_word::position(word);
    word_.unlock(mixed ? word | published_word::mixed : word);
}

void producer::unlock_publishing(std::uint64_t word, std::uint64_t end) noexcept {
    chain_end_ = end;
    word_.unlock_publishing(published_word::of(end) | (word & published_word::held) |
                            (discarding_ ? published_word::mixed : 0));
}

std::uint64_t producer::publish_slowly() noexcept {
    prepared_ = 0;
    if (!held_) {
        const std::uint64_t word = word_.load();
        if ((word & published_word::mixed) == 0)
            return published_word::position(word);
    }
    const std::uint64_t word = word_.lock();
    std::uint64_t end = chain_end(word);
    link_pending(end);
    if (last_ == nullptr)
        drop_tail(); // nothing was committed, and nothing is buffered
    quick_ = tail_link_ != nullptr;
    held_ = false;
    published_ = end;
    published_total_ = total_.load(std::memory_order_relaxed) + appended_;
    unlock_publishing(word & ~published_word::held, end);
    return end;
}

// Links bytes that are not the writer's own, and takes the spare if there is none: the writer will
// need a link for what it commits next. Returns the chain if it is to be dropped instead.
segment* producer::link_foreign(segment* first, segment* last, std::uint64_t size,
                                std::uint64_t& end, segment*& spare) noexcept {
    if (!discarding_) {
        for (segment* it = first; it != nullptr; it = it->next.load(std::memory_order_relaxed))
            it->base += end;
        link(first, last);
        tail_link_ = nullptr;
        first = nullptr;
    }
    end += size;
    foreign_ += size;
    if (spare_ == nullptr)
        spare_ = std::exchange(spare, nullptr);
    return first;
}

void producer::append(const preserved_buffer& bytes) {
    if (bytes.empty())
        return;
    segment* spare = pool_.state().acquire_link();
    shared_chain chain;
    try {
        chain = share_chain(bytes.buffer());
    } catch (...) {
        give_spare(spare);
        throw;
    }
    hold();
    prepared_ = 0;
    const std::uint64_t word = word_.lock();
    std::uint64_t end = chain_end(word);
    link_pending(end);
    segment* dropped = link_foreign(chain.first, chain.last, bytes.size(), end, spare);
    appended_ += bytes.size();
    unlock(word, end);
    give_spare(spare);
    release_chain(dropped);
}

spliced producer::splice(chain_builder& batch, bool publish) {
    segment *spare = batch.size() == 0 ? nullptr : pool_.state().acquire_link(), *dropped = nullptr;
    const std::uint64_t word = word_.lock();
    if (closed_) {
        word_.unlock(word);
        give_spare(spare);
        return spliced::refused;
    }
    std::uint64_t end = chain_end(word);
    link_pending(end);
    block_room room;
    if (batch.size() != 0) {
        dropped = link_foreign(batch.first(), batch.last(), batch.size(), end, spare);
        batch.detach();
        room = batch.take_room();
        if (!discarding_ && room.size() > batch_room_.size())
            std::swap(room, batch_room_);
    }
    // Without news the quick way stays closed: the reader may have taken the tail's link.
    const bool published = publish && end != published_word::position(word);
    if (published)
        unlock_publishing(word, end);
    else
        unlock(word, end);
    room.release();
    give_spare(spare);
    release_chain(dropped);
    return published ? spliced::published : spliced::nothing_published;
}

block_room producer::take_batch_room() noexcept {
    const std::uint64_t word = word_.lock();
    const block_room room = std::exchange(batch_room_, {});
    word_.unlock(word);
    return room;
}

void producer::give_spare(segment* spare) noexcept {
    if (spare != nullptr)
        pool_.state().put_link(spare);
}

unlinked producer::unlink_consumed(std::uint64_t consumed) noexcept {
    if (word_.published() != consumed)
        return unlinked::nothing;
    const std::uint64_t word = word_.lock();
    if (published_word::position(word) != consumed || chain_end(word) != consumed) {
        word_.unlock(word);
        return unlinked::nothing;
    }
    const bool linked = last_ != nullptr;
    first_.store(nullptr, std::memory_order_relaxed);
    last_ = nullptr;
    if (word & published_word::held) {
        const bool kept = take_back_tail_link();
        chain_end_ = consumed;
        word_.unlock(linked ? word | published_word::mixed : word); // closes the quick way
        return kept ? unlinked::all_but_last : unlinked::all;
    }
    drop_tail();
    segment* spare = std::exchange(spare_, nullptr);
    block_room room = std::exchange(batch_room_, {});
    word_.unlock(word);
    give_spare(spare);
    room.release();
    return unlinked::all;
}

// The writer is going to need a link for what it commits next: the one that showed its tail.
bool producer::take_back_tail_link() noexcept {
    if (tail_link_ == nullptr)
        return false;
    if (tail_link_ == &tail_.block()->link) {
        tail_.link_free = true;
    } else {
        spare_ = tail_link_;
        tail_.block()->release();
    }
    tail_link_ = nullptr;
    return true;
}

producer::discarded producer::discard() noexcept {
    const std::uint64_t word = word_.lock();
    const std::uint64_t end = chain_end(word);
    discarding_ = true;
    segment* first = first_.exchange(nullptr, std::memory_order_relaxed);
    last_ = nullptr;
    tail_link_ = nullptr;
    block_room room = std::exchange(batch_room_, {});
    if ((word & published_word::held) == 0)
        drop_tail();
    chain_end_ = end;
    word_.unlock_publishing(published_word::of(end) | (word & published_word::held) |
                            published_word::mixed);
    room.release();
    return {end, first};
}

void producer::close() noexcept {
    publish();
    const std::uint64_t word = word_.lock();
    std::uint64_t end = chain_end(word);
    closed_ = true;
    drop_tail();
    segment* spare = std::exchange(spare_, nullptr);
    block_room room = std::exchange(batch_room_, {});
    unlock_publishing(word, end);
    give_spare(spare);
    room.release();
}

void producer::reset() noexcept {
    word_.reset();
    first_.store(nullptr, std::memory_order_relaxed);
    last_ = nullptr;
    chain_end_ = foreign_ = appended_ = published_ = published_total_ = 0;
    total_.store(0, std::memory_order_relaxed);
    prepared_ = 0;
    discarding_ = closed_ = false;
}

} // namespace sluice::detail
