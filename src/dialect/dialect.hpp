#pragma once

#include "rewrite/session.hpp"
#include "rewrite/translated.hpp"
#include "sql/script.hpp"

namespace sparkify::dialect {

using rewrite::ColumnFacts;
using rewrite::Session;
using rewrite::TableFacts;
using rewrite::Translated;

/// Redshift's dialect -> DuckDB's, `:name` parameters bound on the way. Works on tokens; literals,
/// quoted names and comments are untouched unless a rewrite is about them; a statement that no
/// rewrite knows comes back as it is. The result may hold several statements, `;` between them:
/// they belong into one transaction. It may also be empty: there is nothing to run.
///
/// Two differences cannot be seen in the text, the connection must be set to Redshift's ways:
///   set integer_division = true        `/` of two integers truncates; of decimals or doubles not
///   set default_null_order = 'nulls_last_on_asc_first_on_desc'
/// and TimeZone to UTC, which getdate(), to_timestamp() and convert_timezone() rely on.
///
/// `session` is that of a client who believes this is Redshift (`sparkify serve`): its names fold
/// to lower case even when quoted, lengths of texts are enforced and layouts kept by its DDL, its
/// catalogue is Redshift's (catalog::install must have run), results are named and typed as there.
/// Translate a statement when those before it have run: it may ask what they made. Without a
/// session none of this happens: the program's own files and what is given to `sparkify sql`.
///
/// Throws sql with place: a parameter without a value, a clause that is malformed (SQLSTATE 42601),
/// what Redshift has and this has not (0A000), what Redshift refuses too (its own SQLSTATE).
Translated to_duckdb(const sql::Statement& statement, const sql::Parameters& parameters = {},
                     const Session* session = nullptr);

/// Redshift's dialect as it is, with parameters bound.
Translated to_redshift(const sql::Statement& statement, const sql::Parameters& parameters = {});

}  // namespace sparkify::dialect
