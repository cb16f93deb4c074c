#include "redshift/warehouse.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "dialect/dialect.hpp"
#include "redshift/copy_order.hpp"
#include "redshift/direct.hpp"
#include "redshift/link.hpp"
#include "redshift/row_lines.hpp"
#include "redshift/shipment.hpp"
#include "sql/read_only.hpp"
#include "warehouse/query.hpp"
#include "warehouse/staging_threads.hpp"

namespace sparkify::redshift {
namespace {

using base::Error;
using base::ErrorKind;
using warehouse::ValueKind;

/// PostgreSQL's numbers of types.
ValueKind kind_of(std::uint32_t type) {
  switch (type) {
    case 16:  // bool
      return ValueKind::boolean;
    case 20:    // int8
    case 21:    // int2
    case 23:    // int4
    case 26:    // oid
    case 700:   // float4
    case 701:   // float8
    case 1700:  // numeric
      return ValueKind::number;
    default:
      return ValueKind::text;
  }
}

/// DuckDB's name of a type; empty for texts and what only Redshift has.
std::string type_of(const Link::Column& column) {
  switch (column.type) {
    case 16:
      return "BOOLEAN";
    case 20:
    case 26:
      return "BIGINT";
    case 21:
      return "SMALLINT";
    case 23:
      return "INTEGER";
    case 700:
      return "FLOAT";
    case 701:
      return "DOUBLE";
    case 1082:
      return "DATE";
    case 1083:
      return "TIME";
    case 1114:
      return "TIMESTAMP";
    case 1184:
      return "TIMESTAMP WITH TIME ZONE";
    case 1700: {
      // Digits and those behind the point, in two bytes each, and four more.
      constexpr int head = 4, half = 16, low = 0xffff;
      int digits = column.modifier - head;
      if (digits < 0) return "";
      return fmt::format("DECIMAL({},{})", digits >> half, digits & low);
    }
    default:
      return "";
  }
}

/// Of a statement that was not run.
class NoResult final : public Link::Result {
 public:
  const std::vector<Link::Column>& columns() const override { return columns_; }
  bool next() override { return false; }
  std::span<const std::optional<std::string_view>> row() const override { return {}; }
  std::optional<std::int64_t> rows_changed() const override { return 0; }

 private:
  std::vector<Link::Column> columns_;
};

/// A result as the interface shows it.
class RemoteRows final : public warehouse::Rows {
 public:
  explicit RemoteRows(std::unique_ptr<Link::Result> result) : result_(std::move(result)) {
    for (const Link::Column& column : result_->columns()) {
      columns_.push_back({column.name, kind_of(column.type), type_of(column)});
    }
  }
  const std::vector<warehouse::ResultColumn>& columns() const override { return columns_; }
  std::span<const std::optional<std::string_view>> row() const override { return row_; }
  std::optional<std::int64_t> rows_changed() const override { return result_->rows_changed(); }

  bool next() override {
    if (!result_->next()) return false;
    row_.assign(result_->row().begin(), result_->row().end());
    for (std::size_t i = 0; i < row_.size(); ++i) {
      if (columns_[i].kind != ValueKind::boolean || !row_[i]) continue;
      row_[i] = *row_[i] == "t" ? "true" : "false";
    }
    return true;
  }

 private:
  std::unique_ptr<Link::Result> result_;
  std::vector<warehouse::ResultColumn> columns_;
  std::vector<std::optional<std::string_view>> row_;
};

class Redshift final : public warehouse::Warehouse {
 public:
  explicit Redshift(Options options) : options_(std::move(options)) { connect(); }

  std::int64_t execute(const sql::Statement& statement,
                       const sql::Parameters& parameters) override {
    auto result = run(statement, parameters);
    while (result->next()) {
    }
    return result->rows_changed().value_or(0);
  }
  std::unique_ptr<warehouse::Rows> query(const sql::Statement& statement,
                                         const sql::Parameters& parameters) override {
    return std::make_unique<RemoteRows>(run(statement, parameters));
  }

  void begin() override { command("begin"); }
  void commit() override;
  void rollback() noexcept override;

  void append(std::string_view table, std::span<const std::vector<sql::Value>> rows) override;
  warehouse::StageResult stage(const warehouse::StageRequest& request) override;

  bool is_shared() const override { return true; }
  void await_turn() override { command("lock user_last_events"); }
  void reconnect() override { connect(); }

  void interrupt() override {
    interrupted_ = true;
    std::lock_guard lock(mutex_);
    if (link_) link_->cancel();
    if (folder_) folder_->interrupt();
  }
  std::string_view engine() const override { return "redshift"; }

 private:
  void connect();
  Address address() const {
    Address found = options_.address;
    if (options_.log_in) options_.log_in(found);
    return found;
  }
  void check_interrupt() const {
    if (interrupted_) throw Error(ErrorKind::interrupted, "interrupted");
  }
  void command(const std::string& text) {
    check_interrupt();
    if (!explain(text, false)) link_->run(text);
  }
  bool explain(std::string_view statement, bool is_query);
  std::unique_ptr<Link::Result> run(const sql::Statement& statement,
                                    const sql::Parameters& parameters);
  dialect::Translated to_redshift(const sql::Statement& statement,
                                  const sql::Parameters& parameters) const;
  std::size_t slice_count();
  std::vector<warehouse::TextRow> ask_aside(const sql::Statement& query,
                                            const sql::Parameters& values);
  std::int64_t read_files(warehouse::StagingSource& source, Shipment& shipment);
  void copy_in(const warehouse::StagingSource& source, const std::string& table,
               const std::string& manifest, std::int64_t row_count);
  warehouse::StageResult compact(const warehouse::StageRequest& request);
  warehouse::StageResult direct(const warehouse::StageRequest& request);
  std::shared_ptr<Folder> new_folder() const {
    return std::make_shared<Folder>(options_.open_store, options_.staging, options_.noted);
  }
  /// What is explained names no folder that will be.
  std::string folder_to_be() const { return options_.staging + "/sparkify-..."; }

  /// While it lives, interrupt() reaches the folder.
  class InWork {
   public:
    InWork(Redshift& warehouse, std::shared_ptr<Folder> folder) : warehouse_(warehouse) {
      std::lock_guard lock(warehouse_.mutex_);
      warehouse_.folder_ = std::move(folder);
    }
    ~InWork() {
      std::lock_guard lock(warehouse_.mutex_);
      warehouse_.folder_.reset();
    }
    InWork(const InWork&) = delete;
    InWork& operator=(const InWork&) = delete;

   private:
    Redshift& warehouse_;
  };

  Options options_;
  std::size_t slice_count_ = 0;  ///< 0: not asked yet
  std::mutex mutex_;  ///< guards the pointer, whose object is this thread's but for cancel()
  std::unique_ptr<Link> link_;
  std::shared_ptr<Folder> folder_;  ///< guarded by mutex_, while one is in work
  bool has_changed_ = false;        ///< of what is explained
  std::atomic<bool> interrupted_ = false;
};

void Redshift::connect() {
  check_interrupt();
  auto link = std::make_unique<Link>(address(), options_.noted);
  link->run("set timezone to 'UTC'");
  // Doubles come back as they are.
  link->run("set extra_float_digits to 2");
  std::lock_guard lock(mutex_);
  link_ = std::move(link);
}

/// Whether a statement was told instead of being run.
bool Redshift::explain(std::string_view statement, bool is_query) {
  if (!options_.explained || (!has_changed_ && is_query)) return false;
  options_.explained(statement);
  has_changed_ = has_changed_ || (statement != "begin" && !statement.starts_with("lock "));
  return true;
}

/// What is sent; of what is explained, with the names of parameters that nothing was asked for.
dialect::Translated Redshift::to_redshift(const sql::Statement& statement,
                                          const sql::Parameters& parameters) const {
  if (!options_.explained) return dialect::to_redshift(statement, parameters);
  try {
    return dialect::to_redshift(statement, parameters);
  } catch (const Error&) {
    dialect::Translated as_it_is;
    as_it_is.text = statement.text;
    return as_it_is;
  }
}

std::unique_ptr<Link::Result> Redshift::run(const sql::Statement& statement,
                                            const sql::Parameters& parameters) {
  check_interrupt();
  dialect::Translated sent = to_redshift(statement, parameters);
  if (explain(sent.text, sql::is_query(statement))) return std::make_unique<NoResult>();
  return link_->run(sent.text, [statement, sent](std::size_t offset) {
    return statement.place(sent.origin(offset));
  });
}

void Redshift::commit() {
  try {
    command("commit");
  } catch (const Error& error) {
    if (link_->is_alive()) throw;
    throw Error(ErrorKind::in_doubt, "the link to the warehouse was lost during the commit")
        .hint("run the command again: what was loaded is not loaded twice");
  }
}

void Redshift::rollback() noexcept {
  interrupted_ = false;
  try {
    link_->run("rollback");
  } catch (const Error&) {
    // A server whose link is lost rolls back by itself.
  }
}

/// Texts of more bytes than a VARCHAR(MAX) holds are cut: raw_bytes tells how long a record was.
sql::Value fitting(const sql::Value& value) {
  constexpr std::size_t most_bytes = 65535;
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr || text->size() <= most_bytes) return value;
  std::size_t end = most_bytes;
  while (end > 0 && base::is_utf8_tail((*text)[end])) --end;
  return text->substr(0, end);
}

/// A statement of many rows, as COPY would need a file in S3. Quotes and backslashes make three
/// times as much of a text at most, and Redshift takes 16 MB.
void Redshift::append(std::string_view table, std::span<const std::vector<sql::Value>> rows) {
  constexpr std::size_t most_bytes = 4 << 20, most_values = 10'000;
  while (!rows.empty()) {
    sql::Statement insert{fmt::format("insert into {} values", table), "<internal>", 1, 1};
    sql::Parameters values;
    std::size_t count = 0, bytes = 0;
    for (; count < rows.size() && bytes < most_bytes && values.size() < most_values; ++count) {
      insert.text += count == 0 ? " (" : ", (";
      for (std::size_t i = 0; i < rows[count].size(); ++i) {
        std::string name = fmt::format("v{}", values.size());
        insert.text += fmt::format("{}:{}", i == 0 ? "" : ", ", name);
        sql::Value value = fitting(rows[count][i]);
        if (const auto* text = std::get_if<std::string>(&value)) bytes += text->size();
        values.emplace(std::move(name), std::move(value));
      }
      insert.text += ")";
    }
    execute(insert, values);
    rows = rows.subspan(count);
  }
}

/// Asked over a connection of its own: not every kind of Redshift answers, and a refusal would end
/// the transaction of a load.
std::size_t Redshift::slice_count() {
  constexpr std::size_t usual_count = 4;
  if (slice_count_ > 0) return slice_count_;
  slice_count_ = usual_count;
  try {
    Link aside(address(), {});
    auto result = aside.run("select count(*) from stv_slices");
    while (result->next()) slice_count_ = std::stoul(std::string(result->row()[0].value_or("0")));
  } catch (const Error&) {
    // Serverless shows no slices.
  }
  slice_count_ = std::max<std::size_t>(slice_count_, 1);
  return slice_count_;
}

/// Reads all files of the request; returns how many rows went into the shipment.
std::int64_t Redshift::read_files(warehouse::StagingSource& source, Shipment& shipment) {
  unsigned threads = source.max_threads();
  auto columns = source.columns();
  std::atomic<std::int64_t> rows_written = 0;
  warehouse::StagingThreads readers(source, threads, [&] {
    return
        [&, lines = std::string()](const duckdb::TravellingChunk& rows, std::size_t count) mutable {
          lines.clear();
          append_lines(rows, count, columns, lines);
          shipment.add(lines);
          rows_written += static_cast<std::int64_t>(count);
        };
  });
  while (readers.goes_on()) {
    source.report_progress();
    if (interrupted_) source.stop();
  }
  readers.finish();
  check_interrupt();
  source.report_progress();
  return rows_written;
}

void Redshift::copy_in(const warehouse::StagingSource& source, const std::string& table,
                       const std::string& manifest, std::int64_t row_count) {
  CopyOrder order;
  order.table = table;
  for (const auto& column : source.columns()) order.columns.push_back(column.name);
  order.manifest = manifest;
  // What the records are was judged when they were read: none may fail here.
  order.options = "gzip maxerror 0";
  order.role_arn = options_.role_arn;
  order.region = options_.region;
  run_copy(*this, order);
  if (options_.explained) return;
  std::int64_t loaded = warehouse::number_of(*this, "select pg_last_copy_count()");
  if (loaded == row_count) return;
  throw Error(ErrorKind::internal,
              fmt::format("COPY into {} loaded {} rows, {} were sent", table, loaded, row_count));
}

warehouse::StageResult Redshift::stage(const warehouse::StageRequest& request) {
  if (request.files.empty()) {
    command(fmt::format("delete from {}", request.table));
    return {};
  }
  Choice choice = choose(options_.way, request);
  std::string comment;
  if (options_.explained) {
    comment = fmt::format("-- {} by --copy {}: {}\n", request.table,
                          choice.is_direct ? "direct" : "compact", choice.reason);
  }
  command(fmt::format("{}delete from {}", comment, request.table));
  return choice.is_direct ? direct(request) : compact(request);
}

void fetch_ahead(const warehouse::StageRequest& request) {
  std::vector<base::ObjectEntry> entries;
  for (const auto& file : request.files) entries.push_back(file.entry);
  request.store->expect(entries);
}

warehouse::StageResult Redshift::compact(const warehouse::StageRequest& request) {
  unsigned threads = options_.threads > 0 ? options_.threads : std::thread::hardware_concurrency();
  warehouse::StagingSource source(request, std::max(threads, 1U), nullptr);
  if (options_.explained) {
    copy_in(source, request.table, folder_to_be() + "/manifest", 0);
    warehouse::StageResult nothing;
    nothing.files.resize(request.files.size());
    return nothing;
  }
  fetch_ahead(request);
  auto folder = new_folder();
  InWork in_work(*this, folder);
  Shipment shipment(*folder, slice_count());
  std::int64_t row_count = read_files(source, shipment);
  warehouse::StageResult result = source.finish();
  if (result.stopped_early || row_count == 0) return result;
  copy_in(source, request.table, shipment.finish(), row_count);
  return result;
}

/// Of what is explained nothing is asked, and what would be is told.
std::vector<warehouse::TextRow> Redshift::ask_aside(const sql::Statement& query,
                                                    const sql::Parameters& values) {
  if (options_.explained) {
    options_.explained(query.text);
    return {};
  }
  Link aside(address(), {});
  auto result = aside.run(dialect::to_redshift(query, values).text);
  std::vector<warehouse::TextRow> rows;
  while (result->next()) {
    warehouse::TextRow& row = rows.emplace_back();
    for (const auto& value : result->row()) {
      row.push_back(value ? std::optional<std::string>(*value) : std::nullopt);
    }
  }
  return rows;
}

warehouse::StageResult Redshift::direct(const warehouse::StageRequest& request) {
  Direct::Host host;
  host.warehouse = this;
  host.is_told = static_cast<bool>(options_.explained);
  host.ask = [this](const auto& query, const auto& values) { return ask_aside(query, values); };
  host.folder_path = folder_to_be();
  host.role_arn = options_.role_arn;
  host.region = options_.region;
  host.noted = options_.noted;
  if (host.is_told) return Direct(std::move(host), request).run();
  auto folder = new_folder();
  InWork in_work(*this, folder);
  host.folder = folder.get();
  return Direct(std::move(host), request).run();
}

}  // namespace

std::unique_ptr<warehouse::Warehouse> open(Options options) {
  return std::make_unique<Redshift>(std::move(options));
}

}  // namespace sparkify::redshift
