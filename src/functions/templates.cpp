#include "functions/templates.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace sparkify::functions {
namespace {

struct Row {
  std::string_view function;
  std::size_t argument_count;
  const char* text;
};

/// Sorted by function. What Redshift says of each: "SQL functions reference" of its documentation.
constexpr auto rows = std::to_array<Row>({
    {"add_months", 2,
     "case when last_day(cast($1 as date)) = cast($1 as date) then last_day(cast($1 as date) + "
     "to_months($2)) + (cast($1 as timestamp) - date_trunc('day', cast($1 as timestamp))) else "
     "cast($1 as timestamp) + to_months($2) end"},
    {"can_json_parse", 1, "json_valid($1)"},
    {"concat", 2, "(($1) || ($2))"},
    {"date", 1, "cast($1 as date)"},
    {"date_cmp", 2, "sign(date_diff('day', cast($2 as date), cast($1 as date)))"},
    {"date_cmp_timestamp", 2,
     "sign(date_diff('microsecond', cast($2 as timestamp), cast($1 as timestamp)))"},
    {"date_part_year", 1, "year(cast($1 as date))"},
    {"dexp", 1, "exp($1)"},
    {"dlog1", 1, "ln($1)"},
    {"dlog10", 1, "log10($1)"},
    {"dsqrt", 1, "sqrt($1)"},
    {"from_varbyte", 2,
     "case lower($2) when 'hex' then lower(hex($1)) when 'base64' then to_base64($1) else "
     "decode($1) end"},
    {"func_sha1", 1, "sha1($1)"},
    {"get_array_length", 1, "cast(json_array_length($1) as bigint)"},
    {"initcap", 1,
     "array_to_string(list_transform(regexp_extract_all(lower($1), "
     "'[\\p{L}\\p{N}]+|[^\\p{L}\\p{N}]+'), lambda word: upper(word[1]) || word[2:]), '')"},
    {"interval_cmp", 2,
     "case when cast($1 as interval) < cast($2 as interval) then -1 when cast($1 as interval) > "
     "cast($2 as interval) then 1 when cast($1 as interval) = cast($2 as interval) then 0 end"},
    {"is_array", 1, "(json_type($1) = 'ARRAY')"},
    {"is_object", 1, "(json_type($1) = 'OBJECT')"},
    {"is_valid_json", 1, "coalesce(json_valid($1) and json_type($1) = 'OBJECT', false)"},
    {"is_valid_json_array", 1, "coalesce(json_valid($1) and json_type($1) = 'ARRAY', false)"},
    {"json_array_length", 1, "cast(json_array_length($1) as integer)"},
    {"json_array_length", 2,
     "case when not ($2) or json_valid($1) then cast(json_array_length($1) as integer) end"},
    {"json_extract_array_element_text", 2, "json_extract_string($1, cast($2 as bigint))"},
    {"json_extract_array_element_text", 3,
     "case when not ($3) or json_valid($1) then json_extract_string($1, cast($2 as bigint)) end"},
    {"json_parse", 1, "json($1)"},
    {"json_serialize", 1, "cast($1 as varchar)"},
    {"json_typeof", 1,
     "case json_type($1) when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'VARCHAR' then "
     "'string' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' else 'number' end"},
    {"last_day", 1, "last_day(cast($1 as date))"},
    {"len", 1, "length($1)"},
    {"lpad", 2, "lpad($1, $2, ' ')"},
    {"months_between", 2,
     "((year(cast($1 as date)) - year(cast($2 as date))) * 12 + month(cast($1 as date)) - "
     "month(cast($2 as date)) + case when day(cast($1 as date)) = day(cast($2 as date)) or "
     "(last_day(cast($1 as date)) = cast($1 as date) and last_day(cast($2 as date)) = cast($2 as "
     "date)) then 0 else "
     "(date_diff('second', date_trunc('month', cast($2 as timestamp)), cast($2 as timestamp)) - "
     "date_diff('second', date_trunc('month', cast($1 as timestamp)), cast($1 as timestamp))) / "
     "-2678400.0 end)"},
    {"next_day", 2,
     "(cast($1 as date) + cast((list_position(['su', 'mo', 'tu', 'we', 'th', 'fr', 'sa'], "
     "lower(left($2, 2))) - 1 - dayofweek(cast($1 as date)) + 6) % 7 + 1 as integer))"},
    {"octet_length", 1, "strlen(cast($1 as varchar))"},
    {"octetindex", 2, "strpos($2, $1)"},
    {"quote_ident", 1,
     "case when regexp_full_match($1, '[a-z_][a-z0-9_]*') and $1 not in (select keyword_name from "
     "duckdb_keywords() where keyword_category = 'reserved') then $1 else '\"' || replace($1, "
     "'\"', '\"\"') || '\"' end"},
    {"quote_literal", 1, "('''' || replace($1, '''', '''''') || '''')"},
    {"quote_nullable", 1, "coalesce('''' || replace($1, '''', '''''') || '''', 'NULL')"},
    {"replicate", 2, "repeat($1, $2)"},
    {"rpad", 2, "rpad($1, $2, ' ')"},
    {"sha", 1, "sha1($1)"},
    {"split_to_array", 1, "to_json(string_split($1, ','))"},
    {"split_to_array", 2, "to_json(string_split($1, $2))"},
    {"text_to_int_alt", 1, "cast(trunc(cast($1 as double)) as integer)"},
    {"textlen", 1, "length($1)"},
    {"timeofday", 0, "strftime(now(), '%a %b %d %H:%M:%S.%f %Y UTC')"},
    {"timestamp_cmp", 2,
     "sign(date_diff('microsecond', cast($2 as timestamp), cast($1 as timestamp)))"},
    {"timestamp_cmp_date", 2,
     "sign(date_diff('microsecond', cast($2 as timestamp), cast($1 as timestamp)))"},
    {"timestamptz_cmp", 2,
     "sign(date_diff('microsecond', cast($2 as timestamptz), cast($1 as timestamptz)))"},
    {"to_hex", 1, "lower(to_hex($1))"},
    {"to_varbyte", 2,
     "case lower($2) when 'hex' then unhex($1) when 'base64' then from_base64($1) else "
     "encode($1) end"},
});

bool is_before(const Row& row, std::pair<std::string_view, std::size_t> wanted) {
  return std::pair(row.function, row.argument_count) < wanted;
}

}  // namespace

const char* find_template(std::string_view function, std::size_t argument_count) {
  auto found =
      std::lower_bound(rows.begin(), rows.end(), std::pair(function, argument_count), is_before);
  if (found == rows.end() || found->function != function) return nullptr;
  return found->argument_count == argument_count ? found->text : nullptr;
}

bool has_template(std::string_view function) {
  auto found =
      std::lower_bound(rows.begin(), rows.end(), std::pair(function, std::size_t{0}), is_before);
  return found != rows.end() && found->function == function;
}

Pieces fill_template(std::string_view text, const std::vector<Range>& arguments) {
  Pieces pieces;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t mark = std::min(text.find('$', at), text.size());
    if (mark > at) pieces.emplace_back(std::string(text.substr(at, mark - at)));
    if (mark == text.size()) break;
    pieces.emplace_back(arguments[static_cast<std::size_t>(text[mark + 1] - '1')]);
    at = mark + 2;
  }
  return pieces;
}

void expand_template(const Tokens& tokens, const Call& call, Edits& edits) {
  const char* text = find_template(lower(tokens[call.name].text), call.arguments.size());
  if (text != nullptr) edits.replace(call.whole(), fill_template(text, call.arguments));
}

}  // namespace sparkify::functions
