#include "web/statements.hpp"

#include <fmt/format.h>

#include "base/json.hpp"
#include "base/text.hpp"
#include "editor/export.hpp"
#include "editor/names.hpp"
#include "editor/run.hpp"
#include "editor/star.hpp"
#include "format/json.hpp"

namespace sparkify::web {
namespace {

using base::Error;
using base::ErrorKind;
using session::Activity;
using Clock = Activity::Clock;
using namespace std::chrono_literals;

base::Json body_of(const Request& request) {
  std::string_view type = request.header("Content-Type").value_or("");
  if (base::trim(type.substr(0, type.find(';'))) != "application/json") {
    throw Error(ErrorKind::usage, "the body is to be JSON: Content-Type: application/json");
  }
  try {
    base::Json body = base::parse_json(request.body, "the body");
    if (body.is_object()) return body;
  } catch (const Error& error) {
    throw Error(ErrorKind::usage, "the body is no JSON: " + error.message());
  }
  throw Error(ErrorKind::usage, "the body is no object");
}

std::string text_of(const base::Json& body, const char* name) {
  auto found = body.find(name);
  if (found != body.end() && found->is_string()) return found->get<std::string>();
  throw Error(ErrorKind::usage, fmt::format("the body has no text \"{}\"", name));
}

/// Has a session talk. Whoever it is for may leave, the server may stop, and `is_late` may say that
/// it took too long.
template <class IsLate>
void talk(Question& question, bool is_read_only, editor::Conversation& conversation,
          IsLate is_late) {
  Desk& desk = question.desk();
  Activity activity(question.socket());
  Watch watch([&] {
    activity.look_after(Clock::now());
    if (desk.is_stopping) activity.request(Activity::Stop::shutting_down);
    if (is_late()) activity.request(Activity::Stop::timed_out);
  });
  editor::converse(desk.host, activity, is_read_only, conversation);
}

bool is_over(const Desk& desk, Clock::time_point begun) {
  return desk.statement_time > 0ms && Clock::now() - begun > desk.statement_time;
}

/// Of a file to keep, as a header can say it.
std::string file_name(const editor::Tickets::Ticket& ticket) {
  bool is_plain = editor::is_query_name(ticket.name) && base::is_ascii(ticket.name);
  return fmt::format("{}.{}", is_plain ? ticket.name : "result", ticket.format);
}

}  // namespace

void answer_editor(Question& question, std::string_view) {
  const Desk& desk = question.desk();
  editor::Budget budget;
  format::JsonDocument document;
  document.begin_object().key("is_writable").boolean(desk.is_writable);
  document.key("rows").number(std::uint64_t{budget.rows});
  document.key("bytes").number(std::uint64_t{budget.bytes});
  document.key("seconds").number(std::chrono::duration<double>(desk.statement_time).count());
  document.key("keeps_queries").boolean(desk.queries.has_folder()).end_object();
  question.answer(document.str());
}

void run_statements(Question& question, std::string_view) {
  base::Json body = body_of(question.request());
  std::string text = text_of(body, "sql");
  bool is_explained = body.value("explain", base::Json(false)) == base::Json(true);
  Response head = json_response(200, "");
  head.headers.front().value = "application/x-ndjson";
  Exchange& exchange = question.begin(head);
  auto send = [&](std::string_view line) {
    exchange.piece(line);
    exchange.flush();
  };
  using Wanted = editor::Run::Wanted;
  editor::Run run(text, {}, send, is_explained ? Wanted::plans : Wanted::results);
  const Desk& desk = question.desk();
  talk(question, !desk.is_writable, run, [&] {
    auto since = run.running_since();
    return since && is_over(desk, *since);
  });
  run.finish();
  exchange.end();
}

void answer_names(Question& question, std::string_view) {
  editor::Names names;
  auto begun = Clock::now();
  talk(question, true, names, [&] { return is_over(question.desk(), begun); });
  question.answer(names.finish());
}

void promise_export(Question& question, std::string_view) {
  base::Json body = body_of(question.request());
  editor::Tickets::Ticket ticket{text_of(body, "sql"), text_of(body, "format"), ""};
  editor::media_type(ticket.format);
  if (body.contains("name")) ticket.name = text_of(body, "name");
  auto parts = editor::parts_of(ticket.statement);
  if (parts.size() != 1) {
    throw Error(ErrorKind::usage,
                fmt::format("an export is of one statement, not of {}", parts.size()));
  }
  ticket.statement = parts.front().text;
  editor::Rehearsal rehearsal(ticket.statement);
  auto begun = Clock::now();
  talk(question, true, rehearsal, [&] { return is_over(question.desk(), begun); });
  rehearsal.finish();
  std::string id = question.desk().exports.add(std::move(ticket));
  question.answer(fmt::format("{{\"address\": \"/api/sql/exports/{}\"}}\n", id));
}

/// Rows may come for as long as they do, once they come: a large file takes its time.
void send_export(Question& question, std::string_view what) {
  auto ticket = question.desk().exports.find(std::string(what));
  if (!ticket) throw Error(ErrorKind::not_found, "there is no such export any more");
  Exchange* exchange = nullptr;
  auto begin = [&] {
    exchange = &question.begin(file_head(editor::media_type(ticket->format), file_name(*ticket)));
  };
  editor::Export file(ticket->statement, ticket->format, begin,
                      [&](std::string_view text) { exchange->piece(text); });
  auto begun = Clock::now();
  talk(question, true, file, [&] { return !file.has_rows() && is_over(question.desk(), begun); });
  file.finish();
  exchange->end();
}

void answer_queries(Question& question, std::string_view) {
  format::JsonDocument document;
  document.begin_object().key("queries").begin_array();
  for (const auto& each : question.desk().queries.list()) {
    document.begin_object().key("name").text(each.name).key("bytes").number(each.bytes);
    document.key("changed_at").number(each.changed_at).end_object();
  }
  document.end_array().end_object();
  question.answer(document.str());
}

void answer_query(Question& question, std::string_view what) {
  format::JsonDocument document;
  document.begin_object().key("name").text(what);
  document.key("text").text(question.desk().queries.read(what)).end_object();
  question.answer(document.str());
}

void keep_query(Question& question, std::string_view what) {
  question.desk().queries.write(what, text_of(body_of(question.request()), "text"));
  question.answer("{}\n");
}

void remove_query(Question& question, std::string_view what) {
  question.desk().queries.remove(what);
  question.answer("{}\n");
}

void answer_star(Question& question, std::string_view) {
  question.answer(editor::star(question.warehouse()));
}

}  // namespace sparkify::web
