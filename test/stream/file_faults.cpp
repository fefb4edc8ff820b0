// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// What can be wrong with files: the error is the documented one, and the program goes on.
#include "support/numbered_bytes.hpp"
#include "support/outcome.hpp"
#include "support/temporary_file.hpp"
#include <sluice/stream/file_reader.hpp>
#include <sluice/stream/file_writer.hpp>

#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <system_error>

using namespace sluice;
using namespace sluice::test;

namespace system_errc = boost::system::errc;

namespace {

// A limit of the process, for a while.
struct lowered_limit {
    lowered_limit(decltype(RLIMIT_FSIZE) which, rlim_t most) : resource(which) {
        REQUIRE(::getrlimit(resource, &before) == 0);
        rlimit lowered = before;
        lowered.rlim_cur = most;
        REQUIRE(::setrlimit(resource, &lowered) == 0);
    }
    lowered_limit(const lowered_limit&) = delete;
    lowered_limit& operator=(const lowered_limit&) = delete;
    ~lowered_limit() { (void)::setrlimit(resource, &before); }

    decltype(RLIMIT_FSIZE) resource;
    rlimit before;
};

struct ignored_signal {
    explicit ignored_signal(int which) : number(which), before(std::signal(which, SIG_IGN)) {}
    ignored_signal(const ignored_signal&) = delete;
    ignored_signal& operator=(const ignored_signal&) = delete;
    ~ignored_signal() { (void)std::signal(number, before); }

    int number;
    void (*before)(int);
};

struct temporary_folder {
    temporary_folder() { std::filesystem::create_directory(path); }
    temporary_folder(const temporary_folder&) = delete;
    temporary_folder& operator=(const temporary_folder&) = delete;
    ~temporary_folder() { std::filesystem::remove(path); }

    std::filesystem::path path = std::filesystem::temp_directory_path() /
                                 ("sluice_test_folder_" + std::to_string(::getpid()));
};

void finish_all(asio::io_context& context) {
    context.restart();
    context.run();
}

error_code flush_of(asio::io_context& context, file_writer& out, std::string_view text) {
    out.write(asio::buffer(text));
    wait_outcome flushed;
    out.flush(flushed.handler());
    finish_all(context);
    REQUIRE(flushed.calls == 1);
    return flushed.ec;
}

error_code end_of(asio::io_context& context, file_writer& out) {
    wait_outcome ended;
    out.complete();
    out.async_wait_reader_completed(ended.handler());
    finish_all(context);
    REQUIRE(ended.calls == 1);
    return ended.ec;
}

struct whole_file {
    std::string bytes;
    error_code ec; // at its end
};
whole_file read_whole(asio::io_context& context, file_reader& in) {
    whole_file read;
    while (!read.ec) {
        read_outcome outcome;
        in.async_read(outcome.handler());
        finish_all(context);
        REQUIRE(outcome.calls == 1);
        read.ec = outcome.ec;
        if (!read.ec) {
            read.bytes += outcome.text();
            in.advance(outcome.result.buffer.finish());
        }
    }
    return read;
}

// The program goes on: another file takes what it is given.
void check_another_file(asio::io_context& context) {
    const temporary_file target;
    file_writer out(context, target.path);
    CHECK_FALSE(flush_of(context, out, "another"));
    CHECK_FALSE(end_of(context, out));
    file_reader in(context, target.path);
    CHECK(read_whole(context, in).bytes == "another");
}

// A writer that meets the error goes on to say so.
void check_that_it_stays(asio::io_context& context, file_writer& out, system_errc::errc_t error) {
    CHECK(flush_of(context, out, "more") == error);
    out.write(asio::buffer("more", 4));
    CHECK(out.try_flush().error() == error);
    wait_outcome watched;
    out.async_wait_reader_completed(watched.handler());
    finish_all(context);
    CHECK(watched.ec == error);
    CHECK(end_of(context, out) == error);
    check_another_file(context);
}

file_reader_options small_pieces() {
    file_reader_options options;
    options.piece_size = 1'000;
    options.read_ahead = 1;
    return options;
}

} // namespace

TEST_CASE("a full device is an error of the flush, and of all later ones") {
    for (const std::size_t behind : {0u, 1'000u}) {
        asio::io_context context;
        file_writer_options options;
        options.write_behind = behind;
        file_writer out(context, "/dev/full", options);
        CHECK((flush_of(context, out, "x") == system_errc::no_space_on_device || behind != 0));
        check_that_it_stays(context, out, system_errc::no_space_on_device);
    }
}

TEST_CASE("a full file system takes what fits, and the flush tells of the rest") {
    const temporary_folder folder;
    if (::mount("none", folder.path.c_str(), "tmpfs", 0, "size=1m") != 0) {
        MESSAGE("no file system can be mounted here: ", std::strerror(errno));
        return;
    }
    asio::io_context context;
    const std::filesystem::path path = folder.path / "file";
    file_writer out(context, path);
    file_stream back(context);
    back.open_for_reading(path);
    REQUIRE(::umount2(folder.path.c_str(), MNT_DETACH) == 0); // goes with the last descriptor
    error_code ec;
    std::uint64_t flushed = 0;
    for (; !ec && flushed < 3'000'000; flushed += ec ? 0 : 100'000)
        ec = flush_of(context, out, numbered_bytes(100'000, flushed));
    CHECK(ec == system_errc::no_space_on_device);
    CHECK(flushed == 1'000'000);
    CHECK(back.size() == 1u << 20);
    check_that_it_stays(context, out, system_errc::no_space_on_device);
    file_reader in(std::move(back));
    const whole_file read = read_whole(context, in);
    CHECK(is_numbered(read.bytes));
    CHECK(read.bytes.size() == 1u << 20);
}

TEST_CASE("a file that grows too large is an error of the flush") {
    const ignored_signal ignored(SIGXFSZ);
    const lowered_limit limit(RLIMIT_FSIZE, 1'000'000);
    const temporary_file target;
    asio::io_context context;
    file_writer out(context, target.path);
    CHECK_FALSE(flush_of(context, out, numbered_bytes(900'000)));
    CHECK(flush_of(context, out, numbered_bytes(200'000, 900'000)) == system_errc::file_too_large);
    CHECK((target.content() == numbered_bytes(1'000'000)));
    check_that_it_stays(context, out, system_errc::file_too_large);
}

TEST_CASE("a device that fails is an error of the read, and of the flush") {
    asio::io_context context;
    file_reader in(context, "/proc/self/mem"); // nothing lies at address 0
    const whole_file read = read_whole(context, in);
    CHECK(read.bytes.empty());
    CHECK(read.ec == system_errc::io_error);
    file_writer out(context, "/proc/self/mem");
    CHECK(flush_of(context, out, "x") == system_errc::io_error);
    check_that_it_stays(context, out, system_errc::io_error);
}

TEST_CASE("a file that is not for writing, or not for reading") {
    const temporary_file source("abc");
    asio::io_context context;
    file_stream file(context);
    file.open_for_reading(source.path);
    file_writer out(std::move(file));
    CHECK(flush_of(context, out, "x") == system_errc::bad_file_descriptor);
    check_that_it_stays(context, out, system_errc::bad_file_descriptor);
    file.open_for_updating(source.path);
    file_reader in(std::move(file));
    CHECK(read_whole(context, in).ec == system_errc::bad_file_descriptor);
    CHECK(source.content() == "abc");
}

TEST_CASE("a file that shrinks while it is read ends where it ends") {
    const temporary_file source(numbered_bytes(100'000));
    for (const std::size_t left : {50'000u, 500u}) {
        asio::io_context context;
        file_reader_options options = small_pieces();
        options.length = 90'000;
        file_reader in(context, source.path, options);
        finish_all(context);
        CHECK(in.buffered() == 1'000);
        std::filesystem::resize_file(source.path, left);
        const whole_file read = read_whole(context, in);
        CHECK(read.ec == asio::error::eof);
        CHECK(read.bytes.size() == std::max<std::size_t>(left, 1'000));
        CHECK(is_numbered(read.bytes));
    }
}

TEST_CASE("a file that grows while it is read is read to its end") {
    const temporary_file source(numbered_bytes(2'000));
    asio::io_context context;
    file_reader in(context, source.path, small_pieces());
    finish_all(context);
    std::ofstream(source.path, std::ios::binary | std::ios::app) << numbered_bytes(3'000, 2'000);
    const whole_file read = read_whole(context, in);
    CHECK(read.ec == asio::error::eof);
    CHECK((read.bytes == numbered_bytes(5'000)));
    std::ofstream(source.path, std::ios::binary | std::ios::app) << "more";
    CHECK(read_whole(context, in).ec == asio::error::eof); // the end was seen
}

TEST_CASE("a folder is no file") {
    asio::io_context context;
    file_reader in(context, std::filesystem::temp_directory_path());
    CHECK(read_whole(context, in).ec == system_errc::is_a_directory);
    CHECK(thrown_by([&] { file_writer(context, std::filesystem::temp_directory_path()); }) ==
          system_errc::is_a_directory);
}

TEST_CASE("a file that is forbidden") {
    const temporary_file target("secret");
    std::filesystem::permissions(target.path, std::filesystem::perms::none);
    asio::io_context context;
    const uid_t user = ::geteuid();
    if (user == 0)
        REQUIRE(::seteuid(65'534) == 0); // to root nothing is forbidden
    error_code reading, writing;
    {
        file_reader in(context, target.path, {}, reading);
        file_writer out(context, target.path, {}, writing);
        CHECK(read_whole(context, in).ec == system_errc::permission_denied);
        CHECK(flush_of(context, out, "x") == system_errc::permission_denied);
    }
    REQUIRE(::seteuid(user) == 0);
    CHECK(reading == system_errc::permission_denied);
    CHECK(writing == system_errc::permission_denied);
    std::filesystem::permissions(target.path, std::filesystem::perms::owner_all);
    CHECK(target.content() == "secret");
}

TEST_CASE("when all descriptors are taken, no file is opened, and open ones go on") {
    const temporary_file source(numbered_bytes(100'000));
    asio::io_context context;
    file_reader in(context, source.path, small_pieces());
    file_writer out(context, "/dev/null");
    // UndefinedBehaviorSanitizer opens a pipe when it meets a class for the first time: here.
    CHECK(std::system_error(EMFILE, std::system_category()).code().message() != "");
    {
        const lowered_limit limit(RLIMIT_NOFILE, 3);
        error_code ec;
        file_reader refused(context, source.path, {}, ec);
        CHECK(ec == system_errc::too_many_files_open);
        CHECK(read_whole(context, refused).ec == system_errc::too_many_files_open);
        CHECK(thrown_by([&] { file_writer(context, source.path); }) ==
              system_errc::too_many_files_open);
        CHECK((read_whole(context, in).bytes == numbered_bytes(100'000)));
        CHECK_FALSE(flush_of(context, out, "x"));
    }
    check_another_file(context);
}

TEST_CASE("what cannot be read at a position") {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    asio::io_context context;
    file_stream from(context), to(context);
    from.assign(ends[0]);
    to.assign(ends[1]);
    file_reader in(std::move(from));
    file_writer out(std::move(to));
    CHECK(read_whole(context, in).ec == system_errc::invalid_seek);
    CHECK(flush_of(context, out, "x") == system_errc::invalid_seek);
}

TEST_CASE("files of the kernel's, which have no size, are read to their end") {
    asio::io_context context;
    file_reader in(context, "/proc/self/maps", small_pieces());
    const whole_file read = read_whole(context, in);
    CHECK(read.ec == asio::error::eof);
    CHECK(read.bytes.size() > 1'000);
    CHECK(read.bytes.ends_with('\n'));
}
