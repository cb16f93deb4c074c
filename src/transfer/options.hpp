#pragma once

#include <initializer_list>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "transfer/cursor.hpp"
#include "transfer/statement.hpp"

namespace sparkify::transfer {

/// What COPY and UNLOAD have in common behind their source or target: options in any order, and
/// which of them exclude each other.
class Options {
 public:
  explicit Options(Cursor& cursor) : cursor_(cursor) {}

  /// Begins the option at hand, whose name is `word`. Throws when it was given before.
  void begin(const std::string& word);
  bool has(std::string_view option) const { return seen_.contains(option); }
  std::size_t offset_of(std::string_view option) const { return seen_.find(option)->second; }

  /// An option of who may, or of how objects are packed; false when it is another.
  bool take_access(const std::string& word, Access& access);
  bool take_compression(const std::string& word, event::Compression& compression);
  /// Known, and impossible here: throws. `client_side` are reasons of both statements.
  void refuse_encryption(const std::string& word) const;

  /// `[AS] 'x'`: one character or more, \t and \ooo meaning what they do in C.
  std::string delimiter();
  /// `[AS] 'x'` of one byte.
  char character(std::string_view what);
  /// `'label:width,...'`
  std::vector<field::Layout::Width> widths();
  /// ON, TRUE, OFF, FALSE; `otherwise` when none of them follows.
  bool flag(bool otherwise);

  /// Throws when `option` was given together with one of `others`.
  void exclude(std::string_view option, std::initializer_list<std::string_view> others) const;
  /// The rules of access that need to see all options.
  void check_access() const;

  base::Error unknown(std::string_view word, std::span<const std::string_view> known) const;
  base::Error unsupported(std::size_t offset, std::string message) const;

 private:
  void take_credentials(Access& access);

  Cursor& cursor_;
  std::map<std::string, std::size_t, std::less<>> seen_;  ///< option -> offset
};

/// `\t`, `\n`, `\r`, `\\` and `\ooo` as the bytes they mean; other backslashes as they are.
std::string unescaped(std::string_view text);

}  // namespace sparkify::transfer
