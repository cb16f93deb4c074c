#include "session/reach.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "session/words.hpp"
#include "sql/lexer.hpp"

namespace sparkify::session {
namespace {

constexpr std::array<std::string_view, 49> refused = {
    // Of files: the engine would still show the warehouse's own, byte by byte.
    "glob", "parquet_bloom_probe", "parquet_file_metadata", "parquet_full_metadata",
    "parquet_kv_metadata", "parquet_metadata", "parquet_scan", "parquet_schema", "read_blob",
    "read_csv", "read_csv_auto", "read_duckdb", "read_json", "read_json_auto", "read_json_objects",
    "read_json_objects_auto", "read_ndjson", "read_ndjson_auto", "read_ndjson_objects",
    "read_parquet", "read_text", "sniff_csv", "copy_database", "import_database",
    // Statements in texts.
    "query", "json_execute_serialized_sql",
    // For everybody: a log of the engine that cannot be written ends every other statement.
    "enable_logging", "disable_logging", "truncate_duckdb_logs", "write_log", "checkpoint",
    "force_checkpoint", "enable_checkpoint_on_shutdown", "disable_checkpoint_on_shutdown",
    "enable_object_cache", "disable_object_cache", "enable_profile", "disable_profile",
    "enable_profiling", "disable_profiling", "enable_optimizer", "disable_optimizer",
    "enable_progress_bar", "enable_print_progress_bar", "enable_verification", "verify_external",
    "verify_fetch_row", "verify_parallelism", "verify_serializer"};

/// The name a token is, in lower case; empty: none.
std::string name_of(const sql::Token& token) {
  bool is_name = token.kind == sql::TokenKind::word || token.kind == sql::TokenKind::quoted;
  return is_name ? base::to_lower(unquoted(token)) : std::string();
}

bool names_a_relation(const sql::Token& token) {
  return token.is_word("into") || token.is_word("table") || token.is_word("exists") ||
         token.is_word("with") || token.is_word("recursive") || token.is_word("references");
}

/// Whether the name that ends before `at` is one that a table is given: `insert into query (id)`.
bool is_of_relation(const std::vector<sql::Token>& tokens, std::size_t at) {
  std::size_t begin = at - 1;
  while (begin >= 2 && tokens[begin - 1].is_symbol(".")) begin -= 2;
  return begin >= 1 && names_a_relation(tokens[begin - 1]);
}

}  // namespace

std::string_view function_of_the_server(const sql::Statement& statement) {
  std::vector<sql::Token> tokens = sql::lex(statement.text, statement.literals);
  std::erase_if(tokens, [](const sql::Token& token) { return !token.is_significant(); });
  for (std::size_t i = 1; i < tokens.size(); ++i) {
    if (!tokens[i].is_symbol("(")) continue;
    std::string name = name_of(tokens[i - 1]);
    bool is_refused = std::find(refused.begin(), refused.end(), name) != refused.end();
    if (is_refused && !is_of_relation(tokens, i)) return tokens[i - 1].text;
  }
  return {};
}

void check_reach(const sql::Statement& statement) {
  std::string_view function = function_of_the_server(statement);
  if (function.empty()) return;
  throw base::Error(
      base::ErrorKind::denied,
      fmt::format("{}() is not available to clients of the server", base::to_lower(function)))
      .sql_state("42501");
}

}  // namespace sparkify::session
