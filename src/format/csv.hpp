#pragma once

#include "format/writer.hpp"

namespace sparkify::format {

/// Lines of RFC 4180. A row of one NULL is written "", so that no line is blank.
std::unique_ptr<Writer> make_csv_writer(Output output);

}  // namespace sparkify::format
