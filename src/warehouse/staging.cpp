#include "warehouse/staging.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <optional>
#include <utility>

namespace sparkify::warehouse {
namespace {

duckdb_type engine_type(event::ColumnType type) {
  switch (type) {
    case event::ColumnType::text:
      return DUCKDB_TYPE_VARCHAR;
    case event::ColumnType::integer:
      return DUCKDB_TYPE_INTEGER;
    case event::ColumnType::timestamp:
      return DUCKDB_TYPE_TIMESTAMP;
    case event::ColumnType::real:
      return DUCKDB_TYPE_DOUBLE;
  }
  return DUCKDB_TYPE_INVALID;
}

template <typename Value>
void copy(const std::vector<Value>& from, duckdb::Chunk& chunk, std::size_t column, std::size_t at,
          std::size_t count) {
  std::copy_n(from.begin(), count, chunk.values<Value>(column).begin() + at);
}

/// Writes texts, or their numbers; false when the dictionary is full.
bool copy_texts(const event::Batch::Values& values, std::size_t count, duckdb::Chunk& chunk,
                std::size_t column, std::size_t at, Dictionary::Cache* cache) {
  if (cache == nullptr) {
    for (std::size_t row = 0; row < count; ++row) {
      if (!values.is_null[row]) chunk.set_text(column, at + row, values.text[row]);
    }
    return true;
  }
  return cache->code({values.text.data(), count}, {values.is_null.data(), count},
                     chunk.values<std::int32_t>(column).subspan(at, count));
}

/// Copies a batch into rows [at, at + batch.row_count) of a chunk; false when the dictionary is
/// full.
bool copy_batch(const event::Batch& batch, std::span<const event::Column> columns,
                duckdb::Chunk& chunk, std::size_t at, Dictionary::Cache* cache) {
  for (std::size_t c = 0; c < columns.size(); ++c) {
    const auto& values = batch.columns[c];
    switch (columns[c].type) {
      case event::ColumnType::text:
        if (!copy_texts(values, batch.row_count, chunk, c, at, cache)) return false;
        break;
      case event::ColumnType::integer:
        copy(values.integer, chunk, c, at, batch.row_count);
        break;
      case event::ColumnType::timestamp:
        copy(values.timestamp, chunk, c, at, batch.row_count);
        break;
      case event::ColumnType::real:
        copy(values.real, chunk, c, at, batch.row_count);
        break;
    }
    chunk.set_nulls(c, at, {values.is_null.data(), batch.row_count});
  }
  return true;
}

}  // namespace

std::vector<duckdb::Source::Column> staging_columns(std::span<const event::Column> columns,
                                                    bool is_coded) {
  std::vector<duckdb::Source::Column> staged;
  for (const auto& column : columns) {
    bool is_code = is_coded && column.type == event::ColumnType::text;
    staged.push_back(
        {std::string(column.name), is_code ? DUCKDB_TYPE_INTEGER : engine_type(column.type)});
  }
  staged.push_back({"file_id", DUCKDB_TYPE_INTEGER});
  staged.push_back({"row_id", DUCKDB_TYPE_BIGINT});
  return staged;
}

struct StagingSource::File {
  std::vector<event::Piece> pieces;
  std::mutex mutex;  ///< guards what follows
  std::shared_ptr<base::Object> object;
  std::size_t pieces_left = 0;
  std::vector<std::optional<std::uint64_t>> lines;  ///< by piece, once it is read
  std::vector<std::vector<std::string>> digests;    ///< by piece
  FileCounts counts;
};

/// One engine thread's work: pieces one after another.
class StagingSource::Reader final : public duckdb::SourceReader {
 public:
  explicit Reader(StagingSource& source) : source_(source) {
    if (source.dictionary_ != nullptr) cache_.emplace(*source.dictionary_);
  }

  std::size_t fill(duckdb::Chunk& chunk) override {
    std::size_t rows = 0;
    while (rows < duckdb::Chunk::capacity()) {
      if (source_.stopping_) return 0;
      if (!is_reading_ && !start()) break;
      bool is_more = reader_->next(batch_, duckdb::Chunk::capacity() - rows);
      source_.bytes_done_ += reader_->bytes_read() - bytes_seen_;
      bytes_seen_ = reader_->bytes_read();
      if (!batch_.rejects.empty()) source_.keep(task_, batch_.rejects);
      if (!copy_batch(batch_, source_.request_.mapping.columns, chunk, rows,
                      cache_ ? &*cache_ : nullptr)) {
        source_.is_dictionary_full_ = source_.stopping_ = true;
        return 0;
      }
      write_ids(chunk, rows);
      rows += batch_.row_count;
      if (!is_more) {
        source_.finish_piece(task_, *reader_);
        is_reading_ = false;
      }
    }
    return rows;
  }

 private:
  bool start() {
    if (!source_.take(task_)) return false;
    const StagedFile& file = source_.request_.files[task_.file];
    base::Object& object = source_.open(task_.file);
    event::Piece piece = source_.files_[task_.file]->pieces[task_.piece];
    if (reader_) {
      reader_->reset(object, file.entry, file.compression, piece);
    } else {
      reader_.emplace(object, file.entry, file.compression, piece, source_.request_.mapping);
    }
    is_reading_ = true;
    bytes_seen_ = 0;
    return true;
  }

  /// Which file the batch's rows are of, and their numbers, which follow no order.
  void write_ids(duckdb::Chunk& chunk, std::size_t at) {
    std::size_t column = source_.request_.mapping.columns.size();
    auto offset = static_cast<std::ptrdiff_t>(at);
    std::fill_n(chunk.values<std::int32_t>(column).begin() + offset, batch_.row_count,
                source_.request_.files[task_.file].file_id);
    auto row_ids = chunk.values<std::int64_t>(column + 1).begin() + offset;
    std::iota(row_ids, row_ids + static_cast<std::ptrdiff_t>(batch_.row_count),
              static_cast<std::int64_t>(source_.rows_done_.fetch_add(batch_.row_count)));
  }

  StagingSource& source_;
  Task task_;
  std::optional<event::Reader> reader_;  ///< made once, then reset for each piece
  bool is_reading_ = false;
  std::uint64_t bytes_seen_ = 0;
  event::Batch batch_;
  std::optional<Dictionary::Cache> cache_;
};

StagingSource::StagingSource(const StageRequest& request, unsigned threads, Dictionary* dictionary)
    : request_(request), threads_(threads), dictionary_(dictionary) {
  for (std::size_t i = 0; i < request.files.size(); ++i) {
    const auto& staged = request.files[i];
    auto file = std::make_unique<File>();
    file->pieces =
        event::split(staged.entry.size_bytes, staged.compression, request.mapping.framing);
    file->pieces_left = file->pieces.size();
    file->lines.resize(file->pieces.size());
    file->digests.resize(file->pieces.size());
    for (std::size_t piece = 0; piece < file->pieces.size(); ++piece) tasks_.push_back({i, piece});
    files_.push_back(std::move(file));
  }
}

StagingSource::~StagingSource() = default;

std::vector<duckdb::Source::Column> StagingSource::columns() const {
  return staging_columns(request_.mapping.columns, dictionary_ != nullptr);
}

std::unique_ptr<duckdb::SourceReader> StagingSource::open_reader() {
  return std::make_unique<Reader>(*this);
}

bool StagingSource::take(Task& task) {
  std::size_t index = next_task_++;
  if (index >= tasks_.size()) return false;
  task = tasks_[index];
  return true;
}

base::Object& StagingSource::open(std::size_t index) {
  File& file = *files_[index];
  std::lock_guard lock(file.mutex);
  if (!file.object) file.object = request_.store->open(request_.files[index].entry);
  return *file.object;
}

void StagingSource::keep(const Task& task, std::vector<event::Reject>& rejects) {
  std::lock_guard lock(mutex_);
  for (auto& reject : rejects) rejects_.push_back({task.file, task.piece, std::move(reject)});
  if (rejects_.size() > request_.reject_limit) stopping_ = true;
  File& file = *files_[task.file];
  std::lock_guard file_lock(file.mutex);
  file.counts.rejects += rejects.size();
}

void StagingSource::finish_piece(const Task& task, const event::Reader& reader) {
  File& file = *files_[task.file];
  std::lock_guard lock(file.mutex);
  file.counts.rows_read += reader.records_read();
  file.counts.unknown_keys += reader.unknown_keys();
  file.lines[task.piece] = reader.lines_read();
  file.digests[task.piece] = reader.digests();
  if (--file.pieces_left > 0) return;
  file.object->verify_unchanged();
  file.object.reset();
  std::vector<std::string> digests;
  for (auto& piece : file.digests) digests.insert(digests.end(), piece.begin(), piece.end());
  file.digests.clear();
  file.counts.content_hash = event::ContentHash::combine(digests);
  ++files_done_;
}

void StagingSource::report_progress() const {
  if (request_.progressed) request_.progressed(files_done_, bytes_done_, rows_done_);
}

/// Lines that begin before `piece`: known for pieces that were read, counted again for others.
std::uint64_t StagingSource::lines_before(std::size_t index, std::size_t piece) {
  File& file = *files_[index];
  std::uint64_t lines = 0;
  std::vector<char> buffer;
  for (std::size_t p = 0; p < piece; ++p) {
    if (!file.lines[p]) {
      buffer.resize(1 << 20);
      // A line begins at offset 0 and after each newline: those at begin - 1 ... end - 2.
      std::uint64_t count = file.pieces[p].begin == 0 ? 1 : 0;
      std::uint64_t at = file.pieces[p].begin == 0 ? 0 : file.pieces[p].begin - 1;
      std::uint64_t end = file.pieces[p].end - 1;
      while (at < end) {
        std::size_t want = std::min<std::uint64_t>(buffer.size(), end - at);
        std::size_t got = open(index).read(at, {buffer.data(), want});
        if (got == 0) break;
        count += static_cast<std::uint64_t>(
            std::count(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(got), '\n'));
        at += got;
      }
      file.lines[p] = count;
    }
    lines += *file.lines[p];
  }
  return lines;
}

StageResult StagingSource::finish() {
  StageResult result;
  result.stopped_early = stopping_;
  std::sort(rejects_.begin(), rejects_.end(), [](const Found& a, const Found& b) {
    return std::tuple(a.file, a.piece, a.reject.line, a.reject.column) <
           std::tuple(b.file, b.piece, b.reject.line, b.reject.column);
  });
  for (auto& found : rejects_) {
    found.reject.line += lines_before(found.file, found.piece);
    result.rejects.push_back({request_.files[found.file].file_id, std::move(found.reject)});
  }
  rejects_.clear();
  for (auto& file : files_) result.files.push_back(std::move(file->counts));
  return result;
}

}  // namespace sparkify::warehouse
