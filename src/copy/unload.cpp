#include "copy/unload.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "base/compress.hpp"
#include "base/directory.hpp"
#include "base/error.hpp"
#include "base/json.hpp"
#include "base/removal.hpp"
#include "base/text.hpp"
#include "catalog/catalog.hpp"
#include "copy/objects.hpp"
#include "copy/parquet_file.hpp"
#include "copy/scratch.hpp"
#include "dialect/dialect.hpp"
#include "duckdb/appender.hpp"
#include "duckdb/rows.hpp"
#include "load/load_errors.hpp"
#include "transfer/row_text.hpp"

namespace sparkify::copy {
namespace {

using base::Error;
using base::ErrorKind;

/// Files that are written in turn where PARALLEL is ON, as if there were so many slices.
constexpr std::size_t slice_count = 2;
constexpr std::size_t rows_in_turn = 1'000;
constexpr std::size_t buffer_bytes = 1 << 20;

/// An object that was written.
struct Written {
  std::string path;
  std::uint64_t size_bytes = 0;
  std::uint64_t row_count = 0;  ///< its header counted as one
};

/// An object in the making: text, compressed on its way.
class Output {
 public:
  Output(base::ObjectStore& store, std::string path, event::Compression compression)
      : writer_(store.create(path)), written_{std::move(path), 0, 0} {
    if (compression == event::Compression::gzip) compressor_ = base::make_gzip_compressor();
    if (compression == event::Compression::zstd) compressor_ = base::make_zstd_compressor();
    if (compression == event::Compression::bzip2) compressor_ = base::make_bzip2_compressor();
  }

  std::string& buffer() { return buffer_; }
  void end_row() {
    ++written_.row_count;
    if (buffer_.size() >= buffer_bytes) flush(false);
  }
  std::uint64_t size_bytes() const {
    return written_.size_bytes + (compressor_ ? 0 : buffer_.size());
  }
  Written finish() {
    flush(true);
    writer_->finish();
    return written_;
  }

 private:
  void flush(bool is_last) {
    std::string packed;
    if (compressor_) compressor_->write(buffer_, is_last, packed);
    const std::string& bytes = compressor_ ? packed : buffer_;
    writer_->write(bytes);
    written_.size_bytes += bytes.size();
    buffer_.clear();
  }

  std::unique_ptr<base::ObjectWriter> writer_;
  std::unique_ptr<base::Compressor> compressor_;
  Written written_;
  std::string buffer_;
};

/// A type as manifests name it.
base::Json manifest_type(const std::string& type) {
  static constexpr auto names = std::to_array<std::pair<std::string_view, std::string_view>>(
      {{"BOOLEAN", "boolean"},
       {"SMALLINT", "smallint"},
       {"INTEGER", "integer"},
       {"BIGINT", "bigint"},
       {"FLOAT", "real"},
       {"DOUBLE", "double precision"},
       {"DATE", "date"},
       {"TIME", "time without time zone"},
       {"TIMESTAMP", "timestamp without time zone"},
       {"TIMESTAMP WITH TIME ZONE", "timestamp with time zone"},
       {"JSON", "super"}});
  for (auto [engine, name] : names) {
    if (engine == type) return {{"base", name}};
  }
  if (type.starts_with("DECIMAL(")) {
    std::size_t comma = type.find(',');
    return {{"base", "numeric"},
            {"precision", std::stoi(type.substr(8, comma - 8))},
            {"scale", std::stoi(type.substr(comma + 1))}};
  }
  return {{"base", "character varying"}, {"max_length", 65'535}};
}

class Unload {
 public:
  Unload(const transfer::UnloadStatement& unload, const sql::Statement& statement,
         const transfer::Cursor& places, load::Environment& environment)
      : unload_(unload),
        statement_(statement),
        places_(places),
        environment_(environment),
        store_(store_of(unload.target, unload.access, environment, places)) {}

  Outcome run() {
    std::string started_at = load::now();
    translate();
    describe();
    check_target();
    unload_.format == transfer::Format::parquet ? write_parquet() : write_rows();
    if (unload_.has_manifest) write_manifest();
    write_log(started_at);
    Outcome outcome;
    outcome.is_unload = true;
    outcome.row_count = row_count_;
    outcome.notices.push_back(
        fmt::format("UNLOAD completed, {} record(s) unloaded successfully.", row_count_));
    return outcome;
  }

 private:
  /// The place of byte `offset` of the quoted query.
  base::Place place_of(std::size_t offset) const {
    offset = transfer::offset_in_literal(statement_.text, unload_.query.offset, offset,
                                         statement_.literals);
    return *places_.error(offset, {}).place();
  }

  /// An error within `text`, a piece of the query that begins at its byte `begin`, as one of the
  /// statement.
  Error moved(Error error, std::string_view text, std::size_t begin) const {
    if (!error.place() || error.place()->line == 0) return error;
    std::size_t offset = 0;
    for (std::size_t line = 1; line < error.place()->line; ++line) {
      offset = std::min(text.find('\n', offset), text.size() - 1) + 1;
    }
    offset += std::max<std::size_t>(error.place()->column, 1) - 1;
    error.at(place_of(begin + std::min(offset, text.size())));
    return error;
  }

  /// The query for the engine.
  void translate() {
    const std::string& text = unload_.query.text;
    std::vector<sql::Statement> parts;
    try {
      parts = sql::split(text, statement_.file, statement_.literals);
    } catch (const Error& error) {
      throw moved(error, text, 0);
    }
    if (parts.size() != 1) {
      throw places_.error(unload_.query.offset, "UNLOAD takes one query in quotes");
    }
    query_ = {parts[0].text, statement_.file};
    query_.literals = statement_.literals;
    begin_ = std::min(text.find(query_.text), text.size());
    sql::Token first = sql::lex(query_.text, query_.literals).front();
    if (!first.is_word("select") && !first.is_word("with")) {
      throw places_.error(unload_.query.offset, "UNLOAD takes a SELECT");
    }
    if (environment_.admit) environment_.admit(query_);
    try {
      catalog::Session session(environment_.connection);
      translated_ = dialect::to_duckdb(query_, {}, &session);
    } catch (const Error& error) {
      throw moved(error, query_.text, begin_);
    }
  }

  duckdb::Locate locate(std::size_t lead) const {
    return [this, lead](std::size_t offset) {
      std::size_t origin = translated_.origin(offset - std::min(lead, offset));
      return place_of(begin_ + std::min(origin, query_.text.size()));
    };
  }

  void describe() {
    constexpr std::string_view word = "describe ";
    duckdb::Rows rows(environment_.connection, std::string(word) + translated_.text,
                      locate(word.size()));
    while (rows.next()) {
      transfer::ResultColumn column;
      column.name = base::to_lower(rows.row()[0].value_or(""));
      column.type = rows.row()[1].value_or("");
      column.form = transfer::form_of(column.type);
      columns_.push_back(std::move(column));
    }
    bool is_fixed = unload_.layout.kind == field::Layout::Kind::fixed_width;
    if (is_fixed && unload_.layout.widths.size() != columns_.size()) {
      throw places_.error(unload_.query.offset,
                          fmt::format("FIXEDWIDTH names {} fields, the query has {} columns",
                                      unload_.layout.widths.size(), columns_.size()));
    }
  }

  void check_target() {
    if (unload_.may_overwrite) return;
    std::vector<base::ObjectEntry> there = list_prefix(*store_, unload_.target.text);
    if (unload_.clean_path) return remove(there);
    if (there.empty()) return;
    throw Error(ErrorKind::usage,
                "Specified unload destination on S3 is not empty. Consider using a different "
                "bucket / prefix, manually removing the target files in S3, or using the "
                "ALLOWOVERWRITE option.")
        .at(place_of_target())
        .sql_state("XX000");
  }

  void remove(const std::vector<base::ObjectEntry>& objects) {
    if (objects.empty()) return;
    auto* removal = dynamic_cast<base::Removal*>(store_.get());
    if (removal == nullptr) {
      throw Error(ErrorKind::sql, "CLEANPATH removes objects of S3 only")
          .at(place_of_target())
          .sql_state("0A000");
    }
    removal->remove(objects);
  }
  base::Place place_of_target() const { return *places_.error(unload_.target.offset, {}).place(); }

  /// `0000_part_00.gz`; without PARALLEL `000.gz`.
  std::string path(std::size_t slice, std::size_t part) const {
    std::string name = unload_.is_parallel ? fmt::format("{:04}_part_{:02}", slice, part)
                                           : fmt::format("{:03}", part);
    return unload_.target.text + name + extension();
  }

  std::string extension() const {
    if (!unload_.extension.empty()) return "." + unload_.extension;
    if (unload_.format == transfer::Format::parquet) return ".parquet";
    switch (unload_.compression) {
      case event::Compression::none:
        return "";
      case event::Compression::gzip:
        return ".gz";
      case event::Compression::bzip2:
        return ".bz2";
      case event::Compression::zstd:
        return ".zst";
    }
    return "";
  }

  struct Slice {
    std::unique_ptr<Output> output;
    std::size_t part = 0;
  };

  /// The object that the next row of a slice goes to.
  Output& output_of(std::size_t index, Slice& slice, const transfer::RowText& text) {
    bool is_full = slice.output && slice.output->size_bytes() >= unload_.max_file_bytes;
    if (is_full) finish(slice);
    if (!slice.output) {
      slice.output =
          std::make_unique<Output>(*store_, path(index, slice.part++), unload_.compression);
      if (unload_.has_header) {
        text.append_header(slice.output->buffer());
        slice.output->end_row();
      }
    }
    return *slice.output;
  }

  void finish(Slice& slice) {
    if (!slice.output) return;
    written_.push_back(slice.output->finish());
    slice.output.reset();
  }

  void write_rows() {
    transfer::RowText text(unload_, columns_);
    std::vector<Slice> slices(unload_.is_parallel ? slice_count : 1);
    output_of(0, slices[0], text);  // there is one, also when there are no rows
    duckdb::Rows rows(environment_.connection, translated_.text, locate(0));
    while (rows.next()) {
      auto turn = static_cast<std::size_t>(row_count_++) / rows_in_turn % slices.size();
      Output& output = output_of(turn, slices[turn], text);
      text.append(rows.row(), output.buffer());
      output.end_row();
    }
    for (Slice& slice : slices) finish(slice);
  }

  /// The engine writes files, which are sent one after another.
  void write_parquet() {
    ScratchFolder scratch(environment_.scratch_folder);
    std::string folder = scratch.file("unload");
    std::string options =
        fmt::format("file_size_bytes {}, per_thread_output false", unload_.max_file_bytes);
    row_count_ = environment_.connection.run(parquet_statement(translated_.text, folder, options),
                                             locate(parquet_lead.size()));
    std::vector<std::string> files;
    base::Directory directory(folder);
    while (const char* name = directory.next()) files.push_back(folder + "/" + name);
    std::sort(files.begin(), files.end());
    for (std::size_t i = 0; i < files.size(); ++i) {
      Written written{path(0, i), 0,
                      static_cast<std::uint64_t>(environment_.connection.number(fmt::format(
                          "select count(*) from read_parquet({})", base::quoted(files[i], '\''))))};
      written.size_bytes = send(files[i], *store_, written.path);
      written_.push_back(std::move(written));
    }
  }

  void write_manifest() {
    base::Json manifest, entries = base::Json::array();
    std::uint64_t bytes = 0, rows = 0;
    for (const Written& each : written_) {
      base::Json entry{{"url", each.path}};
      if (unload_.is_manifest_verbose || unload_.format == transfer::Format::parquet) {
        entry["meta"] = {{"content_length", each.size_bytes}, {"record_count", each.row_count}};
      }
      entries.push_back(std::move(entry));
      bytes += each.size_bytes;
      rows += each.row_count;
    }
    manifest["entries"] = std::move(entries);
    if (unload_.is_manifest_verbose) {
      manifest["schema"] = {{"elements", schema()}};
      manifest["meta"] = {{"content_length", bytes}, {"record_count", rows}};
      manifest["author"] = {{"name", "Amazon Redshift"}, {"version", "1.0.0"}};
    }
    auto writer = store_->create(unload_.target.text + "manifest");
    writer->write(manifest.dump(2) + '\n');
    writer->finish();
  }

  base::Json schema() const {
    base::Json elements = base::Json::array();
    for (const transfer::ResultColumn& column : columns_) {
      elements.push_back({{"name", column.name}, {"type", manifest_type(column.type)}});
    }
    return elements;
  }

  void write_log(const std::string& started_at) {
    std::string ended_at = load::now();
    std::string format = unload_.format == transfer::Format::json      ? "JSON"
                         : unload_.format == transfer::Format::parquet ? "PARQUET"
                                                                       : "TEXT";
    std::int64_t bytes = 0;
    duckdb::Appender log(environment_.aside, "stl_unload_log", std::string(catalog::database));
    for (const Written& each : written_) {
      bytes += static_cast<std::int64_t>(each.size_bytes);
      log.append({std::int64_t{environment_.user_id}, environment_.query_id, std::int64_t{0},
                  std::int64_t{environment_.session_id}, each.path, started_at, ended_at,
                  static_cast<std::int64_t>(each.row_count),
                  static_cast<std::int64_t>(each.size_bytes), format});
    }
    log.close();
    duckdb::Appender history(environment_.aside, "sys_unload_history",
                             std::string(catalog::database));
    history.append({std::int64_t{environment_.user_id}, environment_.query_id, std::int64_t{0},
                    std::int64_t{environment_.session_id}, environment_.database,
                    std::string("completed"), started_at, ended_at, std::monostate{}, format,
                    extension(), unload_.target.text, row_count_,
                    static_cast<std::int64_t>(written_.size()), bytes, std::monostate{}});
    history.close();
  }

  const transfer::UnloadStatement& unload_;
  const sql::Statement& statement_;
  const transfer::Cursor& places_;
  load::Environment& environment_;
  std::shared_ptr<base::ObjectStore> store_;
  sql::Statement query_;
  std::size_t begin_ = 0;  ///< of query_ within what was quoted
  dialect::Translated translated_;
  std::vector<transfer::ResultColumn> columns_;
  std::vector<Written> written_;
  std::int64_t row_count_ = 0;
};

}  // namespace

Outcome run_unload(const transfer::UnloadStatement& unload, const sql::Statement& statement,
                   const transfer::Cursor& places, load::Environment& environment) {
  return Unload(unload, statement, places, environment).run();
}

}  // namespace sparkify::copy
