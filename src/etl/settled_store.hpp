#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/object_store.hpp"
#include "etl/load.hpp"

namespace sparkify::etl {

/// A store as it looks to who follows it: nobody sees half of a file that is being written.
///
/// An object far away appears whole, and is there at once. A file of a disk is there when it has
/// stood still from one look to the next. A log that grows from look to look is there as far as its
/// last whole line, unless it is compressed; it is there anew when it has more.
///
/// Memory: about 300 bytes for each object. Threads: look() and list() on one; others as the store.
class SettledStore final : public base::ObjectStore {
 public:
  /// Borrows the store. Follows what the options name.
  SettledStore(base::ObjectStore& store, const LoadOptions& options);

  /// Lists all anew; what is listed and opened until the next look is what this one has seen. A
  /// path where nothing lies has no files yet. Throws denied, unavailable, interrupted.
  void look();
  /// What there is to load by that: the options without sources that have no files. Nothing when
  /// all is as it was when done() was said last.
  std::optional<LoadOptions> news() const;
  /// What the last look has seen needs no further load.
  void done();
  /// Whether the last look has found a file of that path to load.
  bool shows(const std::string& path) const { return shown().contains(path); }

  base::Listing list(std::string_view prefix, const Arrived& arrived = {}) override;
  void expect(std::span<const base::ObjectEntry> entries) override { store_.expect(entries); }
  bool is_far(std::string_view path) const override { return store_.is_far(path); }
  std::unique_ptr<base::Object> open(const base::ObjectEntry& entry) override;
  std::unique_ptr<base::ObjectWriter> create(std::string_view path) override {
    return store_.create(path);
  }
  void interrupt() override { store_.interrupt(); }

 private:
  using Versions = std::map<std::string, std::string>;  ///< by path

  base::Listing look_below(const std::string& prefix, bool is_of_lines, Versions& files);
  std::optional<base::ObjectEntry> judge(const base::ObjectEntry& entry, bool is_of_lines,
                                         Versions& files);
  std::optional<base::ObjectEntry> whole_lines(const base::ObjectEntry& entry);
  Versions shown() const;

  base::ObjectStore& store_;
  LoadOptions options_;
  Versions files_;                                    ///< of disks, as the last look has seen them
  std::map<std::string, base::Listing> listed_;       ///< by prefix
  std::map<std::string, base::ObjectEntry> growing_;  ///< whole ones of those listed in part
  Versions done_;
};

}  // namespace sparkify::etl
