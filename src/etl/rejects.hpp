#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "warehouse/warehouse.hpp"

namespace sparkify::etl {

/// The refused records of one load.
class Rejects {
 public:
  /// Reading goes on for so many rejects beyond the limit, so that one failed load shows more than
  /// one fault.
  static constexpr std::uint64_t kept_beyond_limit = 1000;

  void name_file(std::int32_t file_id, const std::string& path) { paths_[file_id] = path; }
  void add(std::vector<warehouse::FileReject> rejects, bool stopped_early);

  std::uint64_t count() const { return rejects_.size(); }
  /// Rows of etl_rejects. Bytes that are no UTF-8, and NUL, stand as \xHH in raw_text.
  std::vector<std::vector<sql::Value>> rows(std::int64_t load_id) const;
  /// too_many_rejects at the first reject, with counts by reason.
  base::Error error(std::uint64_t rows_read, std::uint64_t allowed) const;

 private:
  std::map<std::int32_t, std::string> paths_;
  std::vector<warehouse::FileReject> rejects_;
  bool stopped_early_ = false;
};

/// Text that any engine can hold: bytes that are no UTF-8, and NUL, become \xHH.
std::string printable(std::string_view bytes);

}  // namespace sparkify::etl
