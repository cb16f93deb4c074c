#include "etl/load.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "base/error.hpp"
#include "etl/build.hpp"
#include "etl/ledger.hpp"
#include "etl/observer.hpp"
#include "etl/plan.hpp"
#include "etl/rejects.hpp"
#include "etl/schema.hpp"
#include "etl/status.hpp"
#include "warehouse/query.hpp"
#include "warehouse/transaction.hpp"

namespace sparkify::etl {
namespace {

using base::Error;
using base::ErrorKind;

std::string utc_now() {
  auto now = std::chrono::system_clock::now();
  auto micros = std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch()) %
                std::chrono::seconds(1);
  return fmt::format("{:%Y-%m-%d %H:%M:%S}.{:06}",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(now)), micros.count());
}

/// Passes stages on and keeps their times for the summary.
class Timing final : public Observer {
 public:
  Timing(Observer& next, std::vector<StageTime>& times) : next_(next), times_(times) {}
  void stage_started(std::string_view stage) override { next_.stage_started(stage); }
  void stage_finished(std::string_view stage, double seconds) override {
    times_.push_back({std::string(stage), seconds});
    next_.stage_finished(stage, seconds);
  }
  void progressed(const Progress& progress) override { next_.progressed(progress); }
  void noted(std::string_view text) override { next_.noted(text); }

 private:
  Observer& next_;
  std::vector<StageTime>& times_;
};

/// One load from its first listing to its commit.
class Load {
 public:
  Load(const LoadTarget& target, base::ObjectStore& store, const LoadOptions& options,
       Observer& observer)
      : target_(target), store_(store), options_(options), observer_(observer, summary_.stages) {}

  LoadSummary run();
  void explain();

 private:
  void plan();
  void open();
  void name_passed_over(const SourcePlan& source);
  void load_new_files();
  void load_alone();
  void load_in_turn();
  bool load_within_transaction();
  void resolve(const Error& doubt);
  void stage_new_files();
  void update_warehouse();
  void fill_warehouse();
  void take_counts();
  void read_source(SourcePlan& source);
  warehouse::StageResult stage(const SourcePlan& source);
  bool leave_out_known(SourcePlan& source, const warehouse::StageResult& result);
  void unstage_known(const SourcePlan& source, warehouse::StageResult& result);
  void judge_rejects();
  void name_files();
  void write_ledger();
  void record_failure(const Error& error);
  void count_tables();

  const LoadTarget& target_;
  warehouse::Warehouse* warehouse_ = nullptr;  ///< once it is open
  base::ObjectStore& store_;
  const LoadOptions& options_;
  LoadSummary summary_;
  Timing observer_;
  Ledger ledger_;  ///< empty until then
  std::string started_at_ = utc_now();
  std::int64_t load_id_ = 0;
  std::vector<SourcePlan> sources_;
  std::map<std::string, std::vector<warehouse::FileCounts>> counts_;  ///< by source
  Rejects rejects_;
  Progress progress_;
  std::vector<TableCount> counts_before_;
};

void Load::open() {
  warehouse_ = &target_.open();
  if (!warehouse_->is_shared()) ledger_ = Ledger(*warehouse_);
}

void Load::plan() {
  Stage stage(observer_, "list files");
  load_id_ = ledger_.next_load_id();
  summary_.files_unchanged = summary_.files_passed_over = 0;
  progress_ = {};
  Accepted fetch = [&](std::span<const base::ObjectEntry> entries) { store_.expect(entries); };
  // Where others read too, who reads what is known only when all is listed.
  bool is_read_here = warehouse_ == nullptr || !warehouse_->is_shared();
  sources_ = plan_sources(ledger_, store_, options_, is_read_here ? fetch : Accepted());
  for (const auto& source : sources_) {
    summary_.files_unchanged += source.unchanged_count;
    summary_.files_passed_over += source.passed_over_count;
    progress_.files_total += source.to_load.size();
    for (const auto& file : source.to_load) {
      progress_.bytes_total += file.entry.size_bytes;
      rejects_.name_file(file.file_id, file.entry.path);
    }
    name_passed_over(source);
  }
}

/// Names the files that are none of ours, the first ones of many.
void Load::name_passed_over(const SourcePlan& source) {
  constexpr std::uint64_t most_named = 10;
  std::uint64_t named = 0;
  for (const auto& file : source.files) {
    if (!file.is_passed_over || ++named > most_named) continue;
    observer_.noted(fmt::format("passed over {}: {}", file.path, file.verdict));
  }
  if (named > most_named) {
    observer_.noted(
        fmt::format("passed over {} more files of {}", named - most_named, source.source));
  }
}

warehouse::StageResult Load::stage(const SourcePlan& source) {
  Progress before = progress_;
  warehouse::StageRequest request;
  request.table = source.staging;
  request.mapping = source.mapping;
  request.is_repetitive = source.staging == "staging_events";
  request.store = &store_;
  request.files = source.to_load;
  request.max_rejects = options_.max_rejects;
  constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  request.reject_limit = std::min(options_.max_rejects, most - Rejects::kept_beyond_limit) +
                         Rejects::kept_beyond_limit;
  request.progressed = [&](std::uint64_t files, std::uint64_t bytes, std::uint64_t rows) {
    progress_.files_done = before.files_done + files;
    progress_.bytes_done = before.bytes_done + bytes;
    progress_.rows_done = before.rows_done + rows;
    observer_.progressed(progress_);
  };
  return warehouse_->stage(request);
}

/// Takes files whose content is known out of the plan, when reading stopped for the rejects they
/// have. Only far files come so far.
bool Load::leave_out_known(SourcePlan& source, const warehouse::StageResult& result) {
  std::set<std::int32_t> known;
  for (std::size_t i = 0; i < source.to_load.size(); ++i) {
    const base::ObjectEntry& entry = source.to_load[i].entry;
    bool is_doubtful = result.files[i].rejects > 0 && ledger_.holds_size(entry.size_bytes);
    if (!is_doubtful || !store_.is_far(entry.path)) continue;
    auto object = store_.open(entry);
    std::string hash = event::ContentHash::of(*object, entry.size_bytes);
    if (ledger_.holds(source.source, hash)) known.insert(source.to_load[i].file_id);
  }
  std::erase_if(source.to_load, [&](const auto& file) { return known.contains(file.file_id); });
  source.unchanged_count += known.size();
  summary_.files_unchanged += known.size();
  progress_.files_total -= known.size();
  return !known.empty();
}

/// Takes the records of files whose content is known out of staging: nothing of them is new, and
/// what was wrong with them is on record. Where files share their rows nobody knows which are
/// theirs: those stay, are found to be duplicates, and none counts as loaded from a known file.
void Load::unstage_known(const SourcePlan& source, warehouse::StageResult& result) {
  constexpr std::int32_t no_file = 0;  // files are numbered from 1
  std::vector<std::vector<sql::Value>> known;
  std::set<std::int32_t> known_ids;
  for (std::size_t i = 0; i < source.to_load.size(); ++i) {
    if (!ledger_.holds(source.source, result.files[i].content_hash)) continue;
    known_ids.insert(source.to_load[i].file_id);
    if (!result.files[i].staged_as) known.push_back({source.to_load[i].file_id});
    result.files[i].staged_as = no_file;
    result.files[i].rejects = 0;
  }
  std::erase_if(result.rejects,
                [&](const auto& reject) { return known_ids.contains(reject.file_id); });
  if (known.empty()) return;
  warehouse_->execute(warehouse::statement("drop table if exists etl_known_files"));
  warehouse_->execute(warehouse::statement("create temp table etl_known_files (file_id integer)"));
  warehouse_->append("etl_known_files", known);
  warehouse_->execute(warehouse::statement(fmt::format(
      "delete from {0} using etl_known_files where etl_known_files.file_id = {0}.file_id",
      source.staging)));
}

void Load::read_source(SourcePlan& source) {
  Stage reading(observer_, fmt::format("read {}", source.source));
  Progress before = progress_;
  warehouse::StageResult result = stage(source);
  auto may_stage_again = [&] { return result.stopped_early && !result.has_ended_transaction; };
  while (may_stage_again() && leave_out_known(source, result)) {
    progress_ = {before.files_done, progress_.files_total, before.bytes_done, progress_.bytes_total,
                 before.rows_done};
    result = stage(source);
  }
  unstage_known(source, result);
  for (const auto& file : result.files) {
    summary_.rows_read += file.rows_read;
    summary_.unknown_keys += file.unknown_keys;
  }
  rejects_.add(std::move(result.rejects), result.stopped_early);
  if (result.stopped_early) judge_rejects();
  counts_[source.source] = std::move(result.files);
}

void Load::judge_rejects() {
  summary_.rejects = rejects_.count();
  if (summary_.rejects > options_.max_rejects) {
    throw rejects_.error(summary_.rows_read, options_.max_rejects);
  }
}

/// What etl_files knows content by. Of a file that was not read here that is its version.
std::string identity_of(const warehouse::FileCounts& counts, const base::ObjectEntry& entry) {
  constexpr std::size_t most_bytes = 64;
  if (!counts.content_hash.empty()) return counts.content_hash;
  return fmt::format("version {}", entry.version).substr(0, most_bytes);
}

/// What reading gave for each file, where SQL can join it.
void Load::name_files() {
  warehouse_->execute(warehouse::statement("drop table if exists etl_load_files"));
  run_file(*warehouse_, "sql/ledger/load_files.sql");
  std::vector<std::vector<sql::Value>> rows;
  auto whole = [](std::uint64_t value) { return static_cast<std::int64_t>(value); };
  for (const auto& source : sources_) {
    const auto& counts = counts_[source.source];
    for (std::size_t i = 0; i < source.to_load.size(); ++i) {
      const auto& [file_id, entry, compression] = source.to_load[i];
      rows.push_back({std::int64_t{file_id}, source.source, entry.path, whole(entry.size_bytes),
                      entry.version, identity_of(counts[i], entry), whole(counts[i].rows_read),
                      whole(counts[i].rejects), whole(counts[i].unknown_keys),
                      std::int64_t{counts[i].staged_as.value_or(file_id)}});
      summary_.bytes_read += entry.size_bytes;
    }
  }
  warehouse_->append("etl_load_files", rows);
}

void Load::write_ledger() {
  run_file(*warehouse_, "sql/ledger/etl_files.sql", {{"load_id", load_id_}});
  run_file(*warehouse_, "sql/ledger/etl_loads.sql",
           {{"load_id", load_id_}, {"started_at", started_at_}, {"finished_at", utc_now()}});
  warehouse_->append("etl_rejects", rejects_.rows(load_id_));
}

/// Staging tables are the session's own, so that they are filled before the transaction begins:
/// DuckDB knows sizes of, and spreads over threads inserts from, tables that are committed.
void Load::stage_new_files() {
  for (auto& source : sources_) read_source(source);
  judge_rejects();
}

void Load::fill_warehouse() {
  name_files();
  build(*warehouse_, observer_);
  write_ledger();
}

void Load::update_warehouse() {
  warehouse::Transaction transaction(*warehouse_);
  fill_warehouse();
  Stage stage(observer_, "commit");
  transaction.commit();
}

/// Whether there was anything to load.
bool Load::load_within_transaction() {
  warehouse::Transaction transaction(*warehouse_);
  {
    Stage stage(observer_, "wait for other loads");
    warehouse_->await_turn();
  }
  ledger_ = Ledger(*warehouse_);
  counts_before_ = table_counts(*warehouse_);
  plan();
  if (progress_.files_total > 0) stage_new_files();
  if (progress_.files_total == 0) return false;
  fill_warehouse();
  Stage stage(observer_, "commit");
  try {
    transaction.commit();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::in_doubt) throw;
    resolve(error);
  }
  return true;
}

/// Returns when the ledger holds the load after all. To look waits until the lost session has
/// ended, one way or the other: it has its turn until then.
void Load::resolve(const Error& doubt) {
  std::vector<warehouse::TextRow> found;
  try {
    warehouse_->reconnect();
    warehouse::Transaction transaction(*warehouse_);
    warehouse_->await_turn();
    found = rows_of(*warehouse_,
                    warehouse::statement("select load_id from etl_loads "
                                         "where load_id = :load_id and started_at = :started_at"),
                    {{"load_id", load_id_}, {"started_at", started_at_}});
  } catch (const Error&) {
    throw doubt;
  }
  if (found.empty()) {
    throw Error(ErrorKind::unavailable,
                "the link to the warehouse was lost during the commit, and nothing was loaded")
        .hint("run the command again");
  }
  observer_.noted("the link was lost during the commit; the ledger says that the load is there");
}

/// Where others load too: one transaction from the first look at the ledger to the commit.
void Load::load_in_turn() {
  if (!has_schema(*warehouse_)) create_missing(*warehouse_, options_.layout);
  try {
    if (load_within_transaction()) take_counts();
  } catch (const Error& error) {
    bool is_refused =
        error.kind() == ErrorKind::too_many_rejects || error.kind() == ErrorKind::bad_data;
    if (is_refused) record_failure(error);
    throw;
  }
  count_tables();
}

void Load::load_new_files() {
  try {
    stage_new_files();
    if (progress_.files_total == 0) return;
    update_warehouse();
  } catch (const Error& error) {
    warehouse_->rollback();  // staging has no transaction, but an interrupt ends with this
    bool is_refused =
        error.kind() == ErrorKind::too_many_rejects || error.kind() == ErrorKind::bad_data;
    if (is_refused) record_failure(error);
    throw;
  }
  take_counts();
}

/// What the ledger says of the load.
void Load::take_counts() {
  auto rows = rows_of(*warehouse_,
                      warehouse::statement("select rows_loaded, duplicates from etl_loads "
                                           "where load_id = :load_id"),
                      {{"load_id", load_id_}});
  summary_.load_id = load_id_;
  summary_.files_loaded = progress_.files_total;
  summary_.rows_loaded = std::stoull(rows.at(0)[0].value_or("0"));
  summary_.duplicates = std::stoull(rows.at(0)[1].value_or("0"));
}

void Load::record_failure(const Error& error) {
  warehouse::Transaction transaction(*warehouse_);
  if (warehouse_->is_shared()) {
    warehouse_->await_turn();
    load_id_ = number_of(*warehouse_, "select max(load_id) from etl_loads") + 1;
  }
  run_file(*warehouse_, "sql/ledger/failed_load.sql",
           {{"load_id", load_id_},
            {"started_at", started_at_},
            {"finished_at", utc_now()},
            {"rows_read", static_cast<std::int64_t>(summary_.rows_read)},
            {"rejects", static_cast<std::int64_t>(rejects_.count())},
            {"error", error.message()}});
  warehouse_->append("etl_rejects", rejects_.rows(load_id_));
  transaction.commit();
}

void Load::count_tables() {
  summary_.tables = table_counts(*warehouse_);
  for (auto& table : summary_.tables) {
    auto was = std::find_if(counts_before_.begin(), counts_before_.end(),
                            [&](const TableCount& old) { return old.table == table.table; });
    table.rows_added = table.row_count - (was == counts_before_.end() ? 0 : was->row_count);
  }
}

/// Where the warehouse is this process's own.
void Load::load_alone() {
  plan();
  if (target_.is_new) {
    open();
    if (has_schema(*warehouse_)) plan();  // another process was faster
  }
  if (!has_schema(*warehouse_)) create_missing(*warehouse_);
  counts_before_ = table_counts(*warehouse_);
  if (progress_.files_total > 0) load_new_files();
  count_tables();
}

void Load::explain() {
  open();
  require_schema(*warehouse_);
  load_within_transaction();
}

LoadSummary Load::run() {
  auto started = std::chrono::steady_clock::now();
  if (!target_.is_new) open();
  if (warehouse_ != nullptr && warehouse_->is_shared()) {
    load_in_turn();
  } else {
    load_alone();
  }
  summary_.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  return std::move(summary_);
}

}  // namespace

std::vector<PlannedFile> plan_load(warehouse::Warehouse& warehouse, base::ObjectStore& store,
                                   const LoadOptions& options) {
  std::vector<PlannedFile> files;
  for (auto& source : plan_sources(Ledger(warehouse), store, options)) {
    std::move(source.files.begin(), source.files.end(), std::back_inserter(files));
  }
  return files;
}

LoadSummary load(const LoadTarget& target, base::ObjectStore& store, const LoadOptions& options,
                 Observer& observer) {
  return Load(target, store, options, observer).run();
}

void explain_load(warehouse::Warehouse& warehouse, base::ObjectStore& store,
                  const LoadOptions& options, Observer& observer) {
  LoadTarget target;
  target.open = [&]() -> warehouse::Warehouse& { return warehouse; };
  Load(target, store, options, observer).explain();
}

}  // namespace sparkify::etl
