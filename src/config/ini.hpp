#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace sparkify::config {

/// One `key = value` and where it stands.
struct IniEntry {
  std::string section;
  std::string key;    ///< lower case
  std::string value;  ///< without blanks around it and without the quotes that enclose it
  std::string file;
  std::size_t line = 0;
  std::size_t key_column = 0;    ///< in bytes, from 1
  std::size_t value_column = 0;  ///< of the value's first byte, quotes not counted
  std::string line_text;

  /// Points at the key. The excerpt ends where the value begins: it may be a secret.
  base::Place key_place() const;
  /// Points at the value and shows it; not for secrets.
  base::Place value_place() const;
};

struct IniSection {
  std::string name;
  base::Place place;
};

struct Ini {
  std::vector<IniSection> sections;
  std::vector<IniEntry> entries;  ///< in file order
};

/// What becomes of quotes that enclose a value.
enum class Quotes { strip, keep };

/// Reads what Python's configparser reads: `[section]`, `key = value` or `key: value`, keys without
/// regard to case, whole-line comments with # or ;, values that go on in deeper indented lines
/// (joined with \n). A value may stand in '...' or "...", unless quotes are kept. Unlike there, `%`
/// has no meaning.
/// Throws config with place: no section yet, neither section nor key, a section or key twice.
Ini parse_ini(std::string_view text, std::string_view file, Quotes quotes = Quotes::strip);

}  // namespace sparkify::config
