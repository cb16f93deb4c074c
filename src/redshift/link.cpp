#include "redshift/link.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <mutex>
#include <utility>

#include "base/text.hpp"

namespace sparkify::redshift {
namespace {

using base::Error;
using base::ErrorKind;

struct CloseConnection {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
struct CloseCancel {
  void operator()(PGcancel* cancel) const { PQfreeCancel(cancel); }
};
struct CloseResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using ResultHandle = std::unique_ptr<PGresult, CloseResult>;

/// Holds Amazon's roots, which sign Redshift's certificates, among the others.
constexpr const char* system_ca_file = "/etc/ssl/certs/ca-certificates.crt";

/// A server's sentence as ours are: one line, lower case, no full stop.
std::string as_ours(std::string_view text) {
  std::string line(base::trim(text));
  for (char& c : line) c = c == '\n' || c == '\t' ? ' ' : c;
  while (line.ends_with('.')) line.pop_back();
  auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  bool is_word = line.size() > 1 && is_upper(line[0]) && !is_upper(line[1]);
  if (is_word) line[0] = static_cast<char>(line[0] - 'A' + 'a');
  return line;
}

std::string field(const PGresult* result, int code) {
  const char* text = PQresultErrorField(result, code);
  return text == nullptr ? std::string() : std::string(text);
}

ErrorKind kind_of(std::string_view sql_state) {
  if (sql_state == "57014") return ErrorKind::interrupted;
  if (sql_state == "42501" || sql_state.starts_with("28")) return ErrorKind::denied;
  // Lost links, no room, servers that end, transactions that another one came before.
  for (std::string_view passing : {"08", "53", "57", "58", "40"}) {
    if (sql_state.starts_with(passing)) return ErrorKind::unavailable;
  }
  return sql_state == "3D000" ? ErrorKind::not_found : ErrorKind::sql;
}

/// The byte at which character `number`, from 1, of a UTF-8 text begins.
std::size_t byte_of(std::string_view text, std::size_t number) {
  std::size_t offset = 0;
  for (; offset < text.size(); ++offset) {
    if (!base::is_utf8_tail(text[offset]) && --number == 0) break;
  }
  return std::min(offset, text.size());
}

Error error_of(const PGresult* result, const std::string& text, const Locate& locate) {
  std::string state = field(result, PG_DIAG_SQLSTATE);
  Error error(kind_of(state), as_ours(field(result, PG_DIAG_MESSAGE_PRIMARY)));
  error.sql_state(state);
  std::string hint = field(result, PG_DIAG_MESSAGE_HINT);
  if (hint.empty()) hint = field(result, PG_DIAG_MESSAGE_DETAIL);
  if (!hint.empty()) error.hint(as_ours(hint));
  std::string position = field(result, PG_DIAG_STATEMENT_POSITION);
  if (locate) error.at(locate(position.empty() ? 0 : byte_of(text, std::stoul(position))));
  return error;
}

Error lost_link() {
  return Error(ErrorKind::unavailable, "the link to the warehouse is lost").sql_state("08006");
}

/// Why there is no connection; libpq tells it in words only.
Error refusal(PGconn* connection, const Address& address) {
  std::string text = as_ours(PQerrorMessage(connection));
  auto says = [&](std::string_view part) { return text.find(part) != std::string::npos; };
  auto error = [&](ErrorKind kind, std::string hint) {
    return Error(kind, text).at({address.shown(), 0, 0, {}}).hint(std::move(hint));
  };
  if (PQconnectionNeedsPassword(connection) != 0) {
    return error(ErrorKind::denied,
                 "set PGPASSWORD, write a line into ~/.pgpass, or fill in DB_PASSWORD of [CLUSTER] "
                 "in dwh.cfg");
  }
  if (says("authentication failed") || says("no pg_hba.conf entry")) {
    return error(ErrorKind::denied, "user or password are not those of this warehouse");
  }
  if (says("database \"")) return error(ErrorKind::not_found, "name another database");
  if (says("does not support SSL")) {
    return error(ErrorKind::unavailable, "?sslmode=disable behind the address goes without TLS");
  }
  if (says("certificate") || says("SSL error")) {
    return error(ErrorKind::unavailable,
                 "?sslrootcert=FILE behind the address names whom to trust, sslmode=require "
                 "trusts anybody");
  }
  return error(ErrorKind::unavailable,
               "is the cluster running, and may this machine reach its port?");
}

/// Names and values for libpq; what is empty it finds in the environment.
class Parameters {
 public:
  void add(const char* name, const std::string& value) {
    if (value.empty()) return;
    names_.push_back(name);
    values_.push_back(value);
  }
  PGconn* connect() const {
    std::vector<const char*> names = names_, values;
    for (const std::string& value : values_) values.push_back(value.c_str());
    names.push_back(nullptr);
    values.push_back(nullptr);
    return PQconnectdbParams(names.data(), values.data(), 0);
  }

 private:
  std::vector<const char*> names_;
  std::vector<std::string> values_;
};

Parameters parameters_of(const Address& address) {
  Parameters parameters;
  parameters.add("host", address.host);
  parameters.add("port", fmt::to_string(address.port));
  parameters.add("dbname", address.database);
  parameters.add("user", address.user);
  if (!is_in_environment("PGPASSWORD")) parameters.add("password", address.password);
  std::string mode = address.ssl_mode;
  if (mode.empty() && !is_in_environment("PGSSLMODE")) mode = "verify-full";
  parameters.add("sslmode", mode);
  std::string ca_file = address.ca_file;
  if (ca_file.empty() && !is_in_environment("PGSSLROOTCERT")) ca_file = system_ca_file;
  // libpq verifies whenever it has such a file, also where `require` asks for no more than TLS.
  const char* asked = std::getenv("PGSSLMODE");
  std::string asked_mode = !mode.empty() ? mode : std::string(asked == nullptr ? "" : asked);
  bool is_verified = asked_mode.starts_with("verify-");
  if (is_verified || !address.ca_file.empty()) parameters.add("sslrootcert", ca_file);
  parameters.add("application_name", "sparkify");
  parameters.add("client_encoding", "UTF8");
  if (!is_in_environment("PGCONNECT_TIMEOUT")) parameters.add("connect_timeout", "30");
  // A statement may run for an hour without a word: the system asks whether the other side lives.
  parameters.add("keepalives_idle", "30");
  parameters.add("keepalives_interval", "10");
  parameters.add("keepalives_count", "6");
  return parameters;
}

}  // namespace

struct Link::Handle {
  std::unique_ptr<PGconn, CloseConnection> connection;
  std::mutex mutex;  ///< guards cancel
  std::unique_ptr<PGcancel, CloseCancel> cancel;
  Noted noted;

  static void hear(void* self, const PGresult* result) {
    auto* handle = static_cast<Handle*>(self);
    std::string severity = field(result, PG_DIAG_SEVERITY);
    std::string text = as_ours(field(result, PG_DIAG_MESSAGE_PRIMARY));
    bool is_small_talk = severity == "NOTICE" || severity == "DEBUG";
    if (!is_small_talk && handle->noted && !text.empty()) handle->noted(text);
  }
};

/// Rows as they arrive.
class Link::Streamed final : public Result {
 public:
  Streamed(Link& link, const std::string& text, Locate locate)
      : link_(link), text_(text), locate_(std::move(locate)) {
    if (PQsendQuery(connection(), text.c_str()) == 0) throw lost_link();
    PQsetSingleRowMode(connection());
    try {
      fetch();
    } catch (...) {
      drain();
      throw;
    }
    read_columns();
  }
  ~Streamed() override {
    if (is_over_) return;
    link_.cancel();
    drain();
  }
  Streamed(const Streamed&) = delete;
  Streamed& operator=(const Streamed&) = delete;

  const std::vector<Column>& columns() const override { return columns_; }
  std::span<const std::optional<std::string_view>> row() const override { return row_; }
  std::optional<std::int64_t> rows_changed() const override { return rows_changed_; }

  bool next() override {
    if (is_over_) return false;
    if (!is_first_) fetch();
    is_first_ = false;
    if (is_over_) return false;
    for (int i = 0; i < PQnfields(result_.get()); ++i) {
      auto& value = row_[static_cast<std::size_t>(i)];
      value.reset();
      if (PQgetisnull(result_.get(), 0, i) != 0) continue;
      value = std::string_view(PQgetvalue(result_.get(), 0, i),
                               static_cast<std::size_t>(PQgetlength(result_.get(), 0, i)));
    }
    return true;
  }

 private:
  PGconn* connection() { return link_.handle_->connection.get(); }

  /// The next row, or the end.
  void fetch() {
    result_.reset(PQgetResult(connection()));
    ExecStatusType status = result_ ? PQresultStatus(result_.get()) : PGRES_FATAL_ERROR;
    if (status == PGRES_SINGLE_TUPLE) return;
    is_over_ = true;
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK && status != PGRES_EMPTY_QUERY) {
      throw failure();
    }
    if (status != PGRES_TUPLES_OK) {
      std::string count = PQcmdTuples(result_.get());
      rows_changed_ = count.empty() ? 0 : std::stoll(count);
    }
    if (columns_.empty()) read_columns();
    drain();
  }
  Error failure() {
    ExecStatusType status = result_ ? PQresultStatus(result_.get()) : PGRES_FATAL_ERROR;
    if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT) {
      if (status == PGRES_COPY_IN) PQputCopyEnd(connection(), "nothing to send");
      if (status == PGRES_COPY_OUT) skip_copied();
      drain();
      return Error(ErrorKind::sql, "rows do not go through this connection").sql_state("0A000");
    }
    bool is_told = result_ && !field(result_.get(), PG_DIAG_SQLSTATE).empty();
    Error error = is_told ? error_of(result_.get(), text_, locate_) : lost_link();
    drain();
    return error;
  }
  /// What is left of the answer, so that the next statement can be sent.
  void drain() {
    is_over_ = true;
    while (ResultHandle rest{PQgetResult(connection())}) {
      if (PQstatus(connection()) == CONNECTION_BAD) break;
      ExecStatusType status = PQresultStatus(rest.get());
      if (status == PGRES_COPY_IN) PQputCopyEnd(connection(), "nothing to send");
      if (status == PGRES_COPY_OUT) skip_copied();
    }
  }
  void skip_copied() {
    char* line = nullptr;
    while (PQgetCopyData(connection(), &line, 0) > 0) PQfreemem(line);
  }
  void read_columns() {
    if (!result_ || !columns_.empty()) return;
    for (int i = 0; i < PQnfields(result_.get()); ++i) {
      columns_.push_back(
          {PQfname(result_.get(), i), PQftype(result_.get(), i), PQfmod(result_.get(), i)});
    }
    row_.resize(columns_.size());
  }

  Link& link_;
  std::string text_;
  Locate locate_;
  ResultHandle result_;
  bool is_first_ = true, is_over_ = false;
  std::vector<Column> columns_;
  std::vector<std::optional<std::string_view>> row_;
  std::optional<std::int64_t> rows_changed_;
};

Link::Link(const Address& address, Noted noted) : handle_(std::make_unique<Handle>()) {
  handle_->noted = std::move(noted);
  handle_->connection.reset(parameters_of(address).connect());
  PGconn* connection = handle_->connection.get();
  if (PQstatus(connection) != CONNECTION_OK) throw refusal(connection, address);
  PQsetNoticeReceiver(connection, &Handle::hear, handle_.get());
  handle_->cancel.reset(PQgetCancel(connection));
}

Link::~Link() = default;

std::unique_ptr<Link::Result> Link::run(const std::string& text, Locate locate) {
  return std::make_unique<Streamed>(*this, text, std::move(locate));
}

void Link::cancel() noexcept {
  std::lock_guard lock(handle_->mutex);
  std::array<char, 256> problem{};
  if (handle_->cancel) PQcancel(handle_->cancel.get(), problem.data(), problem.size());
}

bool Link::is_alive() const { return PQstatus(handle_->connection.get()) == CONNECTION_OK; }

}  // namespace sparkify::redshift
