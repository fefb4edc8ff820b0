// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// What there is on Windows, in one small program that checks itself.
#include <sluice/http/read.hpp>
#include <sluice/http/write.hpp>
#include <sluice/sluice.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/windows/stream_handle.hpp>
#include <boost/asio/write.hpp>

#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>

namespace asio = boost::asio;

namespace {

void require(bool holds, const char* what) {
    std::printf("%s %s\n", holds ? "ok     " : "FAILED ", what);
    if (!holds)
        throw std::runtime_error(what);
}

void check_pipe() {
    asio::io_context context;
    sluice::pipe pipe(context);
    std::string got;
    pipe.reader.async_read([&](sluice::error_code ec, const sluice::read_result& read) {
        require(!ec, "a read completes");
        got = read.buffer.to_string();
        pipe.reader.advance(read.buffer.finish());
    });
    pipe.writer.write(asio::buffer("hello", 5));
    pipe.writer.flush([](sluice::error_code) {});
    context.run();
    require(got == "hello", "a pipe");
}

void check_file() {
    const auto path = std::filesystem::temp_directory_path() / "sluice_check_windows";
    asio::io_context context;
    sluice::file_stream file(context);
    file.open_for_writing(path);
    sluice::pipe pipe(context);
    pipe.writer.write(asio::buffer("in a file", 9));
    pipe.writer.complete();
    auto written = sluice::async_pump(pipe.reader, file, {}, asio::use_future);
    context.run();
    require(written.get() == 9, "a file is written");
    file.close();
    file.open_for_reading(path);
    require(file.size() == 9, "a file has a size");
    file.seek(3);
    sluice::pipe back(context);
    auto read = sluice::async_pump(file, back.writer, {}, asio::use_future);
    context.restart();
    context.run();
    require(read.get() == 6, "a file is read");
    require(back.reader.try_read()->buffer.equals("a file"), "the bytes of a file");
    file.close();
    std::filesystem::remove(path);
}

void check_sockets() {
    asio::io_context context;
    asio::ip::tcp::acceptor acceptor(context, {asio::ip::address_v4::loopback(), 0});
    asio::ip::tcp::socket client(context);
    client.connect(acceptor.local_endpoint());
    sluice::connection<asio::ip::tcp::socket> server(acceptor.accept());
    auto ran = server.async_run(asio::use_future);
    server.input().async_read([&](sluice::error_code ec, const sluice::read_result& read) {
        require(!ec, "a connection reads");
        server.output().append(read.buffer.preserve());
        server.input().advance(read.buffer.finish());
        server.output().flush([](sluice::error_code) {});
        server.output().complete();
        server.input().complete();
    });
    std::string answer;
    asio::async_write(client, asio::buffer("echo", 4), [&](sluice::error_code, std::size_t) {
        asio::async_read(client, asio::dynamic_buffer(answer),
                         [&](sluice::error_code, std::size_t) { client.close(); });
    });
    context.run();
    ran.get();
    require(answer == "echo", "a connection echoes");
}

// A pipe of the system that can be waited for, with its ends as stream handles.
struct system_pipe {
    explicit system_pipe(asio::io_context& context) : out(context), in(context) {
        static int made = 0;
        const std::string name = "\\\\.\\pipe\\sluice_check_" +
                                 std::to_string(::GetCurrentProcessId()) + "_" +
                                 std::to_string(++made);
        out.assign(::CreateNamedPipeA(name.c_str(), PIPE_ACCESS_INBOUND | FILE_FLAG_OVERLAPPED, 0,
                                      1, 65'536, 65'536, 0, nullptr));
        in.assign(::CreateFileA(name.c_str(), GENERIC_WRITE, 0, nullptr, OPEN_EXISTING,
                                FILE_FLAG_OVERLAPPED, nullptr));
    }

    asio::windows::stream_handle out, in;
};

void check_handles() {
    asio::io_context context;
    system_pipe from(context), to(context);
    sluice::pipe through(context);
    const std::string bytes(300'000, 'x');
    asio::async_write(from.in, asio::buffer(bytes),
                      [&](sluice::error_code, std::size_t) { from.in.close(); });
    auto filled = sluice::async_pump(from.out, through.writer, {}, asio::use_future);
    sluice::async_pump(through.reader, to.in, {},
                       [&](sluice::error_code, std::uint64_t) { to.in.close(); });
    std::string got;
    asio::async_read(to.out, asio::dynamic_buffer(got), [](sluice::error_code, std::size_t) {});
    context.run();
    require(filled.get() == bytes.size(), "a stream handle is pumped into a pipe");
    require(got == bytes, "a pipe is pumped into a stream handle");
}

void check_pump_between_handles() {
    asio::io_context context;
    system_pipe from(context), to(context);
    const std::string bytes(300'000, 'y');
    asio::async_write(from.in, asio::buffer(bytes),
                      [&](sluice::error_code, std::size_t) { from.in.close(); });
    sluice::async_pump(from.out, to.in, {},
                       [&](sluice::error_code, std::uint64_t) { to.in.close(); });
    std::string got;
    asio::async_read(to.out, asio::dynamic_buffer(got), [](sluice::error_code, std::size_t) {});
    context.run();
    require(got == bytes, "a stream handle is pumped into another");
}

} // namespace

int main() {
    try {
        check_pipe();
        check_file();
        check_sockets();
        check_handles();
        check_pump_between_handles();
        return 0;
    } catch (const std::exception& e) {
        std::printf("%s\n", e.what());
        return 1;
    }
}
