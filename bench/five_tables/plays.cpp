#include "five_tables/plays.hpp"

#include <array>
#include <optional>

#include "base/error.hpp"

namespace sparkify::bench {
namespace {

using event::ColumnType;

/// What the five tables need of an event, and where it is in a batch.
enum Needed : std::size_t {
  artist,
  first_name,
  gender,
  last_name,
  length,
  level,
  location,
  page,
  session_id,
  song,
  ts,
  user_agent,
  user_id,
};
constexpr std::array<event::Column, 13> needed_columns = {{
    {"artist", "artist", ColumnType::text, 1024},
    {"first_name", "firstName", ColumnType::text, 1024},
    {"gender", "gender", ColumnType::text, 64},
    {"last_name", "lastName", ColumnType::text, 1024},
    {"length", "length", ColumnType::real},
    {"level", "level", ColumnType::text, 64},
    {"location", "location", ColumnType::text, 1024},
    {"page", "page", ColumnType::text, 64, true},
    {"session_id", "sessionId", ColumnType::integer, 0, true},
    {"song", "song", ColumnType::text, 1024},
    {"ts", "ts", ColumnType::timestamp, 0, true},
    {"user_agent", "userAgent", ColumnType::text, 2048},
    {"user_id", "userId", ColumnType::integer},
}};

/// Columns of songplays.
enum Out : std::size_t {
  out_start_time,
  out_user_id,
  out_level,
  out_song_id,
  out_artist_id,
  out_session_id,
  out_location,
  out_user_agent,
};

event::Mapping needed_mapping() {
  event::Mapping mapping{event::Framing::lines, needed_columns, {}};
  for (const auto& column : needed_columns) {
    mapping.paths.push_back({{std::string(column.key), std::nullopt}});
  }
  return mapping;
}

void assign(std::string& to, std::string_view from) {
  if (to != from) to = from;
}

}  // namespace

/// One engine thread's work: pieces one after another.
class PlaysSource::Reader final : public duckdb::SourceReader {
 public:
  explicit Reader(PlaysSource& source) : source_(source) {}
  ~Reader() override { source_.merge(users_); }

  std::size_t fill(duckdb::Chunk& chunk) override {
    std::size_t rows = 0;
    while (rows < duckdb::Chunk::capacity() && (is_reading_ || start())) {
      is_reading_ = reader_->next(batch_, duckdb::Chunk::capacity() - rows);
      if (!batch_.rejects.empty()) {
        throw base::Error(base::ErrorKind::bad_data, "a record is refused")
            .at({source_.files_[file_].path, batch_.rejects.front().line, 0, {}});
      }
      for (std::size_t row = 0; row < batch_.row_count; ++row) {
        if (is_null(user_id, row)) continue;
        learn_user(row);
        if (batch_.columns[page].text[row] == "NextSong") put(chunk, rows++, row);
      }
    }
    return rows;
  }

 private:
  bool start() {
    const Task* task = source_.take();
    if (task == nullptr) return false;
    file_ = task->file;
    const base::ObjectEntry& entry = source_.files_[file_];
    object_ = source_.store_.open(entry);
    event::Compression compression = event::file_kind(entry.path).compression;
    if (reader_) {
      reader_->reset(*object_, entry, compression, task->piece);
    } else {
      reader_.emplace(*object_, entry, compression, task->piece, source_.mapping_);
    }
    return is_reading_ = true;
  }

  bool is_null(Needed column, std::size_t row) const { return batch_.columns[column].is_null[row]; }
  std::string_view text(Needed column, std::size_t row) const {
    return is_null(column, row) ? std::string_view() : batch_.columns[column].text[row];
  }

  void learn_user(std::size_t row) {
    User& user = users_[batch_.columns[user_id].integer[row]];
    std::int64_t seen_at = batch_.columns[ts].timestamp[row];
    if (seen_at < user.seen_at) return;
    user.seen_at = seen_at;
    assign(user.first_name, text(first_name, row));
    assign(user.last_name, text(last_name, row));
    assign(user.gender, text(gender, row));
    assign(user.level, text(level, row));
  }

  void put(duckdb::Chunk& chunk, std::size_t at, std::size_t row) {
    chunk.values<std::int64_t>(out_start_time)[at] = batch_.columns[ts].timestamp[row];
    chunk.values<std::int32_t>(out_user_id)[at] = batch_.columns[user_id].integer[row];
    chunk.values<std::int32_t>(out_session_id)[at] = batch_.columns[session_id].integer[row];
    put_text(chunk, out_level, at, text(level, row));
    put_text(chunk, out_location, at, text(location, row));
    put_text(chunk, out_user_agent, at, text(user_agent, row));
    const SongIndex::Song* found = nullptr;
    if (!is_null(length, row)) {
      found =
          source_.songs_.find(text(song, row), text(artist, row), batch_.columns[length].real[row]);
    }
    put_text(chunk, out_song_id, at, found ? std::string_view(found->song_id) : "");
    put_text(chunk, out_artist_id, at, found ? std::string_view(found->artist_id) : "");
  }

  static void put_text(duckdb::Chunk& chunk, Out column, std::size_t at, std::string_view text) {
    if (text.empty()) {
      chunk.set_null(column, at);
    } else {
      chunk.set_text(column, at, text);
    }
  }

  PlaysSource& source_;
  std::size_t file_ = 0;
  std::unique_ptr<base::Object> object_;
  std::optional<event::Reader> reader_;  ///< made once, then reset for each piece
  bool is_reading_ = false;
  event::Batch batch_;
  Users users_;
};

PlaysSource::PlaysSource(base::ObjectStore& store, const std::vector<base::ObjectEntry>& files,
                         const SongIndex& songs, unsigned threads)
    : store_(store), files_(files), songs_(songs), threads_(threads), mapping_(needed_mapping()) {
  for (std::size_t i = 0; i < files.size(); ++i) {
    auto compression = event::file_kind(files[i].path).compression;
    for (const auto& piece : event::split(files[i].size_bytes, compression, mapping_.framing)) {
      tasks_.push_back({i, piece});
    }
  }
}

std::vector<duckdb::Source::Column> PlaysSource::columns() const {
  return {{"start_time", DUCKDB_TYPE_TIMESTAMP}, {"user_id", DUCKDB_TYPE_INTEGER},
          {"level", DUCKDB_TYPE_VARCHAR},        {"song_id", DUCKDB_TYPE_VARCHAR},
          {"artist_id", DUCKDB_TYPE_VARCHAR},    {"session_id", DUCKDB_TYPE_INTEGER},
          {"location", DUCKDB_TYPE_VARCHAR},     {"user_agent", DUCKDB_TYPE_VARCHAR}};
}

std::unique_ptr<duckdb::SourceReader> PlaysSource::open_reader() {
  return std::make_unique<Reader>(*this);
}

const PlaysSource::Task* PlaysSource::take() {
  std::size_t index = next_task_++;
  return index < tasks_.size() ? &tasks_[index] : nullptr;
}

void PlaysSource::merge(const Users& users) {
  std::lock_guard lock(mutex_);
  for (const auto& [id, user] : users) {
    User& known = users_[id];
    if (known.seen_at <= user.seen_at) known = user;
  }
}

}  // namespace sparkify::bench
