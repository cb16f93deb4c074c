#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/json.hpp"

namespace sparkify::site {

/// A JSON document that knows where in its text each value lies: for configurations, whose mistakes
/// people mend by hand. What is read is checked; every error is config, with line and column.
///
/// Values are those below root(), by reference: the address is what the place is looked up by.
class Document {
 public:
  /// Borrows `text`. Throws config where it stops being JSON.
  Document(std::string_view text, std::string file);

  const base::Json& root() const { return root_; }

  base::Error error_at(const base::Json& value, std::string message) const;
  /// At the key of `value` rather than at the value.
  base::Error error_at_key(const base::Json& value, std::string message) const;

  /// Refuses what is no object, and keys that are not among `keys`. Messages call it `name`.
  void check_object(const base::Json& value, std::string_view name,
                    std::span<const std::string_view> keys) const;
  /// The member of a checked object; throws when there is none.
  const base::Json& member(const base::Json& object, std::string_view key) const;

  // The member of a checked object as a value of one type.
  const base::Json& list(const base::Json& object, std::string_view key) const;
  const std::string& string(const base::Json& object, std::string_view key) const;
  bool boolean(const base::Json& object, std::string_view key) const;
  double number(const base::Json& object, std::string_view key, double least, double most) const;
  /// A number without fraction.
  std::int64_t whole(const base::Json& object, std::string_view key, std::int64_t least,
                     std::int64_t most) const;

 private:
  struct Offsets {
    std::size_t key, value;
  };
  base::Error error(std::size_t offset, std::string message) const;
  Offsets find(const base::Json& value) const;

  std::string_view text_;
  std::string file_;
  base::Json root_;
};

}  // namespace sparkify::site
