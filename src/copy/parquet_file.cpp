#include "copy/parquet_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <set>
#include <utility>

#include "base/text.hpp"
#include "duckdb/connection.hpp"
#include "duckdb/source.hpp"

namespace sparkify::copy {
namespace {

/// What a value's text becomes again, exactly.
std::string_view file_type(std::string_view type) {
  static constexpr auto kept = std::to_array<std::string_view>(
      {"BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER",
       "UBIGINT", "FLOAT", "DOUBLE", "DATE", "TIME", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE"});
  if (type.starts_with("DECIMAL(")) return type;
  // A sum of integers. The engine would write it as a double.
  if (type == "HUGEINT") return "DECIMAL(38,0)";
  return std::find(kept.begin(), kept.end(), type) != kept.end() ? type : "VARCHAR";
}

/// The rows as columns c0, c1, ... of text.
class RowSource final : public duckdb::Source {
 public:
  RowSource(std::size_t column_count, const NextRow& next)
      : column_count_(column_count), next_(next) {}

  std::vector<Column> columns() const override {
    std::vector<Column> columns;
    for (std::size_t i = 0; i < column_count_; ++i) {
      columns.push_back({fmt::format("c{}", i), DUCKDB_TYPE_VARCHAR});
    }
    return columns;
  }
  unsigned max_threads() const override { return 1; }
  std::unique_ptr<duckdb::SourceReader> open_reader() override {
    return std::make_unique<Reader>(column_count_, next_);
  }

 private:
  class Reader final : public duckdb::SourceReader {
   public:
    Reader(std::size_t column_count, const NextRow& next)
        : next_(next),
          is_null_(column_count, std::vector<std::uint8_t>(duckdb::Chunk::capacity())) {}

    std::size_t fill(duckdb::Chunk& chunk) override {
      std::size_t count = 0;
      while (!is_over_ && count < duckdb::Chunk::capacity()) {
        auto row = next_();
        is_over_ = !row;
        if (is_over_) break;
        for (std::size_t i = 0; i < row->size(); ++i) {
          const auto& value = (*row)[i];
          is_null_[i][count] = value ? 0 : 1;
          if (value) chunk.set_text(i, count, *value);
        }
        ++count;
      }
      for (std::size_t i = 0; i < is_null_.size(); ++i) {
        chunk.set_nulls(i, 0, std::span(is_null_[i]).first(count));
      }
      return count;
    }

   private:
    const NextRow& next_;
    std::vector<std::vector<std::uint8_t>> is_null_;  ///< by column, then row of the chunk
    bool is_over_ = false;
  };

  std::size_t column_count_;
  const NextRow& next_;
};

/// c0 as "first name", c1 as "second", ...
std::string typed_columns(const std::vector<transfer::ResultColumn>& columns) {
  std::string list;
  std::set<std::string> names;  // in lower case: the engine takes A and a for one
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::string& given = columns[i].name;
    std::string name = given.empty() ? fmt::format("column_{}", i + 1) : given;
    for (int n = 2; !names.insert(base::to_lower(name)).second; ++n) {
      name = fmt::format("{}_{}", given, n);
    }
    list += fmt::format("{}cast(c{} as {}) as {}", i > 0 ? ", " : "", i, file_type(columns[i].type),
                        base::quoted(name, '"'));
  }
  return list;
}

}  // namespace

std::string parquet_statement(std::string_view query, const std::string& target,
                              std::string_view more) {
  return fmt::format("{}{}\n) to {} (format parquet, compression snappy{}{})", parquet_lead, query,
                     base::quoted(target, '\''), more.empty() ? "" : ", ", more);
}

std::uint64_t write_parquet(const std::vector<transfer::ResultColumn>& columns, const NextRow& next,
                            const std::string& path) {
  auto database = duckdb::open_database("", {{"threads", "1"}});
  duckdb::Connection connection(database.get());
  connection.run("set TimeZone = 'UTC'");
  RowSource source(columns.size(), next);
  duckdb::SourceFunction function(connection, source);
  std::string query = fmt::format("select {} from {}()", typed_columns(columns), function.name());
  try {
    return static_cast<std::uint64_t>(connection.run(parquet_statement(query, path)));
  } catch (const base::Error&) {
    function.rethrow();
    throw;
  }
}

}  // namespace sparkify::copy
