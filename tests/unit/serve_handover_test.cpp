#include <gtest/gtest.h>

#include <sys/socket.h>

#include <array>
#include <string>
#include <thread>

#include "base/error.hpp"
#include "duckdb/travelling_chunk.hpp"
#include "serve/handover_link.hpp"

namespace sparkify::serve {
namespace {

using base::Error;
using base::ErrorKind;

std::vector<duckdb::Source::Column> some_columns() {
  return {{"number", DUCKDB_TYPE_INTEGER},
          {"text", DUCKDB_TYPE_VARCHAR},
          {"instant", DUCKDB_TYPE_TIMESTAMP},
          {"real", DUCKDB_TYPE_DOUBLE},
          {"row_id", DUCKDB_TYPE_BIGINT}};
}

std::string some_bytes(std::size_t row_count) {
  duckdb::TravellingChunk chunk(some_columns());
  duckdb::Chunk rows = chunk.begin();
  std::vector<std::uint8_t> is_null(row_count);
  for (std::size_t row = 0; row < row_count; ++row) {
    rows.values<std::int32_t>(0)[row] = static_cast<std::int32_t>(row) - 3;
    is_null[row] = row % 3 == 1 ? 1 : 0;
    if (is_null[row] == 0) rows.set_text(1, row, std::string(row * 5, 'x'));
    rows.values<std::int64_t>(2)[row] = 1'541'105'830'796'000;
    rows.values<double>(3)[row] = 0.5;
    rows.values<std::int64_t>(4)[row] = static_cast<std::int64_t>(row);
  }
  rows.set_nulls(1, 0, is_null);
  std::string bytes;
  chunk.write(row_count, bytes);
  return bytes;
}

TEST(TravellingChunk, ArrivesAsItWas) {
  std::string bytes = some_bytes(100);
  duckdb::TravellingChunk chunk(some_columns());
  ASSERT_EQ(chunk.read(bytes), 100U);
  EXPECT_EQ(chunk.values<std::int32_t>(0)[99], 96);
  EXPECT_EQ(chunk.values<std::int64_t>(2)[7], 1'541'105'830'796'000);
  EXPECT_TRUE(chunk.is_null(1, 1));
  EXPECT_FALSE(chunk.is_null(1, 2));
  EXPECT_FALSE(chunk.is_null(0, 1));
  std::string again;
  chunk.write(100, again);
  EXPECT_EQ(again, bytes);
  ASSERT_EQ(chunk.read(some_bytes(2)), 2U);  // nothing of the rows before is left
  again.clear();
  chunk.write(2, again);
  EXPECT_EQ(again, some_bytes(2));
}

TEST(TravellingChunk, RefusesWhatIsCutOff) {
  std::string bytes = some_bytes(5);
  duckdb::TravellingChunk chunk(some_columns());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THROW(chunk.read(std::string_view(bytes).substr(0, size)), Error) << size;
  }
  EXPECT_THROW(chunk.read(std::string(1000, '\xff')), Error);
}

TEST(Link, CarriesStatementsWithTheirPlaces) {
  sql::Statement statement{"select 1", "a.sql", 3, 7, "lead"};
  sql::Parameters parameters{{"a", std::monostate()},
                             {"b", true},
                             {"c", std::int64_t{-5}},
                             {"d", 0.25},
                             {"e", std::string("a\0b", 3)}};
  std::string bytes = Body().statement(statement).parameters(parameters).bytes();
  Fields fields(bytes);
  sql::Statement found = fields.statement();
  EXPECT_EQ(found.text, "select 1");
  EXPECT_EQ(found.file, "a.sql");
  EXPECT_EQ(found.line, 3U);
  EXPECT_EQ(found.column, 7U);
  EXPECT_EQ(found.lead, "lead");
  EXPECT_EQ(fields.parameters(), parameters);
  EXPECT_TRUE(fields.is_empty());
}

TEST(Link, CarriesErrorsWhole) {
  Error error(ErrorKind::locked, "held");
  error.at({"w.duckdb", 4, 2, "select x"}).hint("wait").during("load").sql_state("55006");
  std::string bytes = Body().error(error).bytes();
  EXPECT_EQ(base::render(Fields(bytes).error()), base::render(error));
  EXPECT_EQ(Fields(bytes).error().sql_state_text(), "55006");
  EXPECT_EQ(Fields(bytes).error().kind(), ErrorKind::locked);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THROW(Fields(std::string_view(bytes).substr(0, size)).error(), Error) << size;
  }
}

TEST(Link, SendsLongMessagesInOrder) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
  Link left{net::Descriptor(ends[0])};
  std::string body(5 << 20, 'b');
  std::thread receiver([&] {
    Link right{net::Descriptor(ends[1])};
    auto message = right.receive();
    ASSERT_TRUE(message);
    EXPECT_EQ(message->kind, Say::data);
    EXPECT_EQ(message->body, body);
    message = right.receive();
    ASSERT_TRUE(message);
    EXPECT_EQ(message->kind, Say::staged);
    EXPECT_TRUE(message->body.empty());
  });
  left.send(Say::data, body);
  left.send(Say::staged);
  receiver.join();
  EXPECT_FALSE(left.receive());
  EXPECT_THROW(left.send(Say::ok), Error);
}

TEST(Handover, SocketLiesBesideTheFileWhateverItsNamesLength) {
  EXPECT_EQ(handover_path("/nowhere/w.duckdb"), "/nowhere/w.duckdb.sock");
  std::string one = handover_path("/nowhere/" + std::string(200, 'a') + "1");
  std::string two = handover_path("/nowhere/" + std::string(200, 'a') + "2");
  EXPECT_NE(one, two);
  EXPECT_LT(one.size(), 75U);
}

}  // namespace
}  // namespace sparkify::serve
