#include "sql/read_only.hpp"

#include <gtest/gtest.h>

namespace sparkify::sql {
namespace {

bool reads(std::string_view text) { return is_read_only(sql::split(text, "<query>")); }

TEST(IsReadOnly, KnowsStatementsThatOnlyLook) {
  for (std::string_view text :
       {"select 1", "-- why\nSELECT 1", "(select 1) union (select 2)", "values (1)", "from songs",
        "with a as (select 1) select * from a", "show tables", "describe songs", "explain select 1",
        "pragma table_info('songs')", "summarize songs", "set timezone = 'UTC'; select now()",
        "select 'insert', \"update\" from t"}) {
    EXPECT_TRUE(reads(text)) << text;
  }
}

TEST(IsReadOnly, KnowsStatementsThatChange) {
  for (std::string_view text :
       {"insert into t values (1)", "create table t (a int)", "drop table t",
        "with a as (select 1) insert into t select * from a", "explain analyze delete from t",
        "select * into t from songs", "select 1; delete from t", "vacuum", "checkpoint",
        "pragma force_checkpoint", "copy t from 'x'", "attach 'x'", "call f()",
        "select nextval('s')"}) {
    EXPECT_FALSE(reads(text)) << text;
  }
}

}  // namespace
}  // namespace sparkify::sql
