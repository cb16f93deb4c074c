#include <gtest/gtest.h>

#include <cerrno>

#include "base/error.hpp"

namespace sparkify::base {
namespace {

TEST(ErrorRender, ShowsPlaceExcerptCaretHintAndDuring) {
  Error error(ErrorKind::sql, "column \"sesion_id\" does not exist");
  error.at({"sql/build/songplays.sql", 14, 3, "  sesion_id,"})
      .hint("did you mean \"session_id\"?")
      .during("build songplays on duckdb");
  EXPECT_EQ(render(error),
            "sql/build/songplays.sql:14:3: error: column \"sesion_id\" does not exist\n"
            "    sesion_id,\n"
            "    ^\n"
            "  hint: did you mean \"session_id\"?\n"
            "  during: build songplays on duckdb\n");
}

TEST(ErrorRender, WithoutPlaceNamesTheProgram) {
  EXPECT_EQ(render(Error(ErrorKind::usage, "unknown flag --lod-data")),
            "sparkify: error: unknown flag --lod-data\n");
}

TEST(ErrorRender, CutsALongLineAroundTheCaret) {
  std::string line = std::string(5000, 'a') + "X" + std::string(5000, 'b');
  std::string text = render(Error(ErrorKind::bad_data, "bad").at({"f", 1, 5001, line}));
  EXPECT_LT(text.size(), 300u);
  std::size_t shown = text.find('X');
  ASSERT_NE(shown, std::string::npos);
  std::size_t line_begin = text.rfind('\n', shown) + 1;
  std::size_t caret = text.find('^');
  EXPECT_EQ(caret - (text.rfind('\n', caret) + 1), shown - line_begin);
}

TEST(ErrorRender, CountsCharactersBeforeTheCaretNotBytes) {
  std::string text = render(Error(ErrorKind::sql, "bad").at({"f", 1, 5, "\u00e4\u00e4x"}));
  EXPECT_NE(text.find("\n    ^\n"), std::string::npos) << text;
}

TEST(ErrorRender, ShowsControlCharactersAsSpaces) {
  std::string text = render(Error(ErrorKind::sql, "bad").at({"f", 1, 3, "a\t\x1b[31mb"}));
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

TEST(ErrorDuring, AppendsFromInsideToOutside) {
  Error error(ErrorKind::sql, "no");
  error.during("build songplays").during("load 7");
  EXPECT_EQ(error.during_text(), "build songplays, load 7");
}

TEST(SystemError, TellsDeniedFromMissingFromOther) {
  EXPECT_EQ(system_error(EACCES, "open", "f").kind(), ErrorKind::denied);
  EXPECT_EQ(system_error(ENOENT, "open", "f").kind(), ErrorKind::not_found);
  EXPECT_EQ(system_error(EIO, "read", "f").kind(), ErrorKind::unavailable);
}

}  // namespace
}  // namespace sparkify::base
