#include "redshift/direct.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "event/json.hpp"
#include "redshift/copy_order.hpp"
#include "redshift/raw_table.hpp"
#include "redshift/second_look.hpp"

namespace sparkify::redshift {
namespace {

using base::Error;
using base::ErrorKind;
using event::Compression;
using warehouse::StageRequest;

/// Why COPY cannot read these objects by itself; empty: it can.
std::string obstacle(const StageRequest& request) {
  for (const auto& file : request.files) {
    if (!request.store->is_far(file.entry.path)) {
      return fmt::format("{} does not lie in S3", file.entry.path);
    }
    if (file.entry.path.ends_with(' ')) {
      return fmt::format("Redshift's history cuts blanks at the end of names: {}", file.entry.path);
    }
    if (file.entry.path.size() > most_name_bytes) {
      return fmt::format("Redshift's history cuts names longer than {} bytes: {}", most_name_bytes,
                         file.entry.path);
    }
  }
  if (request.max_rejects <= most_direct_rejects) return {};
  return fmt::format("COPY bears {} refused records at most",
                     base::format_count(most_direct_rejects));
}

std::uint64_t average_bytes(const StageRequest& request) {
  std::uint64_t sum = 0;
  for (const auto& file : request.files) sum += file.entry.size_bytes;
  return sum / std::max<std::size_t>(request.files.size(), 1);
}

/// `$['a'][0]`
std::string path_text(const event::Path& path) {
  std::string text = "$";
  for (const event::PathStep& step : path) {
    char quote = step.key.find('\'') == std::string::npos ? '\'' : '"';
    text +=
        step.index ? fmt::format("[{}]", *step.index) : fmt::format("[{0}{1}{0}]", quote, step.key);
  }
  return text;
}

std::string jsonpaths_of(const event::Mapping& mapping) {
  base::Json paths = base::Json::array();
  for (const event::Path& path : mapping.paths) paths.push_back(path_text(path));
  return base::Json{{"jsonpaths", std::move(paths)}}.dump(2) + '\n';
}

std::string_view option_of(Compression compression) {
  switch (compression) {
    case Compression::none:
      return "";
    case Compression::gzip:
      return "gzip ";
    case Compression::zstd:
      return "zstd ";
    case Compression::bzip2:
      return "bzip2 ";
  }
  return "";
}

/// Where COPY refused what is no object, it may have taken one that stands before it on the line.
bool is_doubtful(const LoadError& error) {
  return error.column.empty() && !event::trim_blanks(error.raw_line).starts_with('{');
}

}  // namespace

Way way_of(std::string_view name) {
  if (name == "direct") return Way::direct;
  return name == "compact" ? Way::compact : Way::automatic;
}

Choice choose(Way way, const StageRequest& request) {
  if (way == Way::compact) return {false, "as --copy says"};
  std::string why_not = obstacle(request);
  if (way == Way::direct) {
    if (why_not.empty()) return {true, "as --copy says"};
    throw Error(ErrorKind::usage, fmt::format("--copy direct: {}", why_not))
        .hint("--copy compact reads them here, --copy auto chooses");
  }
  if (!why_not.empty()) return {false, why_not};
  std::uint64_t average = average_bytes(request);
  bool is_direct = average >= direct_bytes;
  return {is_direct,
          fmt::format("{} object{} of {} on average, {} {}", request.files.size(),
                      request.files.size() == 1 ? "" : "s", base::format_bytes(average),
                      is_direct ? "not less than" : "less than", base::format_bytes(direct_bytes))};
}

Direct::Direct(Host host, const StageRequest& request)
    : host_(std::move(host)), request_(request), history_(host_.ask), raw_("raw_" + request.table) {
  for (const event::Column& column : request.mapping.columns) {
    columns_ += fmt::format("{}{}", columns_.empty() ? "" : ", ", column.name);
  }
  for (std::size_t i = 0; i < request.files.size(); ++i) files_[request.files[i].entry.path] = i;
  result_.files.resize(request.files.size());
}

std::int64_t Direct::run_text(const std::string& text) {
  return host_.warehouse->execute(warehouse::statement(text));
}

warehouse::StageResult Direct::run() {
  if (!host_.is_told) {
    whose_.session = warehouse::number_of(*host_.warehouse, "select pg_backend_pid()");
    whose_.since =
        warehouse::rows_of(*host_.warehouse, warehouse::statement("select sysdate"))[0][0].value();
  }
  paths_file_ = host_.is_told ? host_.folder_path + "/jsonpaths"
                              : host_.folder->write("jsonpaths", jsonpaths_of(request_.mapping));
  run_text(fmt::format("drop table if exists {}", raw_));
  run_text(fmt::format("create temp table {} ({}, row_id bigint identity(0, 1))", raw_,
                       column_types(request_.mapping.columns, true)));
  for (Compression each :
       {Compression::none, Compression::gzip, Compression::zstd, Compression::bzip2}) {
    if (!copy(each)) return std::move(result_);
  }
  take_back();
  fill_staging();
  run_text(fmt::format("drop table {}", raw_));
  return std::move(result_);
}

/// One COPY takes one compression. False when it met too many errors.
bool Direct::copy(Compression compression) {
  std::vector<std::string> paths;
  for (const auto& file : request_.files) {
    if (file.compression == compression) paths.push_back(file.entry.path);
  }
  if (paths.empty()) return true;
  if (!host_.is_told) {
    whose_.after = warehouse::number_of(*host_.warehouse, "select pg_last_copy_id()");
  }
  try {
    copy_objects(compression, paths);
  } catch (const Error& error) {
    if (!take_failure(error)) throw;
    return false;
  }
  take_errors(history_.errors(whose_));
  count_lines(paths);
  return true;
}

void Direct::copy_objects(Compression compression, const std::vector<std::string>& paths) {
  std::string name = fmt::format("manifest-{}", static_cast<int>(compression));
  CopyOrder order;
  order.table = raw_;
  for (const event::Column& column : request_.mapping.columns) {
    order.columns.emplace_back(column.name);
  }
  order.manifest = host_.is_told ? fmt::format("{}/{}", host_.folder_path, name)
                                 : host_.folder->write_manifest(name, paths);
  order.paths = paths_file_;
  // It fails at so many errors, not behind them. Blank text is NULL to our reader.
  auto rejects = static_cast<std::int64_t>(result_.rejects.size());
  std::int64_t most_errors = static_cast<std::int64_t>(request_.max_rejects) + 1 - rejects;
  order.options = fmt::format("{}trimblanks blanksasnull emptyasnull maxerror {}",
                              option_of(compression), std::max<std::int64_t>(most_errors, 1));
  order.role_arn = host_.role_arn;
  order.region = host_.region;
  run_copy(*host_.warehouse, order);
}

/// Whether it was records that made COPY fail.
bool Direct::take_failure(const Error& error) {
  if (error.kind() != ErrorKind::sql || host_.is_told) return false;
  std::vector<LoadError> errors = history_.errors(whose_);
  if (result_.rejects.size() + errors.size() <= request_.max_rejects) return false;
  note_first(errors);
  for (const LoadError& each : errors) {
    result_.rejects.push_back(
        {request_.files[file_of(each.path)].file_id, reject_of(each, request_.mapping)});
  }
  result_.stopped_early = true;
  result_.has_ended_transaction = true;
  return true;
}

/// The first few in Redshift's own words.
void Direct::note_first(const std::vector<LoadError>& errors) const {
  constexpr std::size_t most_noted = 5, most_bytes = 60;
  if (!host_.noted) return;
  for (std::size_t i = 0; i < std::min(errors.size(), most_noted); ++i) {
    const LoadError& error = errors[i];
    std::string what = error.column.empty() ? "" : fmt::format("column {}: ", error.column);
    std::string value;
    if (!error.raw_field.empty()) {
      value = fmt::format(", value \"{}\"", error.raw_field.substr(0, most_bytes));
    }
    host_.noted(fmt::format("{}:{}: {}{}{}", error.path, error.line, what, error.reason, value));
  }
}

/// A line is one record to us, however often COPY stumbled in it.
void Direct::take_errors(const std::vector<LoadError>& errors) {
  for (const LoadError& error : errors) {
    std::size_t file = file_of(error.path);
    if (is_doubtful(error)) doubtful_[file].insert(error.line);
    if (!refused_[file].insert(error.line).second) continue;
    result_.rejects.push_back({request_.files[file].file_id, reject_of(error, request_.mapping)});
    ++result_.files[file].rejects;
  }
}

void Direct::count_lines(const std::vector<std::string>& paths) {
  if (host_.is_told) {
    history_.lines(0, 0);
    return;
  }
  std::int64_t query = warehouse::number_of(*host_.warehouse, "select pg_last_copy_id()");
  for (const auto& [path, count] : history_.lines(query, paths.size())) {
    result_.files[file_of(path)].rows_read = count;
  }
}

void Direct::take_back() {
  if (doubtful_.empty()) return;
  take_back_fronts(*host_.warehouse, raw_, request_, doubtful_, result_.rejects);
}

void Direct::fill_staging() {
  std::int32_t file_id = request_.files.front().file_id;
  std::int64_t staged = run_text(
      fmt::format("insert into {0} ({1}, file_id, row_id) select {1}, {2}, row_id from {3}",
                  request_.table, columns_, file_id, raw_));
  if (!host_.is_told) require_agreement(staged);
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < request_.files.size(); ++i) {
    result_.files[i].staged_as = file_id;
    bytes += request_.files[i].entry.size_bytes;
  }
  if (host_.is_told || !request_.progressed) return;
  request_.progressed(request_.files.size(), bytes, static_cast<std::uint64_t>(staged));
}

/// Whether each line, or record, is a row or was refused.
bool Direct::agrees(std::int64_t staged) const {
  for (const auto& file : result_.files) {
    staged += static_cast<std::int64_t>(file.rejects) - static_cast<std::int64_t>(file.rows_read);
  }
  return staged == 0;
}

/// Else nobody could say what became of a file's records. Lines are no records where some are blank
/// or records go over several.
void Direct::require_agreement(std::int64_t staged) {
  if (agrees(staged)) return;
  if (host_.noted) {
    host_.noted(fmt::format("{}: lines are no records there, so the records are counted here",
                            request_.files.front().entry.path));
  }
  count_records(request_, result_.files);
  if (agrees(staged)) return;
  throw Error(ErrorKind::bad_data,
              fmt::format("Redshift made {} rows of the objects and refused {} records, which are "
                          "not as many as they hold",
                          staged, result_.rejects.size()))
      .hint("--copy compact reads them here");
}

std::size_t Direct::file_of(const std::string& path) const {
  auto found = files_.find(path);
  if (found != files_.end()) return found->second;
  throw Error(ErrorKind::internal, fmt::format("COPY read {}, which was not asked for", path));
}

}  // namespace sparkify::redshift
