#include "web/api.hpp"

#include <array>

#include "web/checks.hpp"
#include "web/reports.hpp"
#include "web/rows.hpp"
#include "web/server.hpp"
#include "web/statements.hpp"

namespace sparkify::web {
namespace {

using base::Error;
using base::ErrorKind;

struct Route {
  Method method;
  std::string_view path;  ///< behind the prefix; what ends in a slash goes on
  void (*room)(Question& question, std::string_view what);
};

constexpr auto routes = std::to_array<Route>({
    {Method::get, "warehouse", answer_warehouse},
    {Method::get, "reports", answer_reports},
    {Method::get, "reports/", answer_report},
    {Method::get, "rows/", answer_rows},
    {Method::get, "checks", answer_checks},
    {Method::get, "newest", answer_newest},
    {Method::get, "sql", answer_editor},
    {Method::post, "sql", run_statements},
    {Method::get, "sql/names", answer_names},
    {Method::post, "sql/exports", promise_export},
    {Method::get, "sql/exports/", send_export},
    {Method::get, "queries", answer_queries},
    {Method::get, "queries/", answer_query},
    {Method::put, "queries/", keep_query},
    {Method::remove, "queries/", remove_query},
    {Method::get, "schema", answer_star},
});

bool leads_to(const Route& route, std::string_view path) {
  if (!route.path.ends_with('/')) return path == route.path;
  return path.starts_with(route.path) && path.size() > route.path.size();
}

/// nullptr: the path has rooms for other methods only.
const Route* route_of(Method method, std::string_view path) {
  bool is_known = false;
  for (const Route& route : routes) {
    if (!leads_to(route, path)) continue;
    if (route.method == method) return &route;
    is_known = true;
  }
  if (is_known) return nullptr;
  throw Error(ErrorKind::not_found, "there is no such answer");
}

}  // namespace

Api::Api(const ServerOptions& options, warehouse::SharedDatabase database, session::Host& host)
    : desk_{std::move(database), options.statement_time, host, options.is_writable,
            editor::Queries(options.queries_folder)} {}

void Api::answer(const Request& request, Exchange& exchange, int socket) {
  Question question(desk_, request, exchange, socket);
  try {
    std::string_view path = std::string_view(request.path).substr(prefix.size());
    const Route* route = route_of(request.method, path);
    if (route == nullptr) return exchange.write(method_refusal());
    route->room(question, path.substr(route->path.size()));
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::interrupted || desk_.is_stopping) throw;
    throw Error(ErrorKind::interrupted, "the question took longer than it may")
        .hint("choose a shorter period, or serve with a longer --statement-timeout");
  }
}

}  // namespace sparkify::web
