#include "net/listener.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace sparkify::net {
namespace {

TEST(NetListener, APortThatIsTakenIsSaidWithoutAFlagThatOthersHave) {
  Listener first = Listener::tcp({"127.0.0.1", 0});
  try {
    Listener second = Listener::tcp(first.address());
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), base::ErrorKind::unavailable);
    EXPECT_EQ(error.hint_text(), "another program listens there; give another port");
  }
}

}  // namespace
}  // namespace sparkify::net
