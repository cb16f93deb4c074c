#include "web/answer_cache.hpp"

#include <gtest/gtest.h>

#include "duckdb/changes.hpp"
#include "duckdb/connection.hpp"
#include "duckdb/prepared.hpp"
#include "duckdb/rows.hpp"
#include "warehouse/changes.hpp"

namespace sparkify::web {
namespace {

void keep(AnswerCache& cache, const std::string& question, std::size_t size) {
  AnswerCache::Draft draft(cache);
  draft.add(std::string(size, 'x'));
  draft.keep(question);
}

TEST(WebAnswerCache, AnAnswerIsKeptUntilSomethingHasChanged) {
  AnswerCache cache;
  EXPECT_EQ(cache.find("plays"), nullptr);
  keep(cache, "plays", 3);
  ASSERT_NE(cache.find("plays"), nullptr);
  EXPECT_EQ(*cache.find("plays"), "xxx");
  EXPECT_EQ(cache.find("users"), nullptr);
  { duckdb::Change change; }
  EXPECT_EQ(cache.find("plays"), nullptr);
}

TEST(WebAnswerCache, NothingIsTakenOrKeptWhileSomethingChanges) {
  AnswerCache cache;
  keep(cache, "plays", 3);
  {
    duckdb::Change change;
    EXPECT_EQ(cache.find("plays"), nullptr);
    keep(cache, "users", 3);
  }
  EXPECT_EQ(cache.find("users"), nullptr);
  AnswerCache::Draft draft(cache);
  { duckdb::Change change; }
  draft.keep("begun before");
  EXPECT_EQ(cache.find("begun before"), nullptr);
}

TEST(WebAnswerCache, WhatIsKeptHasABound) {
  AnswerCache cache;
  keep(cache, "too long", AnswerCache::most_answer_bytes + 1);
  EXPECT_EQ(cache.find("too long"), nullptr);
  std::size_t count = AnswerCache::most_bytes / AnswerCache::most_answer_bytes;
  for (std::size_t i = 0; i < count; ++i) {
    keep(cache, std::to_string(i), AnswerCache::most_answer_bytes);
  }
  EXPECT_EQ(cache.find("0"), nullptr);
  EXPECT_NE(cache.find("1"), nullptr);
  EXPECT_NE(cache.find(std::to_string(count - 1)), nullptr);
}

TEST(WebAnswerCache, QueriesAndSettingsChangeNothing) {
  auto database = duckdb::open_database("", {});
  duckdb::Connection connection(database.get());
  connection.run("create table t (a integer)");
  auto state = warehouse::settled_state();
  ASSERT_TRUE(state);
  connection.run("set integer_division = true");
  duckdb::Rows rows(connection, "with s as (select 1 as n) select * from s", {});
  while (rows.next()) {
  }
  connection.run("begin transaction read only");
  connection.run_reading("commit");
  connection.run("begin transaction");
  connection.run("rollback");
  EXPECT_EQ(warehouse::settled_state(), state);
  for (const char* text :
       {"insert into t values (1)", "with s as (select 1 as n) insert into t select n from s",
        "set integer_division = true; delete from t", "begin", "delete from t", "commit"}) {
    connection.run(text);
    EXPECT_NE(warehouse::settled_state(), state) << text;
    state = warehouse::settled_state();
  }
  {
    duckdb::Rows writer(connection, "with s as (select 1 as n) insert into t select n from s", {});
  }
  EXPECT_NE(warehouse::settled_state(), state);
}

TEST(WebAnswerCache, ARowThatIsReturnedBelongsToAChangeThatGoesOn) {
  auto database = duckdb::open_database("", {});
  duckdb::Connection connection(database.get());
  connection.run("create table t as select * from range(100000)");
  auto state = warehouse::settled_state();
  {
    duckdb::Rows rows(connection, "delete from t returning *", {});
    EXPECT_TRUE(rows.next());
    EXPECT_EQ(warehouse::settled_state(), std::nullopt);
  }
  EXPECT_NE(warehouse::settled_state(), state);
  state = warehouse::settled_state();
  duckdb::Prepared statement(connection, "insert into t select 1 returning *", {});
  auto result = statement.execute({});
  EXPECT_EQ(warehouse::settled_state(), std::nullopt);
  result.reset();
  EXPECT_NE(warehouse::settled_state(), state);
}

}  // namespace
}  // namespace sparkify::web
