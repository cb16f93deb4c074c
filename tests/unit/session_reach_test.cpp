#include "session/reach.hpp"

#include <gtest/gtest.h>

#include "session/log.hpp"

namespace sparkify::session {
namespace {

std::string found(const std::string& text) {
  sql::Statement statement{text, "<test>"};
  return std::string(function_of_the_server(statement));
}

TEST(Reach, FunctionsOfTheServerAreFoundWhereverTheyStand) {
  EXPECT_EQ(found("select * from read_csv('/etc/passwd')"), "read_csv");
  EXPECT_EQ(found("SELECT * FROM t, Main . \"Enable_Logging\" /* x */ (storage='file')"),
            "\"Enable_Logging\"");
  EXPECT_EQ(found("create macro m() as table select * from query('select 1')"), "query");
  EXPECT_EQ(found("prepare p as select * from glob('*')"), "glob");
}

TEST(Reach, NamesThatOnlyLookLikeThemAreLeftAlone) {
  EXPECT_EQ(found("select 'read_csv(''x'')' as read_csv -- read_csv('x')"), "");
  EXPECT_EQ(found("create table if not exists query (id int)"), "");
  EXPECT_EQ(found("insert into main.query (id) values (1)"), "");
  EXPECT_EQ(found("with query (a) as (select 1) select a from query"), "");
  EXPECT_EQ(found("select my_read_csv('x'), count(query) from stl_query"), "");
}

TEST(Log, ShowsNoSecret) {
  auto shown = [](const std::string& text) {
    sql::Statement statement{text, "<test>"};
    return loggable(statement);
  };
  EXPECT_EQ(shown("select 'a'\n  from t"), "select 'a'   from t");
  for (const std::string text :
       {"create user bob password 'hidden'", "alter user bob with password $$hidden$$",
        "prepare p as copy t from 's3://b/k' access_key_id 'hidden' secret_access_key 'hidden'",
        "copy t from 's3://b/k' credentials 'aws_iam_role=hidden' /* hidden */",
        "create external schema s from data catalog secret_arn 'hidden'"}) {
    EXPECT_EQ(shown(text).find("hidden"), std::string::npos) << shown(text);
    EXPECT_NE(shown(text).find(text.substr(0, 6)), std::string::npos) << shown(text);
  }
}

}  // namespace
}  // namespace sparkify::session
