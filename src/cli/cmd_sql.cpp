#include <fmt/format.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/results.hpp"
#include "sql/read_only.hpp"
#include "sql/script.hpp"
#include "terminal/progress.hpp"

namespace sparkify::cli {
namespace {

using base::Error;
using base::ErrorKind;
using Mode = warehouse::EmbeddedOptions::Mode;

std::vector<sql::Statement> read_statements(Invocation& invocation) {
  const Arguments& arguments = invocation.arguments;
  auto file = arguments.value("file");
  std::string text, name;
  if (file && !arguments.words().empty()) {
    throw Error(ErrorKind::usage, "both a statement and --file are given")
        .hint("leave one of them out");
  }
  if (!arguments.words().empty()) {
    text = arguments.words().front();
    name = "<query>";
  } else if (file && *file != "-") {
    text = read_text(invocation.store(), *file);
    name = *file;
  } else if (!file && ::isatty(STDIN_FILENO) == 1) {
    throw Error(ErrorKind::usage, "no statement")
        .hint("try: sparkify sql \"select count(*) from songplays\"");
  } else {
    text = base::read_file("-");
    name = "-";
  }
  std::vector<sql::Statement> statements = sql::split(text, name);
  if (!statements.empty()) return statements;
  throw Error(ErrorKind::usage, "no statement").at({name, 0, 0, {}});
}

void run_statement(Invocation& invocation, warehouse::Warehouse& warehouse,
                   const sql::Statement& statement, ResultPrinter& printer) {
  auto types = printer.types_of(warehouse, statement);
  auto rows = warehouse.query(statement);
  if (auto changed = rows->rows_changed()) {
    while (rows->next()) {
    }
    invocation.note(
        fmt::format("{} row{} changed", base::format_count(*changed), *changed == 1 ? "" : "s"));
    return;
  }
  printer.print(*rows, types, "result");
}

}  // namespace

void sql(Invocation& invocation) {
  std::vector<sql::Statement> statements = read_statements(invocation);
  terminal::ProgressLine progress =
      terminal::ProgressLine::on_standard_error(invocation.arguments.has("quiet"));
  Mode mode = sql::is_read_only(statements) ? Mode::read_only : Mode::read_write;
  OpenWarehouse warehouse = invocation.open(mode, progress);
  const Arguments& arguments = invocation.arguments;
  ResultPrinter printer(invocation, result_format(arguments, "table"), arguments.value("out"));
  for (const sql::Statement& statement : statements) {
    run_statement(invocation, *warehouse, statement, printer);
    invocation.out.flush();
  }
  printer.finish();
}

}  // namespace sparkify::cli
