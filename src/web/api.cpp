#include "web/api.hpp"

#include <fmt/format.h>

#include <charconv>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/error.hpp"
#include "format/json.hpp"
#include "report/output.hpp"
#include "report/report.hpp"
#include "warehouse/query.hpp"

namespace sparkify::web {
namespace {

using base::Error;
using base::ErrorKind;
using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

Response json_response(int status, std::string body) {
  return {status,
          {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}},
          std::move(body)};
}

int status_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::usage:
      return 400;
    case ErrorKind::not_found:
      return 404;
    case ErrorKind::interrupted:
    case ErrorKind::unavailable:
      return 503;
    default:
      return 500;
  }
}

Response error_response(const Error& error) {
  format::JsonDocument document;
  document.begin_object().key("error").begin_object();
  document.key("message").text(error.message()).key("hint");
  error.hint_text().empty() ? document.null() : document.text(error.hint_text());
  document.end_object().end_object();
  return json_response(status_of(error.kind()), document.str());
}

/// While a session works: interrupts it when it takes too long, when its client has left or the
/// server stops; again and again, for the engine may be between two steps.
class Watch {
 public:
  template <class IsOver>
  Watch(warehouse::Warehouse& session, IsOver is_over)
      : thread_([this, &session, is_over](const std::stop_token& stop) {
          std::unique_lock lock(mutex_);
          while (!wake_.wait_for(lock, stop, 50ms, [&] { return stop.stop_requested(); })) {
            if (stop.stop_requested()) return;
            if (is_over()) session.interrupt();
          }
        }) {}

 private:
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;  ///< ends before what it waits with
};

std::int64_t whole_number(std::string_view name, std::string_view text) {
  std::int64_t number = 0;
  const char* end = text.data() + text.size();
  auto [rest, failed] = std::from_chars(text.data(), end, number);
  if (failed == std::errc() && rest == end) return number;
  throw Error(ErrorKind::usage, fmt::format("{}: \"{}\" is no number", name, text));
}

report::Filter filter_of(const Request& request) {
  report::Filter filter;
  for (const auto& [name, value] : request.query) {
    if (name == "from") {
      filter.from = value;
    } else if (name == "to") {
      filter.to = value;
    } else if (name == "level") {
      filter.level = value;
    } else if (name == "top") {
      filter.top = whole_number(name, value);
    } else {
      throw Error(ErrorKind::usage, fmt::format("unknown parameter \"{}\"", name))
          .hint("parameters are from, to, level and top");
    }
  }
  return filter;
}

std::string head_of(const std::vector<format::Column>& columns) {
  std::string text = "{\"columns\": [";
  for (const format::Column& column : columns) {
    const char* kind = column.kind == format::ValueKind::number    ? "number"
                       : column.kind == format::ValueKind::boolean ? "boolean"
                                                                   : "text";
    text += fmt::format("{}{{\"name\": {}, \"kind\": \"{}\"}}", text.ends_with('[') ? "" : ", ",
                        format::json_text(column.name), kind);
  }
  return text + "], \"rows\": [";
}

std::string value_of(const std::optional<std::string_view>& value, format::ValueKind kind) {
  if (!value) return "null";
  if (kind == format::ValueKind::text) return format::json_text(*value);
  if (kind == format::ValueKind::number && !format::is_json_number(*value)) return "null";
  return std::string(*value);
}

}  // namespace

/// To one request.
class Api::Answer {
 public:
  Answer(Api& api, const Request& request, Exchange& exchange, int socket)
      : request_(request),
        exchange_(exchange),
        session_(warehouse::open_session(api.database_, false)),
        watch_(*session_, [&api, socket, until = Clock::now() + api.statement_time_] {
          bool is_late = api.statement_time_ > 0ms && Clock::now() > until;
          return is_late || api.is_stopping_ || net::is_hung_up(socket);
        }) {}

  void run() {
    std::string_view what = std::string_view(request_.path).substr(prefix.size());
    if (what == "warehouse") return exchange_.write(json_response(200, warehouse()));
    if (what == "reports") return exchange_.write(json_response(200, report::listing()));
    constexpr std::string_view reports = "reports/", csv = ".csv";
    if (!what.starts_with(reports)) throw Error(ErrorKind::not_found, "there is no such answer");
    what.remove_prefix(reports.size());
    bool is_csv = what.ends_with(csv);
    if (is_csv) what.remove_suffix(csv.size());
    rows(named(what), is_csv);
  }

  bool has_begun() const { return has_begun_; }

 private:
  static const report::Report& named(std::string_view name) {
    try {
      return report::report(name);
    } catch (const Error& error) {
      throw Error(ErrorKind::not_found, error.message()).hint(error.hint_text());
    }
  }

  std::string warehouse() {
    auto found = warehouse::rows_of(
        *session_, warehouse::statement("select cast(min(event_time) as date), "
                                        "cast(max(event_time) as date) from events"));
    format::JsonDocument document;
    document.begin_object().key("version").text(SPARKIFY_VERSION);
    auto day = [&](std::string_view name, const std::optional<std::string>& value) {
      document.key(name);
      value ? document.text(*value) : document.null();
    };
    day("first_day", found.at(0).at(0));
    day("last_day", found.at(0).at(1));
    document.end_object();
    return document.str();
  }

  /// What fails before the first row is a whole answer, so the head waits for that row.
  void rows(const report::Report& report, bool is_csv) {
    auto found = report::run(*session_, report, filter_of(request_));
    bool has_row = found->next();
    std::vector<format::Column> columns = report::columns_of(*found);
    has_begun_ = true;
    if (is_csv) return csv(report, *found, std::move(columns), has_row);
    exchange_.begin(json_response(200, ""));
    exchange_.piece(head_of(columns));
    for (const char* before = "["; has_row; has_row = found->next(), before = ", [") {
      std::string line = before;
      for (std::size_t i = 0; i < columns.size(); ++i) {
        if (i > 0) line += ", ";
        line += value_of(found->row()[i], columns[i].kind);
      }
      exchange_.piece(line + ']');
    }
    exchange_.piece("]}\n");
    exchange_.end();
  }

  void csv(const report::Report& report, warehouse::Rows& found,
           std::vector<format::Column> columns, bool has_row) {
    Response head;
    head.headers = {
        {"Content-Type", "text/csv; charset=utf-8"},
        {"Cache-Control", "no-store"},
        {"Content-Disposition", fmt::format("attachment; filename=\"{}.csv\"", report.name)}};
    exchange_.begin(head);
    auto writer =
        format::make_writer("csv", [this](std::string_view text) { exchange_.piece(text); });
    writer->begin(std::move(columns));
    for (; has_row; has_row = found.next()) writer->row(found.row());
    writer->end();
    exchange_.end();
  }

  const Request& request_;
  Exchange& exchange_;
  std::unique_ptr<warehouse::Warehouse> session_;
  Watch watch_;
  bool has_begun_ = false;
};

void Api::answer(const Request& request, Exchange& exchange, int socket) {
  Answer answer(*this, request, exchange, socket);
  try {
    answer.run();
  } catch (const Error& error) {
    if (answer.has_begun()) throw;
    bool is_late = error.kind() == ErrorKind::interrupted && !is_stopping_;
    exchange.write(error_response(
        is_late ? Error(ErrorKind::interrupted, "the question took longer than it may")
                      .hint("choose a shorter period, or serve with a longer --statement-timeout")
                : error));
  }
}

}  // namespace sparkify::web
