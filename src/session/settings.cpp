#include "session/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/error.hpp"
#include "base/text.hpp"

namespace sparkify::session {
namespace {

using base::Error;
using base::ErrorKind;

enum class Kind {
  free,       ///< any text
  fixed,      ///< the server's to say
  encoding,   ///< UTF8 and nothing else
  datestyle,  ///< ISO and nothing else
  timezone,   ///< shown, but times stay in UTC
  duration,   ///< milliseconds, or with a unit
  boolean,
};

struct Row {
  std::string_view name;
  std::string_view value;
  Kind kind = Kind::free;
  std::string_view reported_as = {};  ///< empty: clients must ask
};

constexpr std::string_view version_text = "8.0.2";

constexpr auto table = std::to_array<Row>({
    {"analyze_threshold_percent", "10"},
    {"application_name", "", Kind::free, "application_name"},
    {"autocommit", "on", Kind::boolean},
    {"bytea_output", "hex", Kind::fixed},
    {"client_encoding", "UTF8", Kind::encoding, "client_encoding"},
    {"client_min_messages", "notice"},
    {"datestyle", "ISO, MDY", Kind::datestyle, "DateStyle"},
    {"default_transaction_isolation", "serializable"},
    {"default_transaction_read_only", "off", Kind::boolean},
    {"describe_field_name_in_uppercase", "off", Kind::boolean},
    {"downcase_delimited_identifier", "on", Kind::boolean},
    {"enable_case_sensitive_identifier", "off", Kind::boolean},
    {"enable_numeric_rounding", "on", Kind::boolean},
    {"enable_result_cache_for_session", "on", Kind::boolean},
    {"enable_vacuum_boost", "off", Kind::boolean},
    {"error_on_nondeterministic_update", "off", Kind::boolean},
    {"extra_float_digits", "1"},
    {"idle_in_transaction_session_timeout", "0", Kind::duration},
    {"integer_datetimes", "on", Kind::fixed, "integer_datetimes"},
    {"intervalstyle", "postgres", Kind::fixed, "IntervalStyle"},
    {"is_superuser", "on", Kind::fixed, "is_superuser"},
    {"json_serialization_enable", "off", Kind::boolean},
    {"json_serialization_parse_nested_strings", "off", Kind::boolean},
    {"lock_timeout", "0", Kind::duration},
    {"max_identifier_length", "127", Kind::fixed},
    {"max_index_keys", "32", Kind::fixed},
    {"mv_enable_aqmv_for_session", "on", Kind::boolean},
    {"navigate_super_null_on_error", "on", Kind::boolean},
    {"padb_revision", "0", Kind::fixed, "padb_revision"},
    {"padb_version", "1.0.0", Kind::fixed, "padb_version"},
    {"parse_super_null_on_error", "off", Kind::boolean},
    {"query_group", "default"},
    {"search_path", "$user, public"},
    {"server_encoding", "UTF8", Kind::fixed, "server_encoding"},
    {"server_version", version_text, Kind::fixed, "server_version"},
    {"server_version_num", "80002", Kind::fixed},
    {"session_authorization", "", Kind::fixed, "session_authorization"},
    {"spectrum_enable_pseudo_columns", "on", Kind::boolean},
    {"spectrum_query_maxerror", "-1"},
    {"standard_conforming_strings", "off", Kind::fixed, "standard_conforming_strings"},
    {"statement_timeout", "0", Kind::duration},
    {"stored_proc_log_min_messages", "log"},
    {"synchronous_commit", "on"},
    {"timezone", "UTC", Kind::timezone, "TimeZone"},
    {"transaction_isolation", "serializable"},
    {"transaction_read_only", "off", Kind::boolean},
    {"use_fips_ssl", "off", Kind::boolean},
    {"wlm_query_slot_count", "1"},
});

const Row* find(std::string_view name) {
  auto found =
      std::find_if(table.begin(), table.end(), [&](const Row& row) { return row.name == name; });
  return found == table.end() ? nullptr : &*found;
}

Error wrong_value(const Row& row, std::string_view value) {
  return Error(ErrorKind::sql,
               fmt::format("invalid value for parameter \"{}\": \"{}\"", row.name, value))
      .sql_state("22023");
}

std::string boolean_value(const Row& row, std::string_view value) {
  std::string lower = base::to_lower(value);
  for (std::string_view yes : {"on", "true", "yes", "1", "t", "y"}) {
    if (lower == yes) return "on";
  }
  for (std::string_view no : {"off", "false", "no", "0", "f", "n"}) {
    if (lower == no) return "off";
  }
  throw wrong_value(row, value);
}

/// Milliseconds: `5000`, `5s`, `5 min`.
std::string duration_value(const Row& row, std::string_view value) {
  std::uint64_t number = 0;
  auto [end, code] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (code != std::errc() || number > 2'147'483'647) throw wrong_value(row, value);
  std::string_view unit =
      base::trim({end, static_cast<std::size_t>(value.data() + value.size() - end)});
  if (unit.empty() || unit == "ms") return fmt::format("{}", number);
  for (auto [name, factor] : {std::pair<std::string_view, std::uint64_t>{"s", 1'000},
                              {"min", 60'000},
                              {"h", 3'600'000},
                              {"d", 86'400'000}}) {
    if (unit == name) return fmt::format("{}", number * factor);
  }
  throw wrong_value(row, value);
}

std::string encoding_value(const Row& row, std::string_view value) {
  std::string lower = base::to_lower(value);
  std::erase_if(lower, [](char c) { return c == '-' || c == '_' || c == ' '; });
  if (lower == "utf8" || lower == "unicode" || lower == "sqlascii") return "UTF8";
  throw wrong_value(row, value).hint("the server speaks UTF8 only");
}

std::string datestyle_value(const Row& row, std::string_view value) {
  std::string lower = base::to_lower(value);
  if (lower.starts_with("iso") || lower == "mdy") return "ISO, MDY";
  throw wrong_value(row, value).hint("the server writes dates as ISO only");
}

std::string checked(const Row& row, const std::string& value) {
  switch (row.kind) {
    case Kind::fixed:
      if (base::to_lower(value) == base::to_lower(row.value)) return std::string(row.value);
      throw Error(ErrorKind::sql, fmt::format("parameter \"{}\" cannot be changed", row.name))
          .sql_state("55P02");
    case Kind::encoding:
      return encoding_value(row, value);
    case Kind::datestyle:
      return datestyle_value(row, value);
    case Kind::duration:
      return duration_value(row, value);
    case Kind::boolean:
      return boolean_value(row, value);
    case Kind::free:
    case Kind::timezone:
      return value;
  }
  return value;
}

bool is_utc(std::string_view zone) {
  std::string lower = base::to_lower(zone);
  for (std::string_view name : {"utc", "gmt", "etc/utc", "etc/gmt", "zulu", "0", "00:00", "+00"}) {
    if (lower == name) return true;
  }
  return false;
}

}  // namespace

Settings::Settings() {
  for (const Row& row : table) defaults_.emplace(row.name, row.value);
  values_ = defaults_;
}

std::optional<std::string> Settings::value(std::string_view name) const {
  auto found = values_.find(name);
  if (found == values_.end()) return std::nullopt;
  return found->second;
}

Settings::All Settings::all() const { return {values_.begin(), values_.end()}; }

std::string Settings::set(const std::string& name, std::optional<std::string> value, bool is_local,
                          bool is_in_transaction) {
  const Row* row = find(name);
  // Names with a dot belong to whoever makes them up.
  if (row == nullptr && name.find('.') == std::string::npos) {
    throw Error(ErrorKind::sql, fmt::format("unrecognized configuration parameter \"{}\"", name))
        .sql_state("42704");
  }
  auto standard = defaults_.find(name);
  std::string checked_value = standard == defaults_.end() ? "" : standard->second;
  if (value) checked_value = row == nullptr ? *value : checked(*row, *value);
  if (is_local && !is_in_transaction) return "SET LOCAL has an effect in a transaction only";
  if (is_in_transaction && !before_transaction_) before_transaction_ = values_;
  if (is_local) {
    before_local_.emplace(name, values_[name]);
  } else {
    before_local_.erase(name);
  }
  values_[name] = checked_value;
  if (row == nullptr || row->kind != Kind::timezone || is_utc(checked_value)) return {};
  return "times with a zone are shown in UTC here, whatever the time zone of the session";
}

void Settings::reset_all() {
  values_ = defaults_;
  before_local_.clear();
}

void Settings::end_transaction(bool is_committed) {
  if (!is_committed && before_transaction_) values_ = *before_transaction_;
  if (is_committed) {
    for (const auto& [name, value] : before_local_) values_[name] = value;
  }
  before_transaction_.reset();
  before_local_.clear();
}

void Settings::set_default(const std::string& name, const std::string& value) {
  const Row* row = find(name);
  if (row == nullptr || row->kind == Kind::fixed) return;
  try {
    defaults_[name] = values_[name] = checked(*row, value);
  } catch (const Error&) {
    // A client that wants another encoding hears in ParameterStatus which one it gets.
  }
}

void Settings::set_fixed(const std::string& name, const std::string& value) {
  defaults_[name] = values_[name] = value;
}

void Settings::report_changes(const Report& report) {
  for (const Row& row : table) {
    if (row.reported_as.empty()) continue;
    const std::string& value = values_.find(row.name)->second;
    auto known = reported_.find(row.name);
    if (known != reported_.end() && known->second == value) continue;
    reported_[std::string(row.name)] = value;
    // A session's own zone is not what times are shown in.
    report(row.reported_as, row.kind == Kind::timezone ? "UTC" : std::string_view(value));
  }
}

}  // namespace sparkify::session
