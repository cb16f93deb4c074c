// COPY from S3 and UNLOAD.

#include <fmt/format.h>

#include "catalog/catalog.hpp"
#include "copy/copy.hpp"
#include "session/executor.hpp"
#include "session/reach.hpp"

namespace sparkify::session {

void Executor::run_copy(Portal& portal, Manner manner) {
  if (!manner.is_alone) transaction_.begin_implicit();
  if (!aside_) aside_ = std::make_unique<duckdb::Connection>(host_.database);
  // A stopped statement waits for no bucket either.
  auto open_store = [this](const transfer::Access& access) {
    auto store = host_.open_store(access);
    activity_.waits_for(store);
    return store;
  };
  load::Environment environment = {
      .connection = connection_,
      .aside = *aside_,
      .store = open_store,
      .files = host_.files,
      .scratch_folder = host_.scratch_folder,
      .query_id = ++host_.last_query_id,
      .session_id = static_cast<std::int32_t>(process_),
      .database = host_.database_name,
      .admit = check_reach,
  };
  copy::Outcome outcome = copy::run(portal.statement().source(), environment);
  for (const std::string& text : outcome.notices) notice(text, "INFO", "00000");
  std::string_view what = outcome.is_unload ? "unload" : "copy";
  catalog::set_value(connection_, fmt::format("pg_last_{}_count", what), outcome.row_count);
  catalog::set_value(connection_, fmt::format("pg_last_{}_id", what), environment.query_id);
  last_query_ = environment.query_id;
  ++change_count_;
  complete(outcome.is_unload ? "UNLOAD" : "COPY");
}

}  // namespace sparkify::session
