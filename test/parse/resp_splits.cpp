// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "parse/resp_outcome.hpp"

namespace sluice::test {

namespace {

constexpr std::size_t sizes[] = {1, 2, 16, 64, 4096};

// However the text is cut, and whatever the size of segments: the same frames, the same bytes left
// over, the same error at the same place.
template <class D>
void check_splits(const D& decoder, std::string_view text) {
    CAPTURE(std::string(text));
    const std::string whole = outcome_of(decoder, text);
    std::vector<std::string_view> bytes;
    for (std::size_t i = 0; i != text.size(); ++i)
        bytes.push_back(text.substr(i, 1));
    for (const std::size_t size : sizes) {
        CAPTURE(size);
        REQUIRE(outcome_of(decoder, {text}, size) == whole);
        REQUIRE(outcome_of(decoder, bytes, size) == whole);
        for (std::size_t i = 1; i < text.size(); ++i)
            REQUIRE(outcome_of(decoder, {text.substr(0, i), text.substr(i)}, size) == whole);
    }
    if (text.size() > 300)
        return;
    for (std::size_t i = 1; i < text.size(); ++i)
        for (std::size_t j = i + 1; j < text.size(); ++j)
            REQUIRE(outcome_of(decoder, {text.substr(0, i), text.substr(i, j - i), text.substr(j)},
                               16) == whole);
}

TEST_CASE("values arrive in any pieces") {
    const resp_decoder decoder;
    for (const char* const text : {
             "+OK\r\n-ERR no\r\n:123\r\n$3\r\nabc\r\n$-1\r\n*-1\r\n",
             "*2\r\n*3\r\n:1\r\n:2\r\n:3\r\n*2\r\n+Hello\r\n-World\r\n",
             "_\r\n#t\r\n,1.25e2\r\n(12345678901234567890\r\n!3\r\nERR\r\n=7\r\ntxt:abc\r\n",
             "%2\r\n+first\r\n:1\r\n+second\r\n~1\r\n>1\r\n$12\r\nhello\r\nworld\r\n",
             "|1\r\n+ttl\r\n:3600\r\n*2\r\n|1\r\n+a\r\n_\r\n:5\r\n:6\r\n",
             "$?\r\n;4\r\nHell\r\n;6\r\no worl\r\n;1\r\nd\r\n;0\r\n*?\r\n:1\r\n%?\r\n+a\r\n.\r\n",
             "*?\r\n:1\r\n%?\r\n+a\r\n#f\r\n.\r\n.\r\n+end\r\n",
             "*1\r\n$000000000003\r\nabc\r\n:+0000000000000000000001\r\n",
         })
        check_splits(decoder, text);
}

TEST_CASE("what is no value is refused at the same place however it arrives") {
    const resp_decoder decoder;
    for (const char* const text :
         {"+OK\r\nbad\r\n", "*2\r\n:1\r\n:x\r\n", "$3\r\nabcd\r\n", "+a\rb\r\n", "+ab\ncd\r\n",
          "$-5\r\nab\r\n", "$99999999999999999999\r\n", "*3\r\n:1\r\n$9999999999\r\n",
          "=5\r\ntextx\r\n", "%?\r\n+a\r\n.\r\n", "(12x4\r\n", ",1.2.3\r\n", "*1\r\n;1\r\na\r\n"})
        check_splits(decoder, text);
    resp_options small;
    small.max_size = 20;
    small.max_line_size = 32;
    small.max_depth = 2;
    small.max_elements = 5;
    small.max_bulk_size = 6;
    for (const char* const text :
         {"*3\r\n$6\r\nabcdef\r\n:12\r\n:3\r\n", "*2\r\n$6\r\nabcdef\r\n+abcd\r\n",
          "*1\r\n*1\r\n*1\r\n:1\r\n", "*6\r\n", "*4\r\n:1\r\n*1\r\n:1\r\n", "$7\r\nabcdefg\r\n",
          "+01234567890123456789012345678901\r\n", "$0000000000000000000000000000000001\r\na\r\n",
          "*?\r\n:123456\r\n:123\r\n.\r\n",
          // a first line that ends beyond the limit, and says too much, or begins there
          "*2\r\n+abcdefghij\r\n*6\r\n", "*2\r\n+abcdefghij\r\n$7\r\nabcdefg\r\n",
          "*2\r\n+abcdefghijklm\r\n$1\r\na\r\n"})
        check_splits(resp_decoder(small), text);
}

TEST_CASE("commands arrive in any pieces") {
    const resp_command_decoder decoder;
    for (const char* const text :
         {"*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$5\r\nv\r\nal\r\n*1\r\n$4\r\nPING\r\n",
          "PING\r\nSET a \"x \\\"y\\x41\" 'it\\'s'\r\nGET a\n\r\n*0\r\n*-1\r\nQUIT\r\n",
          "*2\r\n$0\r\n\r\n$0000000000001\r\na\r\n*000000000000\r\n"})
        check_splits(decoder, text);
}

TEST_CASE("what is no command is refused at the same place however it arrives") {
    const resp_command_decoder decoder;
    for (const char* const text :
         {"PING\r\n*x\r\n", "*2\r\n$3\r\nGET\r\n+a\r\n", "*1\r\n$-1\r\n", "*1\r\n$3\r\nabcd\r\n",
          "*1\r\n$3\r\nabc\rx", "SET \"a\r\n", "*99999999999\r\n", "*1\r\n$99999999999\r\n", "*1\n",
          "*1\r\n$1\na\r\n"})
        check_splits(decoder, text);
    resp_options small;
    small.max_size = 20;
    small.max_line_size = 32;
    small.max_elements = 2;
    small.max_bulk_size = 6;
    for (const char* const text :
         {"*2\r\n$6\r\nabcdef\r\n$1\r\na\r\n", "*3\r\n", "*1\r\n$7\r\nabcdefg\r\n",
          "01234567890123456789\r\n", "a b c\r\n", "*1\r\n$0000000000000000000000000000000001\r\n",
          "*0000000000000000000000000000000001\r\n"})
        check_splits(resp_command_decoder(small), text);
}

} // namespace

} // namespace sluice::test
