#include "base/caught.hpp"

#include <fmt/format.h>

#include <new>

namespace sparkify::base {

Error caught_error(std::string_view who) {
  try {
    throw;
  } catch (const Error& error) {
    return error;
  } catch (const std::bad_alloc&) {
    return Error(ErrorKind::unavailable, fmt::format("{} is out of memory", who));
  } catch (const std::exception& error) {
    return Error(ErrorKind::internal, fmt::format("internal error: {}", error.what()));
  }
}

}  // namespace sparkify::base
