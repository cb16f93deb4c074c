// Any bytes as SQL: tokens are the text; splitting and translating end in text or in an error with
// a place; literals, quoted names and comments that no rewrite is about stay as they are.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "dialect/dialect.hpp"
#include "sql/lexer.hpp"
#include "sql/script.hpp"

namespace {

using namespace sparkify;

void require(bool is_true) {
  if (!is_true) std::abort();
}

void check_tokens(std::string_view text) {
  std::size_t at = 0;
  for (const sql::Token& token : sql::lex(text)) {
    require(token.offset == at && !token.text.empty());
    require(token.text == text.substr(at, token.text.size()));
    at += token.text.size();
  }
  require(at == text.size());
}

/// What no rewrite is about must arrive whole.
void check_survival(const sql::Statement& statement, const sql::Parameters& parameters) {
  sql::Statement longer = statement;
  longer.text = "select 'getdate()' \"sysdate\" /* nvl(1) */ " + statement.text;
  try {
    std::string text = dialect::to_duckdb(longer, parameters).text;
    require(text.find("'getdate()'") != std::string::npos);
    require(text.find("\"sysdate\"") != std::string::npos);
    require(text.find("/* nvl(1) */") != std::string::npos);
  } catch (const base::Error&) {
    // A malformed clause was met; the place is checked elsewhere.
  }
}

void check_statement(const sql::Statement& statement) {
  const sql::Parameters parameters = {{"a", std::int64_t{-1}}, {"b", std::string("it's \\")}};
  try {
    dialect::Translated translated = dialect::to_duckdb(statement, parameters);
    if (translated.stretches.empty()) require(translated.text == statement.text);
    std::size_t last = 0;
    for (const auto& stretch : translated.stretches) {
      require(stretch.offset >= last && stretch.origin <= statement.text.size());
      last = stretch.offset;
    }
    for (std::size_t i = 0; i <= translated.text.size(); i += 7) {
      require(translated.origin(i) <= statement.text.size());
    }
    sql::split(translated.text, "translated");
  } catch (const base::Error& error) {
    require(error.kind() == base::ErrorKind::sql && error.place().has_value());
    require(error.place()->line >= statement.line);
  }
  try {
    dialect::to_redshift(statement, parameters);
  } catch (const base::Error& error) {
    require(error.kind() == base::ErrorKind::sql && error.place().has_value());
  }
  check_survival(statement, parameters);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_tokens(text);
  sql::header(text);
  try {
    for (const sql::Statement& statement : sql::split(text, "fuzz")) check_statement(statement);
  } catch (const base::Error& error) {
    require(error.kind() == base::ErrorKind::sql && error.place().has_value());
  }
  return 0;
}
