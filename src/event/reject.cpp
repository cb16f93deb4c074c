#include "event/reject.hpp"

namespace sparkify::event {

std::string_view code(Reason reason) {
  switch (reason) {
    case Reason::malformed_json:
      return "malformed_json";
    case Reason::not_an_object:
      return "not_an_object";
    case Reason::wrong_type:
      return "wrong_type";
    case Reason::nested_value:
      return "nested_value";
    case Reason::out_of_range:
      return "out_of_range";
    case Reason::text_too_long:
      return "text_too_long";
    case Reason::missing_value:
      return "missing_value";
    case Reason::nul_byte:
      return "nul_byte";
    case Reason::invalid_utf8:
      return "invalid_utf8";
    case Reason::line_too_long:
      return "line_too_long";
  }
  return "unknown";
}

std::string_view describe(Reason reason) {
  switch (reason) {
    case Reason::malformed_json:
      return "text does not parse as one JSON object";
    case Reason::not_an_object:
      return "record is JSON, but no object";
    case Reason::wrong_type:
      return "value is of another type than its column";
    case Reason::nested_value:
      return "value is an object or a list where a plain value belongs";
    case Reason::out_of_range:
      return "number does not fit into its column";
    case Reason::text_too_long:
      return "text is longer than its column";
    case Reason::missing_value:
      return "a required value is absent, null or blank";
    case Reason::nul_byte:
      return "text holds a NUL character";
    case Reason::invalid_utf8:
      return "text is not valid UTF-8";
    case Reason::line_too_long:
      return "line is longer than 64 MiB";
  }
  return "record was refused";
}

}  // namespace sparkify::event
