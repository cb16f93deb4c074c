#include "format/writer.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "format/csv.hpp"
#include "format/json.hpp"
#include "format/table.hpp"

namespace sparkify::format {

std::unique_ptr<Writer> make_writer(std::string_view format, Output output) {
  if (format == "table") return make_table_writer(std::move(output));
  if (format == "csv") return make_csv_writer(std::move(output));
  if (format == "json") return make_json_writer(std::move(output));
  if (format == "markdown") return make_markdown_writer(std::move(output));
  throw base::Error(base::ErrorKind::usage, fmt::format("unknown format \"{}\"", format))
      .hint(fmt::format("known formats: {}", formats));
}

}  // namespace sparkify::format
