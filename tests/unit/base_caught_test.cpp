#include "base/caught.hpp"

#include <gtest/gtest.h>

#include <new>
#include <system_error>

namespace sparkify::base {
namespace {

template <typename Failure>
Error caught(const Failure& failure) {
  try {
    throw failure;
  } catch (const std::exception&) {
    return caught_error("the server");
  }
}

TEST(CaughtError, ClientsAreToldWhatHappened) {
  Error own = caught(Error(ErrorKind::not_found, "no such table").hint("look"));
  EXPECT_EQ(own.kind(), ErrorKind::not_found);
  EXPECT_EQ(own.message(), "no such table");
  EXPECT_EQ(own.hint_text(), "look");
  Error memory = caught(std::bad_alloc());
  EXPECT_EQ(memory.kind(), ErrorKind::unavailable);
  EXPECT_EQ(memory.message(), "the server is out of memory");
  Error other = caught(std::system_error(std::make_error_code(std::errc::too_many_files_open)));
  EXPECT_EQ(other.kind(), ErrorKind::internal);
  EXPECT_EQ(other.message(), "internal error: Too many open files");
}

}  // namespace
}  // namespace sparkify::base
