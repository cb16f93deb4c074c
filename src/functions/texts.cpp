// Redshift's functions on text, nulls and numbers.

#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include "functions/rewrites.hpp"

namespace sparkify::functions {
namespace {

void nvl(const Tokens&, const Call& call, Edits& edits) {
  edits.replace({call.name, call.name + 1}, {"coalesce"});
}

void nvl2(const Tokens&, const Call& call, Edits& edits) {
  if (call.arguments.size() != 3) return;
  const auto& arguments = call.arguments;
  edits.replace(call.whole(), {"case when (", arguments[0], ") is not null then ", arguments[1],
                               " else ", arguments[2], " end"});
}

void btrim(const Tokens&, const Call& call, Edits& edits) {
  edits.replace({call.name, call.name + 1}, {"trim"});
}

/// charindex(part, text): the arguments are the other way round.
void charindex(const Tokens&, const Call& call, Edits& edits) {
  if (call.arguments.size() != 2) return;
  edits.replace(call.whole(), {"strpos(", call.arguments[1], ", ", call.arguments[0], ")"});
}

/// listagg(x, d) within group (order by y) -> string_agg(x, d order by y)
void listagg(const Tokens& tokens, const Call& call, Edits& edits) {
  if (call.arguments.empty() || call.arguments.size() > 2) return;
  std::size_t end = call.close + 1;
  Pieces pieces = {"string_agg(", call.arguments[0], ", "};
  if (call.arguments.size() == 2)
    pieces.push_back(call.arguments[1]);
  else
    pieces.push_back("''");
  if (tokens.are_words(end, {"within", "group"}) && tokens.is_symbol(end + 2, "(")) {
    std::size_t close = tokens.close(end + 2);
    if (close == tokens.size()) return;
    pieces.push_back(" ");
    pieces.push_back(Range{end + 3, close});
    end = close + 1;
  }
  pieces.push_back(")");
  edits.replace({call.name, end}, std::move(pieces));
}

/// percentile_cont(f) within group (order by x) over (...) -> quantile_cont(x, f) over (...).
/// Without a window the engine has it.
void percentile(const Tokens& tokens, const Call& call, Edits& edits) {
  std::size_t open = call.close + 3;
  bool is_ordered = tokens.are_words(call.close + 1, {"within", "group"}) &&
                    tokens.is_symbol(open, "(") && tokens.are_words(open + 1, {"order", "by"});
  if (!is_ordered || call.arguments.size() != 1) return;
  std::size_t close = tokens.close(open);
  if (close >= tokens.size() || !tokens.is_word(close + 1, "over")) return;
  Range value{open + 3, close}, part = call.arguments[0];
  bool is_falling = tokens.is_word(value.end - 1, "desc");
  if (is_falling || tokens.is_word(value.end - 1, "asc")) --value.end;
  bool is_exact = tokens.is_word(call.name, "percentile_cont");
  edits.replace({call.name, close + 1}, {is_exact ? "quantile_cont(" : "quantile_disc(", value,
                                         is_falling ? ", -(" : ", (", part, "))"});
}

/// decode(x, a, b, ..., default): unlike CASE x WHEN, a NULL finds NULL.
void decode(const Tokens& tokens, const Call& call, Edits& edits) {
  const auto& arguments = call.arguments;
  if (arguments.size() < 3) return;
  bool is_plain = true;
  for (std::size_t i = 1; i + 1 < arguments.size(); i += 2) {
    sql::TokenKind kind = tokens[arguments[i].begin].kind;
    is_plain &= arguments[i].size() == 1 &&
                (kind == sql::TokenKind::text || kind == sql::TokenKind::number);
  }
  Pieces pieces = {"case"};
  if (is_plain) pieces.insert(pieces.end(), {" ", arguments[0]});
  for (std::size_t i = 1; i + 1 < arguments.size(); i += 2) {
    Pieces test = {" when (", arguments[0], ") is not distinct from (", arguments[i], ")"};
    if (is_plain) test = {" when ", arguments[i]};
    pieces.insert(pieces.end(), test.begin(), test.end());
    pieces.insert(pieces.end(), {" then ", arguments[i + 1]});
  }
  if (arguments.size() % 2 == 0) pieces.insert(pieces.end(), {" else ", arguments.back()});
  pieces.push_back(" end");
  edits.replace(call.whole(), std::move(pieces));
}

/// strtol(text, base); the text may have a sign and the prefix 0x.
void strtol(const Tokens& tokens, const Call& call, Edits& edits) {
  if (call.arguments.size() != 2) return;
  std::string_view base = tokens.text(call.arguments[1]);
  std::string prefix;
  if (base == "16")
    prefix = "'0x' || ";
  else if (base == "2")
    prefix = "'0b' || ";
  else if (base != "10") {
    throw tokens.error(call.arguments[1].begin, "strtol knows no such base here")
        .hint("2, 10 or 16");
  }
  if (prefix.empty()) {
    edits.replace(call.whole(), {"cast((", call.arguments[0], ") as bigint)"});
    return;
  }
  edits.replace(call.whole(), {"(case when starts_with(", call.arguments[0],
                               ", '-') then -1 else 1 end * cast(" + prefix + "regexp_replace(",
                               call.arguments[0], ", '^[-+]?(0[xX])?', '') as bigint))"});
}

/// ratio_to_report(x) over (...) -> (cast(x as double) / sum(x) over (...))
void ratio_to_report(const Tokens& tokens, const Call& call, Edits& edits) {
  std::size_t open = call.close + 2;
  if (call.arguments.size() != 1 || !tokens.is_word(call.close + 1, "over")) return;
  std::size_t end = tokens.is_symbol(open, "(") ? tokens.close(open) : open;
  if (end >= tokens.size()) return;
  edits.replace(call.whole(),
                {"(cast((", call.arguments[0], ") as double) / sum(", call.arguments[0], ")"});
  edits.insert_after(end, {")"});
}

/// A step of a JSON pointer.
std::string pointer_step(std::string_view key) {
  std::string step = "/";
  for (char c : key) {
    if (c == '~')
      step += "~0";
    else if (c == '/')
      step += "~1";
    else
      step += c;
  }
  return step;
}

/// The path as a JSON pointer: a literal, or put together for each row where a key is computed.
Pieces json_pointer(const Tokens& tokens, std::span<const Range> keys) {
  Pieces pieces;
  std::string known;
  for (Range key : keys) {
    if (auto text = literal_of(tokens, key)) {
      known += pointer_step(*text);
      continue;
    }
    pieces.insert(pieces.end(), {quoted_text(known + "/") + " || replace(replace(cast(", key,
                                 " as varchar), '~', '~0'), '/', '~1') || "});
    known.clear();
  }
  pieces.push_back(quoted_text(known));
  return pieces;
}

/// json_extract_path_text(json, 'a', 'b', true) -> json_extract_string(json, '/a/b')
void json_extract_path_text(const Tokens& tokens, const Call& call, Edits& edits) {
  auto arguments = call.arguments;
  if (arguments.size() < 2) return;
  bool is_null_if_invalid = false;
  if (arguments.back().size() == 1 && tokens.is_any(arguments.back().begin, {"true", "false"})) {
    is_null_if_invalid = tokens.is_word(arguments.back().begin, "true");
    arguments.pop_back();
  }
  Pieces pieces = {"json_extract_string(", arguments[0], ", "};
  if (is_null_if_invalid) {
    pieces = {"json_extract_string(case when json_valid(", arguments[0], ") then ", arguments[0],
              " end, "};
  }
  Pieces pointer = json_pointer(tokens, std::span(arguments).subspan(1));
  pieces.insert(pieces.end(), pointer.begin(), pointer.end());
  pieces.push_back(")");
  edits.replace(call.whole(), std::move(pieces));
}

/// substring(x, 0, 3) begins before the text, and so ends earlier.
void substring(const Tokens& tokens, const Call& call, Edits& edits) {
  if (call.arguments.size() < 2) return;
  std::string_view start = tokens.text(call.arguments[1]);
  bool is_low =
      start == "0" || (start.starts_with('-') && call.arguments[1].size() == 2 &&
                       tokens[call.arguments[1].begin + 1].kind == sql::TokenKind::number);
  if (!is_low) return;
  edits.replace(call.arguments[1], {"1"});
  if (call.arguments.size() == 3) {
    edits.replace(call.arguments[2],
                  {"greatest((", call.arguments[2], ") + (" + std::string(start) + ") - 1, 0)"});
  }
}

/// sha2(x, 256)
void sha2(const Tokens& tokens, const Call& call, Edits& edits) {
  if (call.arguments.size() != 2) return;
  std::string_view bits = tokens.text(call.arguments[1]);
  if (bits != "256" && bits != "0") {
    throw tokens.error(call.arguments[1].begin, "sha2 has only 256 bits here").sql_state("0A000");
  }
  edits.replace(call.whole(), {"sha256(", call.arguments[0], ")"});
}

/// to_number('-12,454.8', 'S99G999D9'): the format says where the fraction begins.
void to_number(const Tokens& tokens, const Call& call, Edits& edits) {
  if (call.arguments.size() != 2) return;
  auto format = literal_of(tokens, call.arguments[1]);
  if (!format) {
    throw tokens.error(call.arguments[1].begin, "the format must be a literal here")
        .sql_state("0A000");
  }
  std::size_t point = format->find_first_of(".dD");
  auto scale = point == std::string::npos
                   ? 0
                   : std::count_if(format->begin() + static_cast<std::ptrdiff_t>(point),
                                   format->end(), [](char c) { return c == '9' || c == '0'; });
  edits.replace(call.whole(),
                {"(case when contains(", call.arguments[0],
                 ", '-') then -1 else 1 end * cast(regexp_replace(", call.arguments[0],
                 ", '[^0-9.]', '', 'g') as decimal(36, " + std::to_string(scale) + ")))"});
}

}  // namespace

std::optional<std::string> literal_of(const Tokens& tokens, Range argument) {
  return argument.size() == 1 ? tokens.text_value(argument.begin) : std::nullopt;
}

std::span<const CallRewrite> text_rewrites() {
  static constexpr auto rewrites = std::to_array<CallRewrite>({
      {"nvl", nvl},
      {"nvl2", nvl2},
      {"btrim", btrim},
      {"charindex", charindex},
      {"listagg", listagg},
      {"percentile_cont", percentile},
      {"percentile_disc", percentile},
      {"decode", decode},
      {"strtol", strtol},
      {"ratio_to_report", ratio_to_report},
      {"json_extract_path_text", json_extract_path_text},
      {"substring", substring},
      {"substr", substring},
      {"sha2", sha2},
      {"to_number", to_number},
  });
  return rewrites;
}

}  // namespace sparkify::functions
