// Functions of regular expressions. Redshift's POSIX patterns are RE2's but for classes nobody
// uses.

#include <array>

#include "functions/rewrites.hpp"

namespace sparkify::functions {
namespace {

/// The arguments that the functions share.
struct Search {
  Pieces source;   ///< from the position on
  Pieces pattern;  ///< with the flags
  bool has_group = false;
};

bool is_one(const Tokens& tokens, Range argument) { return tokens.text(argument) == "1"; }

/// `position` and `flags` are numbers of arguments, which may not be there.
Search read_search(const Tokens& tokens, const Call& call, std::size_t position,
                   std::size_t flags) {
  const auto& arguments = call.arguments;
  Search search{{arguments[0]}, {arguments[1]}, false};
  if (arguments.size() > position && !is_one(tokens, arguments[position])) {
    search.source = {"substring(", arguments[0], ", ", arguments[position], ")"};
  }
  if (arguments.size() <= flags) return search;
  auto letters = literal_of(tokens, arguments[flags]);
  if (!letters) {
    throw tokens.error(arguments[flags].begin, "the parameters must be a literal here")
        .sql_state("0A000");
  }
  if (letters->find('i') != std::string::npos) {
    search.pattern = {"'(?i)' || (", arguments[1], ")"};
  }
  search.has_group = letters->find('e') != std::string::npos;
  return search;
}

/// regexp_substr(source, pattern[, position[, occurrence[, parameters]]])
void regexp_substr(const Tokens& tokens, const Call& call, Edits& edits) {
  const auto& arguments = call.arguments;
  if (arguments.size() < 2 || arguments.size() > 5) return;
  Search search = read_search(tokens, call, 2, 4);
  Pieces group = search.has_group ? Pieces{", 1"} : Pieces{};
  if (arguments.size() < 4 || is_one(tokens, arguments[3])) {
    edits.replace(
        call.whole(),
        joined({{"regexp_extract("}, search.source, {", "}, search.pattern, group, {")"}}));
    return;
  }
  edits.replace(
      call.whole(),
      joined({{"case when ", arguments[0], " is not null then coalesce(regexp_extract_all("},
              search.source,
              {", "},
              search.pattern,
              group,
              {")[", arguments[3], "], '') end"}}));
}

/// regexp_count(source, pattern[, position[, parameters]])
void regexp_count(const Tokens& tokens, const Call& call, Edits& edits) {
  if (call.arguments.size() < 2 || call.arguments.size() > 4) return;
  Search search = read_search(tokens, call, 2, 3);
  edits.replace(call.whole(), joined({{"cast(len(regexp_extract_all("},
                                      search.source,
                                      {", "},
                                      search.pattern,
                                      {")) as integer)"}}));
}

/// regexp_instr(source, pattern[, position[, occurrence[, option[, parameters]]]]): before an
/// occurrence stand as many pieces of what is between the matches, and one match fewer. Option 1
/// asks for what stands behind it.
void regexp_instr(const Tokens& tokens, const Call& call, Edits& edits) {
  const auto& arguments = call.arguments;
  if (arguments.size() < 2 || arguments.size() > 6) return;
  Search search = read_search(tokens, call, 2, 5);
  auto argument = [&](std::size_t i, const char* otherwise) {
    return arguments.size() > i ? Pieces{"(", arguments[i], ")"} : Pieces{otherwise};
  };
  Pieces occurrence = argument(3, "1");
  Pieces both = joined({{"("}, search.source, {", "}, search.pattern, {")"}});
  Pieces matches = joined({{"regexp_extract_all"}, both});
  edits.replace(call.whole(), joined({{"case when len("},
                                      matches,
                                      {") >= "},
                                      occurrence,
                                      {" then cast(length(array_to_string(string_split_regex"},
                                      both,
                                      {"[1:"},
                                      occurrence,
                                      {"], '')) + length(array_to_string("},
                                      matches,
                                      {"[1:"},
                                      occurrence,
                                      {" - 1 + "},
                                      argument(4, "0"),
                                      {"], '')) + "},
                                      argument(2, "1"),
                                      {" as integer) when "},
                                      search.source,
                                      {" is not null then 0 end"}}));
}

/// A replacement's `$1` is `\1`.
Pieces replacement(const Tokens& tokens, Range argument) {
  auto text = literal_of(tokens, argument);
  if (!text || text->find('$') == std::string::npos) return {argument};
  std::string result;
  for (std::size_t i = 0; i < text->size(); ++i) {
    bool is_group =
        (*text)[i] == '$' && i + 1 < text->size() && (*text)[i + 1] >= '0' && (*text)[i + 1] <= '9';
    result += is_group ? '\\' : (*text)[i];
  }
  return {quoted_text(result)};
}

/// regexp_replace(source, pattern[, replacement[, position[, parameters]]]): all occurrences.
void regexp_replace(const Tokens& tokens, const Call& call, Edits& edits) {
  const auto& arguments = call.arguments;
  if (arguments.size() < 2 || arguments.size() > 5) return;
  // DuckDB's own fourth argument.
  if (arguments.size() == 4 && literal_of(tokens, arguments[3])) return;
  Search search = read_search(tokens, call, 3, 4);
  Pieces by = arguments.size() > 2 ? replacement(tokens, arguments[2]) : Pieces{"''"};
  Pieces head;
  bool has_position = arguments.size() > 3 && !is_one(tokens, arguments[3]);
  if (has_position) head = {"(substring(", arguments[0], ", 1, ", arguments[3], " - 1) || "};
  edits.replace(call.whole(), joined({head,
                                      {"regexp_replace("},
                                      search.source,
                                      {", "},
                                      search.pattern,
                                      {", "},
                                      by,
                                      {has_position ? ", 'g'))" : ", 'g')"}}));
}

}  // namespace

std::span<const CallRewrite> regexp_rewrites() {
  static constexpr auto rewrites = std::to_array<CallRewrite>({
      {"regexp_substr", regexp_substr},
      {"regexp_count", regexp_count},
      {"regexp_instr", regexp_instr},
      {"regexp_replace", regexp_replace},
  });
  return rewrites;
}

}  // namespace sparkify::functions
