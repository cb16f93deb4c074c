#include "session/log.hpp"

#include <algorithm>
#include <array>

#include "sql/lexer.hpp"
#include "transfer/statement.hpp"

namespace sparkify::session {
namespace {

/// Statements that have one of these words may hold a secret somewhere: COPY and UNLOAD, also below
/// PREPARE and EXPLAIN, CREATE USER, secrets of external schemas.
constexpr std::array<std::string_view, 12> suspicious = {
    "copy",     "unload",     "password",      "identified",        "credentials", "access_key_id",
    "iam_role", "secret_arn", "session_token", "secret_access_key", "user",        "secret"};

bool is_suspicious(const sql::Token& token) {
  return std::any_of(suspicious.begin(), suspicious.end(),
                     [&](std::string_view word) { return token.is_word(word); });
}

}  // namespace

std::string loggable(const sql::Statement& statement) {
  std::string text = statement.text;
  auto tokens = sql::lex(statement.text, statement.literals);
  if (std::any_of(tokens.begin(), tokens.end(), is_suspicious)) {
    text = transfer::masked(statement.text, statement.literals);
    for (const sql::Token& token : tokens) {
      if (token.kind == sql::TokenKind::comment)
        text.replace(token.offset, token.text.size(), token.text.size(), ' ');
    }
  }
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') c = ' ';
  }
  return text;
}

}  // namespace sparkify::session
