#include "dialect/aggregates.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "rewrite/operands.hpp"

namespace sparkify::dialect {
namespace {

using rewrite::Range;
using rewrite::Tokens;

/// Sorted. Window functions are known by their window.
constexpr auto aggregates = std::to_array<std::string_view>({"any_value",
                                                             "approx_quantile",
                                                             "arg_max",
                                                             "arg_min",
                                                             "avg",
                                                             "bit_and",
                                                             "bit_or",
                                                             "bool_and",
                                                             "bool_or",
                                                             "count",
                                                             "first",
                                                             "histogram",
                                                             "last",
                                                             "list",
                                                             "listagg",
                                                             "max",
                                                             "median",
                                                             "min",
                                                             "mode",
                                                             "percentile_cont",
                                                             "percentile_disc",
                                                             "product",
                                                             "stddev",
                                                             "stddev_pop",
                                                             "stddev_samp",
                                                             "string_agg",
                                                             "sum",
                                                             "var_pop",
                                                             "var_samp",
                                                             "variance"});

bool is_aggregate(const Tokens& tokens, std::size_t i) {
  if (!tokens.is_call(i)) return false;
  if (tokens.is_word(tokens.close(i + 1) + 1, "over")) return true;
  return std::binary_search(aggregates.begin(), aggregates.end(), rewrite::lower(tokens[i].text));
}

}  // namespace

bool has_aggregate(const Tokens& tokens, Range range) {
  for (std::size_t i = range.begin; i < range.end; ++i) {
    if (is_aggregate(tokens, i)) return true;
    bool is_query = tokens.is_symbol(i, "(") && tokens.is_any(i + 1, {"select", "with"});
    if (is_query) i = std::min(tokens.close(i), range.end);
  }
  return false;
}

Range chosen_value(const Tokens& tokens, Range range) {
  bool is_choice = tokens.is_call(range.begin) &&
                   tokens.is_any(range.begin, {"max", "min", "any_value", "first_value",
                                               "last_value", "lag", "lead", "nth_value"});
  if (!is_choice || rewrite::end_of_primary(tokens, range.begin) != range.end) return {};
  auto arguments = tokens.arguments(range.begin + 1);
  // A second argument may be what lag() gives instead.
  bool is_whole = tokens.close(range.begin + 1) < range.end && !arguments.empty() &&
                  arguments.size() <= 2 && !tokens.is_any(arguments[0].begin, {"distinct", "all"});
  return is_whole ? arguments[0] : Range{};
}

}  // namespace sparkify::dialect
