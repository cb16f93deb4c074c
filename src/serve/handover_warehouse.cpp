#include "serve/handover_warehouse.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>
#include <utility>

#include "duckdb/travelling_chunk.hpp"
#include "net/local.hpp"
#include "serve/handover_link.hpp"
#include "warehouse/staging_threads.hpp"

namespace sparkify::serve {
namespace {

using base::Error;
using base::ErrorKind;
using namespace std::chrono_literals;

constexpr std::size_t request_bytes = 4 << 20;

Error gone() {
  return Error(ErrorKind::unavailable, "the server of this warehouse has ended")
      .hint("run the command again");
}

/// Asks and takes the answers.
class Asker {
 public:
  explicit Asker(net::Descriptor socket) : link_(std::move(socket)) {}

  /// Before anything else. Throws unavailable, locked.
  void greet(const std::string& warehouse) {
    tell(Say::hello, Body().text(SPARKIFY_VERSION).bytes());
    if (!has_answer(30s)) {
      throw Error(ErrorKind::unavailable, "the server of this warehouse does not answer")
          .at({warehouse, 0, 0, {}});
    }
    answer(Say::ok);
  }
  /// Throws unavailable when the server is gone.
  void tell(Say kind, std::string_view body = {}) {
    try {
      link_.send(kind, body);
    } catch (const Error&) {
      throw gone();
    }
  }
  /// The answer, which must be of this kind. Throws what the server says went wrong.
  Fields answer(Say expected) {
    auto message = link_.receive();
    if (!message) throw gone();
    Fields fields(message->body);
    if (message->kind == Say::error) throw fields.error();
    if (message->kind != expected) throw other_version(*message);
    return fields;
  }
  std::int64_t ask(Say kind, std::string_view body = {}) {
    tell(kind, body);
    return answer(Say::ok).number();
  }
  bool has_answer(std::chrono::milliseconds patience = 0ms) const {
    pollfd watched{link_.socket(), POLLIN, 0};
    return ::poll(&watched, 1, static_cast<int>(patience.count())) > 0;
  }

 private:
  static Error other_version(const Link::Message& message) {
    bool is_told = message.kind == Say::version;
    std::string version(is_told ? Fields(message.body).text() : "another version");
    return Error(ErrorKind::locked, fmt::format("the warehouse is served by sparkify {}, this is "
                                                "sparkify " SPARKIFY_VERSION,
                                                version))
        .hint("stop that server, or run its program");
  }

  Link link_;
};

/// Rows that come in pieces when they are asked for.
class BorrowedRows final : public warehouse::Rows {
 public:
  BorrowedRows(Asker& asker, Fields columns) : asker_(asker) {
    std::int64_t count = columns.number();
    for (; count > 0; --count) {
      std::string name(columns.text());
      columns_.push_back({std::move(name), static_cast<warehouse::ValueKind>(columns.byte())});
    }
    if (!columns.is_empty()) rows_changed_ = columns.number();
    row_.resize(columns_.size());
  }
  const std::vector<warehouse::ResultColumn>& columns() const override { return columns_; }
  std::span<const std::optional<std::string_view>> row() const override { return row_; }
  std::optional<std::int64_t> rows_changed() const override { return rows_changed_; }

  bool next() override {
    if (is_over_) return false;
    if (piece_.is_empty()) {
      asker_.tell(Say::more_rows);
      piece_ = asker_.answer(Say::rows);
    }
    is_over_ = !piece_.yes();
    if (is_over_) return false;
    for (auto& value : row_) {
      value.reset();
      if (piece_.yes()) value = piece_.text();
    }
    return true;
  }

 private:
  Asker& asker_;
  std::vector<warehouse::ResultColumn> columns_;
  std::optional<std::int64_t> rows_changed_;
  std::vector<std::optional<std::string_view>> row_;
  Fields piece_{std::string_view()};
  bool is_over_ = false;
};

class Borrowed final : public warehouse::Warehouse {
 public:
  Borrowed(net::Descriptor socket, const warehouse::EmbeddedOptions& options)
      : options_(options), asker_(std::move(socket)) {
    asker_.greet(options.path);
    bool reads_only = options.mode == warehouse::EmbeddedOptions::Mode::read_only;
    Body body;
    body.byte(reads_only ? 1 : 0).number(options.wait.count());
    asker_.ask(Say::open, body.byte(options.keep_staging ? 1 : 0).bytes());
  }

  std::int64_t execute(const sql::Statement& statement,
                       const sql::Parameters& parameters) override {
    check_interrupt();
    return asker_.ask(Say::execute, Body().statement(statement).parameters(parameters).bytes());
  }
  std::unique_ptr<warehouse::Rows> query(const sql::Statement& statement,
                                         const sql::Parameters& parameters) override {
    check_interrupt();
    asker_.tell(Say::query, Body().statement(statement).parameters(parameters).bytes());
    return std::make_unique<BorrowedRows>(asker_, asker_.answer(Say::columns));
  }

  void begin() override { asker_.ask(Say::begin); }
  void commit() override {
    check_interrupt();
    try {
      asker_.ask(Say::commit);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::unavailable) throw;
      throw Error(ErrorKind::in_doubt, "the server of this warehouse has ended during the commit")
          .hint("run the command again: what was loaded is not loaded twice");
    }
  }
  void rollback() noexcept override {
    try {
      asker_.ask(Say::roll_back);
    } catch (const Error&) {
      // A server that is gone, or has let us go, has rolled back.
    }
    interrupted_ = false;
  }

  void append(std::string_view table, std::span<const std::vector<sql::Value>> rows) override;
  warehouse::StageResult stage(const warehouse::StageRequest& request) override;

  void interrupt() override {
    interrupted_ = true;
    try {
      asker_.tell(Say::interrupt);
    } catch (const Error&) {
      // Whoever asks next finds that the server is gone.
    }
  }
  std::string_view engine() const override { return "duckdb"; }

 private:
  void check_interrupt() const {
    if (interrupted_) throw Error(ErrorKind::interrupted, "interrupted");
  }
  warehouse::StageResult send_files(const warehouse::StageRequest& request,
                                    warehouse::Dictionary* dictionary);
  void send_texts(const warehouse::Dictionary& dictionary);

  warehouse::EmbeddedOptions options_;
  Asker asker_;
  std::atomic<bool> interrupted_ = false;
};

void Borrowed::append(std::string_view table, std::span<const std::vector<sql::Value>> rows) {
  check_interrupt();
  while (!rows.empty()) {
    Body values;
    std::size_t count = 0;
    for (; count < rows.size() && values.bytes().size() < request_bytes; ++count) {
      for (const sql::Value& value : rows[count]) values.value(value);
    }
    Body head;
    head.text(table).number(static_cast<std::int64_t>(count));
    head.number(static_cast<std::int64_t>(rows[0].size()));
    asker_.ask(Say::append, head.bytes() + values.bytes());
    rows = rows.subspan(count);
  }
}

/// As warehouse::Embedded does: with numbers for texts first, then, when there are too many
/// different ones, with the texts.
warehouse::StageResult Borrowed::stage(const warehouse::StageRequest& request) {
  check_interrupt();
  if (request.is_repetitive && !options_.keep_staging && !request.files.empty()) {
    warehouse::Dictionary dictionary;
    warehouse::StageResult result = send_files(request, &dictionary);
    if (result.files.size() == request.files.size()) return result;
    std::vector<base::ObjectEntry> entries;
    for (const warehouse::StagedFile& file : request.files) entries.push_back(file.entry);
    request.store->expect(entries);
  }
  return send_files(request, nullptr);
}

/// An empty result: the dictionary is full.
warehouse::StageResult Borrowed::send_files(const warehouse::StageRequest& request,
                                            warehouse::Dictionary* dictionary) {
  asker_.tell(Say::stage, Body().text(request.table).byte(dictionary != nullptr ? 1 : 0).bytes());
  unsigned threads = options_.threads > 0 ? options_.threads : std::thread::hardware_concurrency();
  threads = std::max(threads, 1U);
  warehouse::StagingSource source(request, threads, dictionary);
  // Each chunk is sent as it is full.
  warehouse::StagingThreads sending(source, threads, [this] {
    return [this, bytes = std::string()](const duckdb::TravellingChunk& rows,
                                         std::size_t count) mutable {
      bytes.clear();
      rows.write(count, bytes);
      asker_.tell(Say::data, bytes);
    };
  });
  while (sending.goes_on()) {
    source.report_progress();
    // An answer now is that the server cannot go on.
    if (interrupted_ || asker_.has_answer()) source.stop();
  }
  std::exception_ptr failure;
  try {
    sending.finish();
    check_interrupt();
    if (dictionary != nullptr && !source.is_dictionary_full()) send_texts(*dictionary);
  } catch (...) {
    failure = std::current_exception();
  }
  bool is_useful = !failure && !source.is_dictionary_full();
  asker_.ask(is_useful ? Say::staged : Say::give_up);
  if (failure) std::rethrow_exception(failure);
  if (!is_useful) return {};
  source.report_progress();
  return source.finish();
}

void Borrowed::send_texts(const warehouse::Dictionary& dictionary) {
  for (std::size_t code = 0; code < dictionary.size();) {
    Body texts;
    std::int64_t count = 0;
    for (; code < dictionary.size() && texts.bytes().size() < request_bytes; ++code, ++count) {
      texts.text(dictionary.text(static_cast<std::int32_t>(code)));
    }
    asker_.tell(Say::texts, Body().number(count).bytes() + texts.bytes());
  }
}

/// A connection to the server of a file; none when nobody serves it, or not for this user.
/// Throws denied.
net::Descriptor reach_server(const std::string& warehouse) {
  if (warehouse.empty() || warehouse == ":memory:") return {};
  std::string path = handover_path(warehouse);
  net::Descriptor socket = net::connect_local(path);
  if (!socket) return socket;
  uid_t owner = net::peer_of(socket.get()).uid;
  if (owner == ::geteuid()) return socket;
  throw Error(ErrorKind::denied, fmt::format("user {} serves this warehouse", owner))
      .at({path, 0, 0, {}})
      .hint("run the command as that user");
}

}  // namespace

std::unique_ptr<warehouse::Warehouse> borrow(const warehouse::EmbeddedOptions& options) {
  net::Descriptor socket = reach_server(options.path);
  if (!socket) return nullptr;
  return std::make_unique<Borrowed>(std::move(socket), options);
}

std::optional<std::string> ask_for_web_app(const warehouse::EmbeddedOptions& options) {
  net::Descriptor socket = reach_server(options.path);
  if (!socket) return std::nullopt;
  Asker asker(std::move(socket));
  asker.greet(options.path);
  asker.tell(Say::web);
  return std::string(asker.answer(Say::link).text());
}

}  // namespace sparkify::serve
