#pragma once

#include <string_view>

#include "web/question.hpp"

namespace sparkify::web {

// Rooms of the API: the SQL editor and the schema page. `what` is the part of the path behind the
// route. Bodies are JSON and said to be, which other sites' pages cannot do unasked.

/// {"is_writable", "rows", "bytes", "seconds", "keeps_queries"}: what the editor may do.
void answer_editor(Question& question, std::string_view what);
/// Runs {"sql"} and answers with the lines of editor::Run.
void run_statements(Question& question, std::string_view what);
/// What can be completed, see editor::Names.
void answer_names(Question& question, std::string_view what);
/// Takes {"sql", "format", "name"} and answers with the address of the result as a file.
void promise_export(Question& question, std::string_view what);
/// Runs the statement again, for reading only, and sends all of its rows.
void send_export(Question& question, std::string_view what);

/// {"queries": [{"name", "bytes", "changed_at"}]}
void answer_queries(Question& question, std::string_view what);
/// {"name", "text"}
void answer_query(Question& question, std::string_view what);
/// Takes {"text"}.
void keep_query(Question& question, std::string_view what);
void remove_query(Question& question, std::string_view what);

/// The tables, see editor::star().
void answer_star(Question& question, std::string_view what);

}  // namespace sparkify::web
