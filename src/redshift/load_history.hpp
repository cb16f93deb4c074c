#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "event/mapping.hpp"
#include "event/reject.hpp"
#include "sql/script.hpp"
#include "warehouse/query.hpp"

namespace sparkify::redshift {

/// System tables hold so much of a file's name.
inline constexpr std::size_t most_name_bytes = 256;

/// A record that a COPY refused, in Redshift's words.
struct LoadError {
  std::string path;
  std::uint64_t line = 0;
  std::string column;  ///< empty: the record as a whole
  int code = 0;
  std::string reason;
  std::string raw_line, raw_field;  ///< at most 1,024 bytes, wide characters as periods; or empty
};

/// What Redshift keeps on record of COPYs.
/// Source: STL_LOAD_ERRORS, SYS_LOAD_ERROR_DETAIL, SYS_LOAD_DETAIL of its documentation.
class LoadHistory {
 public:
  /// Asks on a connection of its own: a refusal, or the COPY's, must not end who asks.
  using Ask = std::function<std::vector<warehouse::TextRow>(const sql::Statement& query,
                                                            const sql::Parameters& values)>;
  explicit LoadHistory(Ask ask) : ask_(std::move(ask)) {}

  /// Whose COPYs: a session's, later than a query of it, in a transaction.
  struct Whose {
    std::int64_t session = 0;
    std::int64_t after = -1;
    std::string since;  ///< when the transaction began
  };
  /// By file and line.
  std::vector<LoadError> errors(const Whose& whose) const;
  /// Lines of each file of a COPY, blank ones too. Waits a little until all files are there.
  std::map<std::string, std::uint64_t> lines(std::int64_t query, std::size_t file_count) const;

 private:
  Ask ask_;
};

/// As our own reader would put it.
event::Reject reject_of(const LoadError& error, const event::Mapping& mapping);

}  // namespace sparkify::redshift
