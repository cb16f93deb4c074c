#include "transfer/statement.hpp"

#include <gtest/gtest.h>

#include <string>

#include "base/error.hpp"
#include "copy/copy.hpp"

namespace sparkify::transfer {
namespace {

sql::Statement statement(const std::string& text,
                         sql::Literals literals = sql::Literals::standard) {
  auto all = sql::split(text, "test", literals);
  EXPECT_EQ(all.size(), 1u);
  return all.at(0);
}

CopyStatement copy_of(const std::string& text, sql::Literals literals = sql::Literals::standard) {
  return std::get<CopyStatement>(parse(statement(text, literals)));
}

TEST(CopyStatement, TakesOptionsInAnyOrderAndCase) {
  CopyStatement copy = copy_of(
      "copy Public.\"Staging_Events\" (A, \"b c\") from 's3://b/log' TimeFormat as "
      "'epochmillisecs' "
      "TRUNCATECOLUMNS blanksasnull EMPTYASNULL compupdate off STATUPDATE ON CREDENTIALS "
      "'aws_access_key_id=ID;aws_secret_access_key=a=b/c;token=t' json's3://b/p.json'REGION "
      "'us-west-2' maxerror as 5 gzip");
  EXPECT_EQ(copy.schema.text, "public");
  EXPECT_EQ(copy.table.text, "staging_events");
  ASSERT_EQ(copy.columns.size(), 2u);
  EXPECT_EQ(copy.columns[1].text, "b c");
  EXPECT_EQ(copy.source.text, "s3://b/log");
  EXPECT_EQ(copy.access.access_key_id, "ID");
  EXPECT_EQ(copy.access.secret_access_key, "a=b/c");
  EXPECT_EQ(copy.access.session_token, "t");
  EXPECT_EQ(copy.access.region, "us-west-2");
  EXPECT_EQ(copy.format, Format::json);
  EXPECT_EQ(copy.json, CopyStatement::Json::by_path);
  EXPECT_EQ(copy.jsonpaths.text, "s3://b/p.json");
  EXPECT_EQ(copy.compression, event::Compression::gzip);
  EXPECT_EQ(copy.conversion.time_format, "epochmillisecs");
  EXPECT_TRUE(copy.conversion.truncate_columns);
  EXPECT_TRUE(copy.conversion.blanks_as_null);
  EXPECT_TRUE(copy.conversion.empty_as_null);
  EXPECT_EQ(copy.max_errors, 5u);
}

TEST(CopyStatement, TakesTheFormsOfTheSurvey) {
  for (const char* text :
       {"COPY t FROM 's3://b/p' CREDENTIALS 'aws_iam_role=arn' region 'us-west-2' "
        "FORMAT AS JSON 's3://b/j';",
        "copy t from 's3://b/p' iam_role 'arn' json 'auto ignorecase'",
        "COPY t FROM 's3://b/p' iam_role default format json as 'auto'",
        "COPY t FROM 's3://b/p' with credentials as 'aws_iam_role=arn' json as 'auto'",
        "COPY t FROM 's3://b/p' JSON",
        "COPY t FROM 's3://b/p' ACCESS_KEY_ID 'a' SECRET_ACCESS_KEY 'b' COMPUPDATE PRESET json "
        "'noshred' STATUPDATE COMPROWS 1000",
        "COPY t FROM 's3://b/p' CSV QUOTE '''' IGNOREHEADER 1 ACCEPTINVCHARS",
        "COPY t FROM 's3://b/p' ACCEPTINVCHARS '^' ENCODING 'UTF16' DATEFORMAT 'auto' NOLOAD",
        "COPY t FROM 's3://b/p' parquet iam_role 'arn' FILLRECORD",
        "COPY dev.public.t FROM 's3://b/p' manifest"}) {
    EXPECT_NO_THROW(copy_of(text)) << text;
  }
}

TEST(CopyStatement, HasDefaults) {
  CopyStatement copy = copy_of("COPY t FROM 's3://b/p'");
  EXPECT_EQ(copy.format, Format::text);
  EXPECT_EQ(copy.layout.delimiter, "|");
  EXPECT_EQ(copy.layout.null_as, "\\N");
  EXPECT_EQ(copy.max_errors, 0u);
  EXPECT_FALSE(copy.conversion.replacement);
  EXPECT_EQ(copy_of("COPY t FROM 's3://b/p' CSV").layout.delimiter, ",");
  EXPECT_EQ(copy_of("COPY t FROM 's3://b/p' CSV DELIMITER '\\t'").layout.delimiter, "\t");
  EXPECT_EQ(copy_of("COPY t FROM 's3://b/p' DELIMITER '\\001'").layout.delimiter, "\1");
  EXPECT_EQ(copy_of("COPY t FROM 's3://b/p' DELIMITER E'\\t'").layout.delimiter, "\t");
  EXPECT_EQ(copy_of("COPY t FROM 's3://b/p' NULL AS '\\0'").layout.null_as, std::string(1, '\0'));
  EXPECT_EQ(copy_of("COPY t FROM 's3://b/p' ACCEPTINVCHARS").conversion.replacement, '?');
}

/// The whole error as a person sees it.
std::string error_of(const std::string& text) {
  try {
    parse(statement(text));
  } catch (const base::Error& error) {
    return base::render(error);
  }
  return "no error";
}

TEST(CopyStatement, ShowsNoSecretInErrors) {
  for (const char* options :
       {"CREDENTIALS 'aws_access_key_id=hidden;aws_secret_access_key=hidden' JSN",
        "CREDENTIALS 'aws_secret=hidden'", "SECRET_ACCESS_KEY 'hidden' ACCESS_KEY_ID 'hidden' x",
        "SECRET_ACESS_KEY 'hidden'", "SESSION_TOKEN 'hidden'", "'hidden'",
        "MASTER_SYMMETRIC_KEY 'hidden'", "CREDENTIALS hidden_word 'hidden'",
        "SECRET_ACCESS_KEY AS 'hid''hidden' JSN", "SECRET_ACCESS_KEY E'\\'hidden' JSN",
        "ACCESS_KEY_ID $$hidden$$ JSN", "JSON 'auto' 'hidden'"}) {
    std::string error = error_of(std::string("COPY t FROM 's3://b/p' ") + options);
    EXPECT_NE(error, "no error") << options;
    EXPECT_EQ(error.find("'hidden"), std::string::npos) << error;
    EXPECT_EQ(error.find("=hidden"), std::string::npos) << error;
    EXPECT_EQ(error.find("$hidden"), std::string::npos) << error;
  }
}

TEST(CopyStatement, IsMaskedByteForByte) {
  EXPECT_EQ(masked("COPY t FROM 's3://b/p' CREDENTIALS 'aws_iam_role=a' TIMEFORMAT 'x' KEY 'k'"),
            "COPY t FROM 's3://b/p' CREDENTIALS '**************' TIMEFORMAT 'x' KEY '*'");
  EXPECT_EQ(masked("COPY t FROM 's3://b/p' SECRET_ACCESS_KEY 'open"),
            "COPY t FROM 's3://b/p' SECRET_ACCESS_KEY '****");
  EXPECT_EQ(masked("unload ('select ''a''') to 's3://b'"), "unload ('select ''a''') to 's3://b'");
}

TEST(UnloadStatement, UnquotesItsQuery) {
  auto query = [](const std::string& text, sql::Literals literals) {
    return std::get<UnloadStatement>(parse(statement(text, literals))).query.text;
  };
  EXPECT_EQ(query("unload ('select ''a'', 1') to 's3://b'", sql::Literals::standard),
            "select 'a', 1");
  EXPECT_EQ(query("unload ('select \\'a\\', \\\\d') to 's3://b'", sql::Literals::escaped),
            "select 'a', \\d");
  EXPECT_EQ(query("unload ($$select 'a'$$) to 's3://b'", sql::Literals::standard), "select 'a'");
  std::string text = "unload ('a ''b'' c')";
  EXPECT_EQ(text[offset_in_literal(text, 8, 0)], 'a');
  EXPECT_EQ(text[offset_in_literal(text, 8, 3)], 'b');
  EXPECT_EQ(text[offset_in_literal(text, 8, 6)], 'c');
}

TEST(UnloadStatement, TakesItsOptions) {
  auto unload = std::get<UnloadStatement>(
      parse(statement("UNLOAD ('select 1') TO 's3://b/x' iam_role default PARALLEL OFF HEADER "
                      "MAXFILESIZE AS 5.5 MB MANIFEST VERBOSE ALLOWOVERWRITE ZSTD ADDQUOTES "
                      "DELIMITER AS '~' NULL 'n' ESCAPE")));
  EXPECT_FALSE(unload.is_parallel);
  EXPECT_TRUE(unload.has_header);
  EXPECT_EQ(unload.max_file_bytes, 5'500'000u);
  EXPECT_TRUE(unload.has_manifest && unload.is_manifest_verbose && unload.may_overwrite);
  EXPECT_EQ(unload.compression, event::Compression::zstd);
  EXPECT_EQ(unload.layout.delimiter, "~");
  EXPECT_EQ(unload.null_as, "n");
}

TEST(IsCopy, LooksAtDirectionOutsideBrackets) {
  for (const char* text : {"COPY t FROM 's3://b'", "copy t (a, b) from 'x'", "/* c */ UNLOAD (1)",
                           "COPY t TO 's3://b'", "COPY (select 1 from t) TO 'file'", "copy t from",
                           "COPY t FROM s3"}) {
    EXPECT_TRUE(copy::is_copy(statement(text))) << text;
  }
  for (const char* text :
       {"COPY t FROM STDIN", "copy t (a) to stdout with csv", "select 1",
        "COPY (select 1 from t) TO STDOUT", "COPY FROM DATABASE a TO b", "copy t"}) {
    EXPECT_FALSE(copy::is_copy(statement(text))) << text;
  }
}

}  // namespace
}  // namespace sparkify::transfer
