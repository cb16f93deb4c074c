#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sparkify::editor {

/// Queries that people keep: files NAME.sql of a folder beside the warehouse, for everybody who may
/// read it. Other programs may write there, too: nothing is remembered.
///
/// Names are 1 to 80 bytes of letters of any language, digits, blanks, `_`, `-` and dots, none of
/// them a dot at the beginning or a blank at either end. So they lead to no other folder.
/// Threads: all members from any.
class Queries {
 public:
  static constexpr std::size_t most_bytes = 1 << 20;  ///< of a text
  static constexpr std::size_t most_queries = 1000;   ///< that are listed, and that one can add to

  struct Entry {
    std::string name;
    std::uint64_t bytes = 0;
    std::int64_t changed_at = 0;  ///< seconds since 1970
  };

  /// Beside a warehouse file; empty for one in memory: nothing can be kept.
  static std::string folder_beside(const std::string& warehouse);
  explicit Queries(std::string folder) : folder_(std::move(folder)) {}

  bool has_folder() const { return !folder_.empty(); }
  /// By name. What is no file of a proper name is passed over. Throws denied.
  std::vector<Entry> list() const;
  /// Throw usage for a name that is none, not_found, denied, unavailable.
  std::string read(std::string_view name) const;
  /// Replaces the one of this name; makes the folder. Throws usage also: the text is too long,
  /// there are too many, or there is no folder.
  void write(std::string_view name, std::string_view text) const;
  void remove(std::string_view name) const;

 private:
  std::string path_of(std::string_view name) const;

  std::string folder_;
};

/// Whether a query may be called so.
bool is_query_name(std::string_view name);

}  // namespace sparkify::editor
