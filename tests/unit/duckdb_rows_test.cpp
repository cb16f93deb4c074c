#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "duckdb/connection.hpp"
#include "duckdb/rows.hpp"

namespace sparkify::duckdb {
namespace {

class RowsTest : public ::testing::Test {
 protected:
  /// The first row's first value; "NULL" for NULL.
  std::string value(const std::string& expression) {
    Rows rows(connection_, "select " + expression, {});
    if (!rows.next()) return "no row";
    return rows.row()[0] ? std::string(*rows.row()[0]) : "NULL";
  }

  DatabaseHandle database_ = open_database("", {{"threads", "2"}});
  Connection connection_{database_.get()};
};

TEST_F(RowsTest, PrintsEveryKindOfValueAsDuckDbDoes) {
  for (std::string expression : {"true",
                                 "42::tinyint",
                                 "-42::smallint",
                                 "2147483647",
                                 "-9223372036854775808",
                                 "18446744073709551615::ubigint",
                                 "170141183460469231731687303715884105727::hugeint",
                                 "1.5::float",
                                 "0.1",
                                 "1e300::double",
                                 "100::double",
                                 "'inf'::double",
                                 "-0.005::decimal(9,3)",
                                 "12345678901234567890.12345::decimal(38,5)",
                                 "1::decimal(4,0)",
                                 "date '2018-11-01'",
                                 "date '0044-03-15'",
                                 "timestamp '2018-11-01 21:01:46.796'",
                                 "timestamp '1969-12-31 23:59:59.5'",
                                 "time '01:02:03.25'",
                                 "'text'",
                                 "[1, 2]",
                                 "{'a': 1}",
                                 "interval 3 day",
                                 "'a'::enum('a')",
                                 "timestamp_ms '2018-11-01 21:01:46.796'",
                                 "null::integer"}) {
    std::string expected = value("(" + expression + ")::varchar");
    EXPECT_EQ(value(expression), expected) << expression;
  }
}

TEST_F(RowsTest, KeepsOrderAndDuplicateNamesWhenTypesMustBeCast) {
  Rows rows(connection_, "select i as a, [i] as a from range(5000) t(i) order by i desc", {});
  ASSERT_EQ(rows.columns().size(), 2u);
  EXPECT_EQ(rows.columns()[1].name, "a");
  for (int expected = 4999; expected >= 0; --expected) {
    ASSERT_TRUE(rows.next());
    ASSERT_EQ(*rows.row()[0], std::to_string(expected));
  }
  EXPECT_FALSE(rows.next());
}

TEST_F(RowsTest, StreamsMoreRowsThanAChunkHolds) {
  Rows rows(connection_, "select * from range(100000)", {});
  std::size_t count = 0;
  while (rows.next()) ++count;
  EXPECT_EQ(count, 100000u);
}

TEST_F(RowsTest, TellsRowsChanged) {
  connection_.run("create table t (a integer)");
  Rows rows(connection_, "insert into t select * from range(7)", {});
  EXPECT_EQ(rows.rows_changed(), 7);
  EXPECT_FALSE(rows.next());
}

TEST_F(RowsTest, AnErrorWhileStreamingIsThrown) {
  // Which of the two throws depends on how far the engine has run ahead.
  auto read_all = [&] {
    Rows rows(connection_,
              "select (case when i < 99999 then '1' else 'x' end)::int from range(100000) t(i)",
              {});
    while (rows.next()) {
    }
  };
  EXPECT_THROW(read_all(), base::Error);
}

TEST_F(RowsTest, ErrorsCarryPlaceKindAndHint) {
  connection_.run("create table plays (session_id integer)");
  auto locate = [](std::size_t offset) { return base::Place{"q", 1, offset + 1, ""}; };
  try {
    Rows rows(connection_, "select sesion_id from plays", locate);
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.message(), "column \"sesion_id\" does not exist");
    EXPECT_EQ(error.hint_text(), "did you mean \"session_id\"?");
    ASSERT_TRUE(error.place());
    EXPECT_EQ(error.place()->column, 8u);
    EXPECT_EQ(error.kind(), base::ErrorKind::sql);
  }
}

TEST_F(RowsTest, AnInterruptAtAnyMomentIsToldAsOne) {
  std::size_t interrupted = 0;
  std::jthread interrupter([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      connection_.interrupt();
      std::this_thread::sleep_for(std::chrono::microseconds(30));
    }
  });
  for (int i = 0; i < 2000; ++i) {
    try {
      Rows rows(connection_, "select count(*) from range(2000) a join range(500) b using (range)",
                {});
      while (rows.next()) {
      }
      connection_.run_polled("select count(*) from range(2000)", [] {});
    } catch (const base::Error& error) {
      ASSERT_EQ(error.kind(), base::ErrorKind::interrupted) << error.message();
      ++interrupted;
    }
  }
  EXPECT_GT(interrupted, 0u);
}

TEST(OpenDatabase, AFileOfAnotherFormatIsBadData) {
  std::string path = ::testing::TempDir() + "/not_a_database.duckdb";
  FILE* file = fopen(path.c_str(), "w");
  for (int i = 0; i < 2000; ++i) fputs("hello, world\n", file);
  fclose(file);
  try {
    open_database(path, {});
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), base::ErrorKind::bad_data) << error.message();
  }
  remove(path.c_str());
}

}  // namespace
}  // namespace sparkify::duckdb
