#include "copy/statement.hpp"

#include "copy/cursor.hpp"
#include "copy/parse.hpp"

namespace sparkify::copy {

Statement parse(const sql::Statement& statement) {
  Cursor cursor(statement);
  if (cursor.skip_word("unload")) return parse_unload(cursor);
  cursor.expect_word("copy");
  return parse_copy(cursor);
}

}  // namespace sparkify::copy
