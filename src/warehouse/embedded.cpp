#include "warehouse/embedded.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <map>
#include <thread>
#include <utility>

#include "base/error.hpp"
#include "dialect/dialect.hpp"
#include "duckdb/appender.hpp"
#include "duckdb/connection.hpp"
#include "duckdb/lookup.hpp"
#include "duckdb/rows.hpp"
#include "duckdb/source.hpp"
#include "sql/files.hpp"
#include "sql/lexer.hpp"
#include "warehouse/staging.hpp"

namespace sparkify::warehouse {
namespace {

using base::Error;
using base::ErrorKind;

/// What DuckDB may hold in memory before it spills to disk, unless told otherwise: 1.5 GB, a
/// quarter of the machine's memory where that is less. With 1 GB a load of 50 million events may
/// run out: grouping them by key holds what cannot be spilled. The process needs threads x
/// (event::Reader's memory) and the rejects beside it.
std::string default_memory_limit() {
  long long bytes = static_cast<long long>(::sysconf(_SC_PHYS_PAGES)) * ::sysconf(_SC_PAGESIZE);
  return fmt::format("{}MB", std::min(1500LL, std::max(bytes / 4 / 1'000'000, 200LL)));
}

std::map<std::string, std::string> settings(const EmbeddedOptions& options) {
  std::map<std::string, std::string> chosen{
      {"access_mode",
       options.mode == EmbeddedOptions::Mode::read_only ? "READ_ONLY" : "READ_WRITE"},
      {"memory_limit",
       options.memory_limit.empty() ? default_memory_limit() : options.memory_limit},
      // Since 1.3 repetitive text is compressed in half the time, into less.
      {"storage_compatibility_version", "v1.3.0"},
      // Freed memory goes back at once: the process stays near the limit, however much it loads.
      {"allocator_background_threads", "true"},
      {"allocator_flush_threshold", "16MB"},
      {"allocator_bulk_deallocation_flush_threshold", "32MB"},
      // Rows are grouped by numbers that span 2^16 in an array: in a third of the time by hashes.
      {"perfect_ht_threshold", "16"},
      {"autoinstall_known_extensions", "false"},
      {"autoload_known_extensions", "false"},
  };
  if (options.threads > 0) chosen["threads"] = std::to_string(options.threads);
  return chosen;
}

/// Waits out other processes for at most `options.wait`.
duckdb::DatabaseHandle open_patiently(const EmbeddedOptions& options) {
  using namespace std::chrono_literals;
  auto deadline = std::chrono::steady_clock::now() + options.wait;
  for (;;) {
    try {
      return duckdb::open_database(options.path, settings(options));
    } catch (Error& error) {
      bool is_over = std::chrono::steady_clock::now() >= deadline;
      if (error.kind() != ErrorKind::locked || is_over) throw error.at({options.path, 0, 0, {}});
      std::this_thread::sleep_for(100ms);
    }
  }
}

std::string_view staging_type(event::ColumnType type) {
  switch (type) {
    case event::ColumnType::text:
      return "varchar";
    case event::ColumnType::integer:
      return "integer";
    case event::ColumnType::timestamp:
      return "timestamp";
    case event::ColumnType::real:
      return "double";
  }
  return "";
}

/// A result of the engine as the interface shows it.
class EmbeddedRows final : public Rows {
 public:
  EmbeddedRows(duckdb::Connection& connection, const std::string& text, duckdb::Locate locate)
      : rows_(connection, text, std::move(locate)) {
    for (const auto& column : rows_.columns()) {
      ValueKind kind = column.is_number    ? ValueKind::number
                       : column.is_boolean ? ValueKind::boolean
                                           : ValueKind::text;
      columns_.push_back({column.name, kind});
    }
  }
  const std::vector<ResultColumn>& columns() const override { return columns_; }
  bool next() override { return rows_.next(); }
  std::span<const std::optional<std::string_view>> row() const override { return rows_.row(); }
  std::optional<std::int64_t> rows_changed() const override { return rows_.rows_changed(); }

 private:
  duckdb::Rows rows_;
  std::vector<ResultColumn> columns_;
};

class Embedded final : public Session {
 public:
  Embedded(SharedDatabase database, bool keep_staging)
      : keep_staging_(keep_staging), database_(std::move(database)), connection_(database_.get()) {
    connection_.run("set TimeZone = 'UTC'");
    connection_.run("set integer_division = true");
    connection_.run("set default_null_order = 'nulls_last_on_asc_first_on_desc'");
  }

  std::int64_t execute(const sql::Statement& given, const sql::Parameters& parameters) override {
    check_interrupt();
    sql::Statement statement = aim_below_view(given);
    dialect::Translated translated = dialect::to_duckdb(statement, parameters);
    return connection_.run(translated.text, locate(statement, translated));
  }

  std::unique_ptr<Rows> query(const sql::Statement& statement,
                              const sql::Parameters& parameters) override {
    check_interrupt();
    dialect::Translated translated = dialect::to_duckdb(statement, parameters);
    auto parts = sql::split(translated.text, statement.file);
    if (parts.size() < 2) {
      return std::make_unique<EmbeddedRows>(connection_, translated.text,
                                            locate(statement, translated));
    }
    // A rewrite put statements before this one (a sequence for an identity column).
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) connection_.run(parts[i].text);
    return std::make_unique<EmbeddedRows>(connection_, parts.back().text, duckdb::Locate{});
  }

  void begin() override { connection_.run("begin transaction"); }
  void commit() override {
    check_interrupt();
    connection_.run("commit");
  }
  void rollback() noexcept override {
    try {
      connection_.run("rollback");
    } catch (const Error&) {
      // No transaction is open, or DuckDB has rolled it back already.
    }
    interrupted_ = false;
  }

  void append(std::string_view table, std::span<const std::vector<sql::Value>> rows) override {
    check_interrupt();
    duckdb::Appender appender(connection_, std::string(table));
    for (const auto& row : rows) appender.append(row);
    appender.close();
  }

  StageResult stage(const StageRequest& request) override;
  void stage_rows(const std::string& table, bool is_coded, const NextRows& next) override;

  void interrupt() override {
    interrupted_ = true;
    connection_.interrupt();
  }

  std::string_view engine() const override { return "duckdb"; }

 private:
  /// By value: rows report errors after the statement that made them is gone.
  static duckdb::Locate locate(sql::Statement statement, dialect::Translated translated) {
    return [statement = std::move(statement), translated = std::move(translated)](
               std::size_t offset) { return statement.place(translated.origin(offset)); };
  }

  void check_interrupt() const {
    if (interrupted_) throw Error(ErrorKind::interrupted, "interrupted");
  }

  sql::Statement aim_below_view(const sql::Statement& statement) const;
  void create_staging(const std::string& table);
  void create_coded_staging(const std::string& table, std::span<const event::Column> columns);
  void drop_staging(const std::string& table);
  StageResult read_files(const StageRequest& request, Dictionary* dictionary);
  void take_rows(const std::string& target, std::span<const event::Column> columns, bool is_coded,
                 const NextRows& next);

  static constexpr std::string_view coded_suffix = "_coded";

  bool keep_staging_;
  Dictionary dictionary_;  ///< of the staging table that is coded, if one is
  std::unique_ptr<duckdb::LookupFunction> lookup_;  ///< into it, once one was
  std::string coded_table_;  ///< staging_events while it is a view over staging_events_coded
  SharedDatabase database_;
  duckdb::Connection connection_;
  std::atomic<bool> interrupted_{false};
};

/// An update of, or a delete from, a staging table that is a view, as one of the table below it.
sql::Statement Embedded::aim_below_view(const sql::Statement& statement) const {
  if (coded_table_.empty()) return statement;
  sql::Statement aimed = statement;
  std::size_t words = 0, shift = 0, name_at = 1;
  for (const auto& token : sql::lex(statement.text)) {
    if (!token.is_significant()) continue;
    bool is_named = token.is_word(coded_table_);
    if (words == 0 && token.is_word("delete")) name_at = 2;
    if (words == 0 && name_at == 1 && !token.is_word("update")) return statement;
    if (words++ == name_at && !is_named) return statement;
    if (!is_named) continue;
    aimed.text.insert(token.offset + token.text.size() + shift, coded_suffix);
    shift += coded_suffix.size();
  }
  return aimed;
}

void Embedded::drop_staging(const std::string& table) {
  if (coded_table_ == table) {
    connection_.run(fmt::format("drop view if exists temp.{0}; drop table if exists temp.{0}{1}",
                                table, coded_suffix));
    coded_table_.clear();
    dictionary_.clear();
  }
  connection_.run(fmt::format("drop table if exists {}", table));
}

/// Temporary unless staging is kept: then it never reaches the disk.
void Embedded::create_staging(const std::string& table) {
  const sql::File& file = sql::file(fmt::format("sql/schema/{}.sql", table));
  sql::Statement create = sql::split(file.text, file.path).at(0);
  if (!keep_staging_) {
    for (const auto& token : sql::lex(create.text)) {
      if (!token.is_word("table")) continue;
      create.text.insert(token.offset, "temp ");
      break;
    }
  }
  execute(create, {});
}

/// A view that looks like the staging table, over a table that holds numbers for texts: a fifth of
/// the memory, and a text is looked up only where a query asks for it.
void Embedded::create_coded_staging(const std::string& table,
                                    std::span<const event::Column> columns) {
  if (!lookup_) lookup_ = std::make_unique<duckdb::LookupFunction>(connection_, dictionary_);
  std::string codes, shown;
  for (const event::Column& column : columns) {
    bool is_text = column.type == event::ColumnType::text;
    codes += fmt::format("{} {}, ", column.name, is_text ? "integer" : staging_type(column.type));
    shown += is_text ? fmt::format("{} as {}, ", lookup_->of(column.name), column.name)
                     : fmt::format("{}, ", column.name);
  }
  connection_.run(
      fmt::format("create temp table {}{} ({}file_id integer, row_id bigint, "
                  "is_duplicate smallint default 0)",
                  table, coded_suffix, codes));
  connection_.run(
      fmt::format("create temp view {0} as select {1}file_id, row_id, is_duplicate "
                  "from {0}{2}",
                  table, shown, coded_suffix));
  coded_table_ = table;
}

/// What was read is read again.
void expect(const StageRequest& request) {
  std::vector<base::ObjectEntry> entries;
  entries.reserve(request.files.size());
  for (const StagedFile& file : request.files) entries.push_back(file.entry);
  request.store->expect(entries);
}

StageResult Embedded::stage(const StageRequest& request) {
  check_interrupt();
  drop_staging(request.table);
  if (request.is_repetitive && !keep_staging_ && !request.files.empty()) {
    create_coded_staging(request.table, request.mapping.columns);
    StageResult result = read_files(request, &dictionary_);
    if (coded_table_ == request.table) return result;
    expect(request);
  }
  create_staging(request.table);
  if (request.files.empty()) return {};
  return read_files(request, nullptr);
}

/// Drops the staging table when the dictionary is full.
StageResult Embedded::read_files(const StageRequest& request, Dictionary* dictionary) {
  // A table function has no order to preserve; without this the insert would use one thread.
  connection_.run("set preserve_insertion_order = false");
  unsigned threads = static_cast<unsigned>(connection_.number("select current_setting('threads')"));
  StagingSource source(request, threads, dictionary);
  std::string target = fmt::format("{}{}", request.table, dictionary ? coded_suffix : "");
  duckdb::SourceFunction function(connection_, source);
  try {
    // By name: what the reader does not fill has a default.
    connection_.run_polled(
        fmt::format("insert into {} by name select * from {}()", target, function.name()), [&] {
          source.report_progress();
          if (interrupted_) source.stop();
        });
  } catch (const Error&) {
    check_interrupt();
    function.rethrow();
    throw;
  }
  check_interrupt();
  if (source.is_dictionary_full()) {
    drop_staging(request.table);
    return {};
  }
  source.report_progress();
  return source.finish();
}

std::span<const event::Column> columns_of(std::string_view staging_table) {
  if (staging_table == "staging_events") return event::event_columns;
  if (staging_table == "staging_songs") return event::song_columns;
  throw Error(ErrorKind::not_found, fmt::format("{} is no staging table", staging_table));
}

void Embedded::stage_rows(const std::string& table, bool is_coded, const NextRows& next) {
  check_interrupt();
  std::span<const event::Column> columns = columns_of(table);
  drop_staging(table);
  try {
    if (is_coded) {
      create_coded_staging(table, columns);
    } else {
      create_staging(table);
    }
    take_rows(is_coded ? fmt::format("{}{}", table, coded_suffix) : table, columns, is_coded, next);
  } catch (...) {
    drop_staging(table);
    throw;
  }
}

/// The greatest number of a text; -1 when there is none. Numbers must be of texts: the engine would
/// look for others anywhere in memory.
std::int64_t greatest_code(const duckdb::TravellingChunk& rows, std::size_t row_count,
                           std::span<const event::Column> columns) {
  std::int64_t greatest = -1;
  for (std::size_t column = 0; column < columns.size(); ++column) {
    if (columns[column].type != event::ColumnType::text) continue;
    auto codes = rows.values<std::int32_t>(column);
    for (std::size_t row = 0; row < row_count; ++row) {
      if (rows.is_null(column, row)) continue;
      if (codes[row] < 0) throw Error(ErrorKind::bad_data, "a number stands for no text");
      greatest = std::max<std::int64_t>(greatest, codes[row]);
    }
  }
  return greatest;
}

void Embedded::take_rows(const std::string& target, std::span<const event::Column> columns,
                         bool is_coded, const NextRows& next) {
  auto staged = staging_columns(columns, is_coded);
  std::vector<std::string> names;
  for (const auto& column : staged) names.push_back(column.name);
  duckdb::Appender appender(connection_, target);
  appender.choose(names);
  duckdb::TravellingChunk rows(staged);
  std::int64_t greatest = -1;
  while (std::size_t count = next(rows, dictionary_)) {
    check_interrupt();
    if (is_coded) greatest = std::max(greatest, greatest_code(rows, count, columns));
    appender.append(rows.get());
  }
  bool is_known = greatest < static_cast<std::int64_t>(dictionary_.size());
  if (!is_known) throw Error(ErrorKind::bad_data, "a number stands for no text");
  appender.close();
}

}  // namespace

SharedDatabase open_file(const EmbeddedOptions& options) { return open_patiently(options); }

std::unique_ptr<Session> open_session(SharedDatabase database, bool keep_staging) {
  return std::make_unique<Embedded>(std::move(database), keep_staging);
}

std::unique_ptr<Warehouse> open_embedded(const EmbeddedOptions& options) {
  if (!options.path.empty() && options.mode == EmbeddedOptions::Mode::read_only &&
      ::access(options.path.c_str(), F_OK) != 0) {
    throw base::system_error(errno, "open the warehouse", options.path)
        .hint("sparkify etl creates it; --warehouse names another file");
  }
  return open_session(open_file(options), options.keep_staging);
}

}  // namespace sparkify::warehouse
