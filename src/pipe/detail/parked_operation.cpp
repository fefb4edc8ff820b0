// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/pipe/detail/parked_operation.hpp>

namespace sluice::detail {

parked_operation* operation_list::remove(std::uint64_t serial) noexcept {
    parked_operation* previous = nullptr;
    for (parked_operation* it = first_; it != nullptr; previous = it, it = it->next) {
        if (it->serial != serial)
            continue;
        (previous == nullptr ? first_ : previous->next) = it->next;
        if (last_ == it)
            last_ = previous;
        return it;
    }
    return nullptr;
}

parked_operation* operation_list::pop() noexcept {
    parked_operation* operation = first_;
    if (operation != nullptr) {
        first_ = operation->next;
        if (first_ == nullptr)
            last_ = nullptr;
    }
    return operation;
}

void operation_list::append(operation_list& other) noexcept {
    if (other.first_ == nullptr)
        return;
    (last_ == nullptr ? first_ : last_->next) = other.first_;
    last_ = other.last_;
    other = {};
}

} // namespace sluice::detail
