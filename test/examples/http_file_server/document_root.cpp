// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "document_root.hpp"

#include <boost/system/system_error.hpp>
#include <doctest/doctest.h>

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>

using file_server::document_root;
using confinement = document_root::confinement;
namespace fs = std::filesystem;
using namespace std::string_literals;

namespace {

// top/secret, top/root-other/secret; top/root with files, and links in and out.
class tree {
public:
    tree() {
        std::string name = (fs::temp_directory_path() / "sluice_root_XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        top_ = name;
        fs::create_directories(root() / "dir");
        fs::create_directory(top_ / "root-other");
        for (const fs::path& file : {root() / "file", top_ / "secret", top_ / "root-other/secret"})
            std::ofstream(file) << "content";
        fs::create_symlink("file", root() / "in");
        fs::create_symlink("../file", root() / "dir/up");
        fs::create_symlink("../secret", root() / "out");
        fs::create_symlink(top_ / "secret", root() / "absolute");
        fs::create_symlink("..", root() / "parent");
        fs::create_symlink("../root-other", root() / "sibling");
        fs::create_symlink("loop", root() / "loop");
        ::mkfifo((root() / "fifo").c_str(), 0600);
    }
    ~tree() { fs::remove_all(top_); }

    fs::path root() const { return top_ / "root"; }

private:
    fs::path top_;
};

} // namespace

TEST_CASE("document_root: files and directories inside, in both ways of confinement") {
    const tree files;
    for (confinement method : {confinement::by_kernel, confinement::by_real_path}) {
        const document_root root(files.root(), method);
        for (const char* path : {"file", "in", "dir/up", "dir/../file"}) {
            CAPTURE(path);
            const auto opened = root.open(path);
            REQUIRE(opened.has_value());
            CHECK(!opened->is_directory());
            CHECK(opened->status.st_size == 7);
        }
        for (const char* path : {"", "dir", "dir/"})
            CHECK(root.open(path)->is_directory());
    }
}

TEST_CASE("document_root: nothing outside, in both ways of confinement") {
    const tree files;
    for (confinement method : {confinement::by_kernel, confinement::by_real_path}) {
        const document_root root(files.root(), method);
        for (const char* path :
             {"out", "absolute", "..", "../secret", "parent", "parent/secret", "sibling/secret",
              "../root-other/secret", "dir/../../secret", "/etc/passwd", "/proc/self/exe"}) {
            CAPTURE(path);
            const auto opened = root.open(path);
            REQUIRE(opened.has_error());
            CHECK(opened.error() == boost::system::errc::permission_denied);
        }
    }
}

TEST_CASE("document_root: what is neither a file nor a directory, or not there") {
    const tree files;
    for (confinement method : {confinement::by_kernel, confinement::by_real_path}) {
        const document_root root(files.root(), method);
        CHECK(root.open("fifo").error() == boost::system::errc::permission_denied);
        CHECK(root.open("loop").error() == boost::system::errc::too_many_symbolic_link_levels);
        CHECK(root.open("nothing").error() == boost::system::errc::no_such_file_or_directory);
        CHECK(root.open("file/x").error() == boost::system::errc::not_a_directory);
        CHECK(root.open("file\0.png"s).error() == boost::system::errc::invalid_argument);
    }
}

TEST_CASE("document_root: the root itself may be a link; it must be a directory") {
    const tree files;
    const fs::path link = files.root() / "../link";
    fs::create_directory_symlink("root", link);
    CHECK(document_root(link).open("file").has_value());
    CHECK(document_root(link, confinement::by_real_path).open("file").has_value());
    CHECK_THROWS_AS(document_root(files.root() / "file"), boost::system::system_error);
    CHECK_THROWS_AS(document_root(files.root() / "nothing"), boost::system::system_error);
}
