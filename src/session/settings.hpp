#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sparkify::session {

/// The settings of one session, as SET, SHOW and current_setting() know them. What has no meaning
/// here is kept and shown; what clients rely on has an effect elsewhere.
class Settings {
 public:
  /// Clients learn of changes to some settings without asking.
  using Report = std::function<void(std::string_view name, std::string_view value)>;

  Settings();

  /// nullopt: no such setting. `name` in lower case.
  std::optional<std::string> value(std::string_view name) const;
  using All = std::vector<std::pair<std::string, std::string>>;
  /// All that are known, by name.
  All all() const;
  /// Sets one; no value: its default. Returns a notice, mostly empty.
  /// Throws sql: unknown (42704), read-only (55P02), not a value for it (22023).
  std::string set(const std::string& name, std::optional<std::string> value, bool is_local,
                  bool is_in_transaction);
  void reset_all();
  /// Ends what was set LOCAL; takes back what was set in a transaction that is rolled back.
  void end_transaction(bool is_committed);

  /// What a client asks for when it connects: the default of its session. Unknown names are passed
  /// over, and so are values that cannot be.
  void set_default(const std::string& name, const std::string& value);
  /// What the server says: user, database.
  void set_fixed(const std::string& name, const std::string& value);

  /// Calls `report` for each setting that clients are told of: all at first, then those that have
  /// changed since.
  void report_changes(const Report& report);

 private:
  using Values = std::map<std::string, std::string, std::less<>>;

  Values defaults_, values_;
  Values reported_;
  std::optional<Values> before_transaction_;
  Values before_local_;  ///< to come back after what was set LOCAL and not again without it
};

}  // namespace sparkify::session
