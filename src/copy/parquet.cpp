#include "copy/parquet.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/text.hpp"
#include "copy/scratch.hpp"
#include "duckdb/rows.hpp"
#include "load/load_errors.hpp"
#include "load/transaction.hpp"

namespace sparkify::copy {
namespace {

using base::Error;
using base::ErrorKind;

bool is_text(const field::Column& column) {
  return column.type == field::Type::varchar || column.type == field::Type::character;
}

/// The files of one COPY.
class ParquetLoad {
 public:
  ParquetLoad(load::Environment& environment, const transfer::CopyStatement& copy,
              const load::Table& table, base::ObjectStore& store,
              const std::vector<base::ObjectEntry>& files)
      : environment_(environment), copy_(copy), table_(table), store_(store), files_(files) {}

  std::int64_t run() {
    ScratchFolder scratch(environment_.scratch_folder);
    store_.expect(files_);
    load::Transaction transaction(environment_.connection);
    load::UnorderedRows unordered(environment_.connection);
    std::int64_t rows = 0;
    for (file_ = 0; file_ < files_.size(); ++file_) {
      std::string path = scratch.file("objects.parquet");
      fetch(store_, files_[file_], path);
      rows += load(base::quoted(path, '\''));
    }
    transaction.commit();
    return rows;
  }

 private:
  std::int64_t load(const std::string& path) {
    std::size_t count = count_columns(path);
    std::size_t wanted = table_.columns.size();
    bool is_filled = count < wanted && copy_.layout.fill_record;
    if (count != wanted && !is_filled) {
      throw fail(
          fmt::format("Unmatched number of columns between table and file. Table columns: "
                      "{}, Data columns: {}, File name: {}",
                      wanted, count, files_[file_].path));
    }
    std::string from = fmt::format("read_parquet({}) as f(", path);
    for (std::size_t i = 0; i < count; ++i) from += fmt::format("{}c{}", i > 0 ? ", " : "", i);
    from += ")";
    check(from, count);
    return insert(from, count);
  }

  std::size_t count_columns(const std::string& path) {
    try {
      duckdb::Rows rows(environment_.connection,
                        fmt::format("describe select * from read_parquet({})", path), {});
      std::size_t count = 0;
      while (rows.next()) ++count;
      return count;
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::interrupted) throw;
      throw fail(fmt::format("{} is no Parquet file: {}", files_[file_].path, error.message()));
    }
  }

  /// Lengths and missing values, before any row is there.
  void check(const std::string& from, std::size_t count) {
    std::string wanted;
    for (std::size_t i = 0; i < table_.columns.size(); ++i) {
      const field::Column& column = table_.columns[i];
      bool is_there = i < count;
      wanted += fmt::format(
          "{}{}, {}", i > 0 ? ", " : "",
          is_there && is_text(column) ? fmt::format("max(strlen(cast(c{} as varchar)))", i) : "0",
          is_there ? fmt::format("count(*) - count(c{})", i) : "count(*)");
    }
    duckdb::Rows rows(environment_.connection, fmt::format("select {} from {}", wanted, from), {});
    if (!rows.next()) return;
    auto number = [&](std::size_t i) {
      return std::stoull(std::string(rows.row()[i].value_or("0")));
    };
    for (std::size_t i = 0; i < table_.columns.size(); ++i) {
      const field::Column& column = table_.columns[i];
      std::size_t longest = number(2 * i);
      if (is_text(column) && longest > column.max_bytes) {
        refuse(i, {1204, fmt::format("The length of the data column {} is longer than the length "
                                     "defined in the table. Table: {}, Data: {}",
                                     column.name, column.max_bytes, longest)});
      }
      if (column.is_required && number(2 * i + 1) > 0) refuse(i, field::missing_value());
    }
  }

  std::int64_t insert(const std::string& from, std::size_t count) {
    std::string names, values;
    for (std::size_t i = 0; i < table_.columns.size(); ++i) {
      bool is_super = table_.columns[i].type == field::Type::super;
      names += fmt::format("{}{}", i > 0 ? ", " : "", table_.quoted[i]);
      std::string value = i < count ? fmt::format("c{}", i) : "null";
      if (is_super && i < count) value = fmt::format("to_json({})", value);
      values += (i > 0 ? ", " : "") + value;
    }
    try {
      return environment_.connection.run(fmt::format("insert into {} ({}) select {} from {}",
                                                     table_.qualified, names, values, from));
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::sql) throw;
      throw fail(fmt::format("{} does not fit the table: {}", files_[file_].path, error.message()));
    }
  }

  [[noreturn]] void refuse(std::size_t column, field::Fault fault) {
    load::LoadError error;
    error.file = file_;
    error.column = column;
    error.fault = std::move(fault);
    load::write_errors(environment_, table_, files_, {error}, load::now());
    throw fail(fmt::format("Load into table '{}' failed.  Check 'stl_load_errors' system table "
                           "for details.",
                           table_.name))
        .hint(load::sentence(error, table_, files_));
  }

  static Error fail(std::string what) {
    return Error(ErrorKind::bad_data, std::move(what)).sql_state("XX000");
  }

  load::Environment& environment_;
  const transfer::CopyStatement& copy_;
  const load::Table& table_;
  base::ObjectStore& store_;
  const std::vector<base::ObjectEntry>& files_;
  std::size_t file_ = 0;
};

}  // namespace

std::int64_t load_parquet(load::Environment& environment, const transfer::CopyStatement& copy,
                          const load::Table& table, base::ObjectStore& store,
                          const std::vector<base::ObjectEntry>& files) {
  return ParquetLoad(environment, copy, table, store, files).run();
}

}  // namespace sparkify::copy
