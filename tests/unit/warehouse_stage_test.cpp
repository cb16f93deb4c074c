#include <gtest/gtest.h>

#include <string>

#include "event_reading.hpp"
#include "warehouse/embedded.hpp"
#include "warehouse/query.hpp"

namespace sparkify::warehouse {
namespace {

/// One object, whatever is asked for.
class OneObject final : public base::ObjectStore {
 public:
  explicit OneObject(std::string text) : text_(std::move(text)) {}
  base::Listing list(std::string_view, const Arrived&) override { return {}; }
  std::unique_ptr<base::ObjectWriter> create(std::string_view) override { return nullptr; }
  std::unique_ptr<base::Object> open(const base::ObjectEntry&) override {
    return std::make_unique<event_test::MemoryObject>(text_);
  }
  StageRequest request() {
    StageRequest request;
    request.table = "staging_events";
    request.mapping = event::event_mapping();
    request.store = this;
    request.is_repetitive = true;
    base::ObjectEntry entry{"events.json", text_.size(), "1"};
    request.files.push_back({1, entry, event::Compression::none});
    return request;
  }

 private:
  std::string text_;
};

std::unique_ptr<Warehouse> in_memory() {
  EmbeddedOptions options;
  options.path = "";
  return open_embedded(options);
}

std::string event(int item, const std::string& page) {
  return R"({"sessionId":1,"ts":1541105830796,"page":")" + page + R"(","itemInSession":)" +
         std::to_string(item) + "}\n";
}

TEST(Stage, EachLoadHoldsItsOwnRowsOnly) {
  auto warehouse = in_memory();
  OneObject first(event(0, "Home") + event(1, "Help")), second(event(2, "About"));
  StageRequest requests[] = {first.request(), second.request(), first.request()};
  const char* pages[] = {"Help,Home", "About", "Help,Home"};
  for (int i = 0; i < 3; ++i) {
    warehouse->stage(requests[i]);
    auto rows = rows_of(*warehouse, statement("select listagg(page, ',') within group "
                                              "(order by page) from staging_events"));
    EXPECT_EQ(rows.at(0)[0], pages[i]);
  }
}

TEST(Stage, IsNotUndoneWithTheTransactionThatFollows) {
  auto warehouse = in_memory();
  OneObject one(event(0, "Home"));
  warehouse->stage(one.request());
  warehouse->begin();
  warehouse->execute(statement("update staging_events set is_duplicate = 1"));
  warehouse->rollback();
  EXPECT_EQ(number_of(*warehouse, "select count(*) from staging_events where is_duplicate = 0"), 1);
}

}  // namespace
}  // namespace sparkify::warehouse
