#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "redshift/folder.hpp"
#include "redshift/load_history.hpp"
#include "warehouse/warehouse.hpp"

namespace sparkify::redshift {

/// Who reads the objects of a load.
enum class Way {
  automatic,  ///< Redshift when they are large, we otherwise
  direct,     ///< Redshift, as they lie in S3
  compact,    ///< we do, and send their records as parts
};
/// `auto`, `direct`, `compact`.
Way way_of(std::string_view name);

/// With `automatic`, objects of this size on average are left to Redshift.
inline constexpr std::uint64_t direct_bytes = 64'000'000;
/// COPY cannot be told to bear more refused records: it fails at MAXERROR, at most 100,000.
inline constexpr std::uint64_t most_direct_rejects = 99'999;

struct Choice {
  bool is_direct = false;
  std::string reason;  ///< in words, for who asks
};
/// Throws usage: `direct` is wanted, and COPY cannot read these objects by itself.
Choice choose(Way way, const warehouse::StageRequest& request);

/// One staging table filled by Redshift from the objects themselves.
///
/// COPY puts the records into a temporary table; what it refuses, and how many lines each file has,
/// is asked from its history. Which file a row is of is not known: all rows bear the number of the
/// first file, see FileCounts::staged_as.
class Direct {
 public:
  struct Host {
    warehouse::Warehouse* warehouse = nullptr;  ///< in a transaction
    bool is_told = false;                       ///< it tells its statements instead of running them
    LoadHistory::Ask ask;                       ///< on a connection of its own
    Folder* folder = nullptr;                   ///< in staging; null when told
    std::string folder_path;
    std::string role_arn, region;
    Folder::Noted noted;
  };
  Direct(Host host, const warehouse::StageRequest& request);

  /// As Warehouse::stage(). When COPY met too many errors, it has ended the transaction: the result
  /// is `stopped_early`, says so, and holds more rejects than are allowed.
  warehouse::StageResult run();

 private:
  bool copy(event::Compression compression);
  void copy_objects(event::Compression compression, const std::vector<std::string>& paths);
  bool take_failure(const base::Error& error);
  void take_errors(const std::vector<LoadError>& errors);
  void count_lines(const std::vector<std::string>& paths);
  void take_back();
  void fill_staging();
  bool agrees(std::int64_t staged) const;
  void require_agreement(std::int64_t staged);
  void note_first(const std::vector<LoadError>& errors) const;
  std::size_t file_of(const std::string& path) const;
  std::int64_t run_text(const std::string& text);

  Host host_;
  const warehouse::StageRequest& request_;
  LoadHistory history_;
  LoadHistory::Whose whose_;
  std::string raw_, columns_, paths_file_;
  std::map<std::string, std::size_t> files_;  ///< by path, as system tables show it
  std::map<std::size_t, std::set<std::uint64_t>> refused_, doubtful_;  ///< lines, by file
  warehouse::StageResult result_;
};

}  // namespace sparkify::redshift
