#pragma once

#include "format/writer.hpp"

namespace sparkify::format {

/// For people: aligned columns, NULL spelled out, the number of rows below.
std::unique_ptr<Writer> make_table_writer(Output output);
/// The same grid for Markdown: `|` and line breaks escaped.
std::unique_ptr<Writer> make_markdown_writer(Output output);

}  // namespace sparkify::format
