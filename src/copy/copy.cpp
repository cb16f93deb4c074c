#include "copy/copy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "copy/objects.hpp"
#include "copy/parquet.hpp"
#include "copy/unload.hpp"
#include "event/mapping.hpp"
#include "load/load_source.hpp"
#include "load/table.hpp"
#include "load/transaction.hpp"
#include "transfer/cursor.hpp"

namespace sparkify::copy {
namespace {

using base::Error;
using base::ErrorKind;

/// COPY of text and JSON.
class Load {
 public:
  Load(const transfer::CopyStatement& copy, const transfer::Cursor& places,
       load::Environment& environment)
      : copy_(copy),
        places_(places),
        environment_(environment),
        table_(load::find_table(environment.connection, copy, places)),
        store_(store_of(copy.source, copy.access, environment, places)) {}

  Outcome run() {
    history_.started_at = load::now();
    plan();
    try {
      if (copy_.format == transfer::Format::parquet) {
        history_.row_count = load_parquet(environment_, copy_, table_, *store_, files_);
      } else {
        load();
      }
    } catch (const Error&) {
      load::write_history(environment_, copy_, files_, history_);
      throw;
    }
    history_.is_complete = true;
    load::write_history(environment_, copy_, files_, history_);
    return outcome();
  }

 private:
  void plan() {
    check_widths();
    if (copy_.format == transfer::Format::json) plan_json();
    files_ = find_objects(*store_, copy_, places_);
    for (const base::ObjectEntry& file : files_) history_.byte_count += file.size_bytes;
  }

  void check_widths() const {
    bool is_fixed = copy_.layout.kind == field::Layout::Kind::fixed_width;
    if (!is_fixed || copy_.layout.widths.size() == table_.columns.size()) return;
    throw places_.error(copy_.table.offset,
                        fmt::format("FIXEDWIDTH names {} fields, {} columns are to be loaded",
                                    copy_.layout.widths.size(), table_.columns.size()));
  }

  void plan_json() {
    json_.replacement = copy_.conversion.replacement;
    json_.ignore_header = copy_.layout.ignore_header;
    for (const field::Column& column : table_.columns) {
      json_.is_super.push_back(column.type == field::Type::super);
    }
    if (copy_.json == transfer::CopyStatement::Json::whole) {
      if (table_.columns.size() == 1) return;
      throw places_
          .error(copy_.table.offset,
                 fmt::format("'noshred' loads one column, this would be {}", table_.columns.size()))
          .hint("name a SUPER column in brackets behind the table");
    }
    if (copy_.json == transfer::CopyStatement::Json::by_path && plan_paths()) return;
    json_.ignores_case = copy_.json == transfer::CopyStatement::Json::by_key_in_any_case;
    for (const field::Column& column : table_.columns) {
      json_.paths.push_back({event::PathStep{column.name, std::nullopt}});
    }
  }

  /// False when the file is none of paths: then keys are matched by name.
  bool plan_paths() {
    bool is_with_files = is_far_path(copy_.jsonpaths.text) == is_far_path(copy_.source.text);
    std::shared_ptr<base::ObjectStore> store =
        is_with_files ? store_ : store_of(copy_.jsonpaths, copy_.access, environment_, places_);
    std::string text = read_object(*store, copy_.jsonpaths, "jsonpaths file", places_);
    auto paths = event::read_jsonpaths(text, copy_.jsonpaths.text);
    if (!paths) return false;
    if (paths->size() != table_.columns.size()) {
      throw Error(ErrorKind::bad_data,
                  fmt::format("Number of jsonpaths and the number of columns should match. "
                              "JSONPath size: {}, Number of columns in table or column list: {}",
                              paths->size(), table_.columns.size()))
          .hint(fmt::format("see {}", copy_.jsonpaths.text))
          .sql_state("XX000");
    }
    json_.paths = *std::move(paths);
    return true;
  }

  void load() {
    std::vector<bool> as_one(files_.size());
    load::Transaction transaction(environment_.connection);
    while (!load_once(as_one, transaction)) {
    }
    transaction.commit();
  }

  /// False when some files must be read again in one piece; then no row is left of them.
  bool load_once(std::vector<bool>& as_one, load::Transaction& transaction) {
    store_->expect(files_);
    load::LoadSource::Request request;
    request.copy = &copy_;
    request.table = &table_;
    request.store = store_.get();
    request.files = &files_;
    request.json = copy_.format == transfer::Format::json ? &json_ : nullptr;
    request.threads =
        static_cast<unsigned>(environment_.connection.number("select current_setting('threads')"));
    load::LoadSource source(request, as_one);
    duckdb::SourceFunction function(environment_.connection, source);
    std::int64_t rows = 0;
    try {
      rows = insert(function.name());
    } catch (const Error& error) {
      if (source.has_failed()) fail(source);
      if (error.kind() == ErrorKind::interrupted) throw;
      function.rethrow();
      throw;
    }
    if (source.must_repeat()) {
      as_one = source.files_to_repeat();
      transaction.take_back(table_.qualified, copy_.is_trial ? 0 : rows);
      return false;
    }
    history_.row_count = rows;
    conclude(source);
    return true;
  }

  std::int64_t insert(const std::string& source) {
    duckdb::Connection& connection = environment_.connection;
    if (copy_.is_trial) {
      return connection.number(fmt::format("select count(*) from {}()", source));
    }
    load::UnorderedRows unordered(connection);
    std::string names;
    for (const std::string& name : table_.quoted) names += (names.empty() ? "" : ", ") + name;
    return connection.run(
        fmt::format("insert into {} ({}) select * from {}()", table_.qualified, names, source));
  }

  /// Errors and replacements that did not stop the load.
  void conclude(load::LoadSource& source) {
    history_.error_count = source.error_count();
    history_.lines = source.lines();
    replacement_count_ = source.replacement_count();
    load::write_errors(environment_, table_, files_, source.errors(), history_.started_at);
    load::write_replacements(environment_, table_, files_, source.replacements(),
                             history_.started_at);
  }

  [[noreturn]] void fail(load::LoadSource& source) {
    std::vector<load::LoadError> errors = source.errors();
    history_.error_count = errors.size();
    std::string first = load::sentence(errors.front(), table_, files_);
    load::write_errors(environment_, table_, files_, errors, history_.started_at);
    throw Error(ErrorKind::bad_data,
                fmt::format("Load into table '{}' failed.  Check 'stl_load_errors' system table "
                            "for details.",
                            table_.name))
        .hint(std::move(first))
        .sql_state("XX000");
  }

  Outcome outcome() const {
    Outcome outcome;
    auto note = [&](std::uint64_t count, std::string_view what) {
      outcome.notices.push_back(
          fmt::format("Load into table '{}' completed, {} record(s) {}", table_.name, count, what));
    };
    auto rows = static_cast<std::uint64_t>(history_.row_count);
    outcome.row_count = copy_.is_trial ? 0 : history_.row_count;
    note(copy_.is_trial ? 0 : rows, "loaded successfully.");
    if (copy_.is_trial) note(rows, "would be loaded without NOLOAD.");
    if (replacement_count_ > 0) {
      note(replacement_count_,
           "were loaded with replacements made for ACCEPTINVCHARS.  "
           "Check 'stl_replacements' system table for details.");
    }
    if (history_.error_count > 0) {
      note(history_.error_count,
           "could not be loaded.  Check 'stl_load_errors' system table for details.");
    }
    return outcome;
  }

  const transfer::CopyStatement& copy_;
  const transfer::Cursor& places_;
  load::Environment& environment_;
  load::Table table_;
  std::shared_ptr<base::ObjectStore> store_;
  std::vector<base::ObjectEntry> files_;
  field::JsonPlan json_;
  load::History history_;
  std::uint64_t replacement_count_ = 0;
};

}  // namespace

bool is_copy(const sql::Statement& statement) {
  std::vector<sql::Token> tokens = sql::lex(statement.text, statement.literals);
  std::erase_if(tokens, [](const sql::Token& token) { return !token.is_significant(); });
  if (tokens.empty()) return false;
  if (tokens[0].is_word("unload")) return true;
  if (!tokens[0].is_word("copy")) return false;
  std::size_t depth = 0;
  for (std::size_t i = 1; i < tokens.size(); ++i) {
    if (tokens[i].is_symbol("(")) ++depth;
    if (tokens[i].is_symbol(")") && depth > 0) --depth;
    bool is_direction = tokens[i].is_word("from") || tokens[i].is_word("to");
    if (depth > 0 || !is_direction) continue;
    bool is_last = i + 1 == tokens.size();
    return is_last || (!tokens[i + 1].is_word("stdin") && !tokens[i + 1].is_word("stdout") &&
                       !tokens[i + 1].is_word("database"));
  }
  return false;
}

Outcome run(const sql::Statement& statement, load::Environment& environment) {
  transfer::Statement parsed = transfer::parse(statement);
  transfer::Cursor places(statement);
  if (auto* unload = std::get_if<transfer::UnloadStatement>(&parsed)) {
    return run_unload(*unload, statement, places, environment);
  }
  return Load(std::get<transfer::CopyStatement>(parsed), places, environment).run();
}

}  // namespace sparkify::copy
