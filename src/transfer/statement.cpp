#include "transfer/statement.hpp"

#include "transfer/cursor.hpp"
#include "transfer/parse.hpp"

namespace sparkify::transfer {

Statement parse(const sql::Statement& statement) {
  Cursor cursor(statement);
  if (cursor.skip_word("unload")) return parse_unload(cursor);
  cursor.expect_word("copy");
  return parse_copy(cursor);
}

}  // namespace sparkify::transfer
