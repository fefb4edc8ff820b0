// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <concepts>

namespace sluice {

/// The name of a file, for functions that open one: a string, or a `std::filesystem::path`, whose
/// header is slow to compile and so not included. Narrow names are what the system takes them for:
/// on Windows they are in its code page.
///
/// It refers to what it was made from, and is good for the call that it is an argument of.
///
/// *Thread safety.* Distinct and shared objects: safe; nothing about them changes.
class file_path {
public:
    /// Ends with a zero.
    file_path(const char* name) noexcept : narrow_(name) {}

    /// @tparam Name a `std::string`, a `std::filesystem::path`, or what gives its name in the same
    /// way
    template <class Name>
    requires requires(const Name& name) {
        { name.c_str() } -> std::convertible_to<const char*>;
    }
    file_path(const Name& name) noexcept : narrow_(name.c_str()) {}

    /// The name, ending with a zero; null of one that was given in wide characters.
    const char* c_str() const noexcept { return narrow_; }

#if defined(_WIN32)
    /// Of wide characters.
    /// @{
    file_path(const wchar_t* name) noexcept : wide_(name) {}
    template <class Name>
    requires requires(const Name& name) {
        { name.c_str() } -> std::convertible_to<const wchar_t*>;
    }
    file_path(const Name& name) noexcept : wide_(name.c_str()) {}
    const wchar_t* wide() const noexcept {
        return wide_;
    }
    /// @}
#endif

private:
    const char* narrow_ = nullptr;
#if defined(_WIN32)
    const wchar_t* wide_ = nullptr;
#endif
};

} // namespace sluice
