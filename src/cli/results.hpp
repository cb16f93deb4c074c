#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/object_store.hpp"
#include "cli/invocation.hpp"
#include "copy/scratch.hpp"
#include "format/writer.hpp"
#include "warehouse/warehouse.hpp"

namespace sparkify::cli {

/// All rows, as they come; stops where nobody reads on. Throws sql, interrupted.
void print_rows(Invocation& invocation, warehouse::Rows& rows, format::Writer& writer);

/// What --format says, or else the ending of --out, or else `otherwise`.
std::string result_format(const Arguments& arguments, std::string_view otherwise);

/// Where results of a query go: standard output or a file, as one of the text formats, as parquet
/// or as xlsx. A file appears whole, at finish(), or not at all. What parquet and xlsx need on
/// their way lies in the folder for temporary files.
class ResultPrinter {
 public:
  /// `path` is a file or an object of S3; nothing: standard output. Throws usage (parquet or xlsx
  /// for a terminal; a path that is a folder or device), denied, unavailable.
  ResultPrinter(Invocation& invocation, std::string format, const std::optional<std::string>& path);

  /// The engine's types of a query's columns, for print(). Empty when the format has no types, they
  /// come with the rows, or the query is wrong: running it says how.
  std::vector<std::string> types_of(warehouse::Warehouse& warehouse,
                                    const sql::Statement& statement,
                                    const sql::Parameters& parameters = {}) const;
  /// All rows. `title` is a sheet's name. Throws usage (a second result for a file that holds one),
  /// bad_data (a value that the format cannot hold), and as rows do.
  void print(warehouse::Rows& rows, const std::vector<std::string>& types, std::string_view title);
  /// To be called while a signal still interrupts. Throws unavailable (disk full; nobody reads the
  /// file to its end). Without a result there is no file.
  void finish();

 private:
  bool is_binary() const { return scratch_ != nullptr; }
  std::string scratch_file() const { return scratch_->file("result"); }
  void write_text(std::string_view text);
  void send();

  Invocation& invocation_;
  std::string format_, path_;
  std::unique_ptr<base::ObjectWriter> file_;      ///< of `path`
  std::unique_ptr<copy::ScratchFolder> scratch_;  ///< of the binary formats
  std::string buffer_;                            ///< text on its way to file_
  bool has_result_ = false;
};

}  // namespace sparkify::cli
