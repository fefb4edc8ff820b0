// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <cstddef>
#include <memory>

namespace sluice::detail {

// Memory for one thing at a time that is not too large; for more, from another allocator.
template <std::size_t Size, class Upstream>
class single_block {
public:
    template <class T>
    class allocator {
    public:
        using value_type = T;
        allocator(single_block& block, const Upstream& upstream) noexcept
            : block_(&block)
            , upstream_(upstream) {}
        template <class U>
        allocator(const allocator<U>& other) noexcept
            : block_(other.block_)
            , upstream_(other.upstream_) {}

        T* allocate(std::size_t n) {
            if (block_->used_ || n * sizeof(T) > Size || alignof(T) > alignof(std::max_align_t))
                return rebound(upstream_).allocate(n);
            block_->used_ = true;
            return reinterpret_cast<T*>(block_->bytes_);
        }
        void deallocate(T* memory, std::size_t n) noexcept {
            if (reinterpret_cast<std::byte*>(memory) != block_->bytes_)
                return rebound(upstream_).deallocate(memory, n);
            block_->used_ = false;
        }
        template <class U>
        bool operator==(const allocator<U>& other) const noexcept {
            return block_ == other.block_;
        }

    private:
        template <class>
        friend class allocator;
        using rebound = typename std::allocator_traits<Upstream>::template rebind_alloc<T>;

        single_block* block_;
        Upstream upstream_;
    };

private:
    alignas(std::max_align_t) std::byte bytes_[Size];
    bool used_ = false;
};

} // namespace sluice::detail
