#include "etl/settled_store.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "memory_store.hpp"

namespace sparkify::etl {
namespace {

TEST(SettledStore, AFileThatHasGoneHidesNoOther) {
  memory_test::MemoryStore store;
  LoadOptions options;
  options.log_data = "disk/";
  SettledStore settled(store, options);
  for (const char* text : {"{}\n", "{}\n{}\n{"}) {  // both grow
    for (const char* path : {"disk/a.json", "disk/b.json"}) store.put(path, text);
    settled.look();
    store.before_read = [](const std::string& path) {
      if (path == "disk/a.json") throw base::Error(base::ErrorKind::not_found, "gone");
    };
  }
  auto seen = settled.list("disk/").objects;
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].path, "disk/b.json");
  EXPECT_EQ(seen[0].size_bytes, 6U);
}

}  // namespace
}  // namespace sparkify::etl
