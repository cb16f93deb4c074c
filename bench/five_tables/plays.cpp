#include "five_tables/plays.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <iterator>
#include <optional>

#include "base/error.hpp"

namespace sparkify::bench {
namespace {

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
/// A column of staging_events, with its rules.
constexpr event::Column staged(std::string_view name) {
  return *std::find_if(event::event_columns.begin(), event::event_columns.end(),
                       [name](const event::Column& column) { return column.name == name; });
}
constexpr std::array needed_columns = {
    staged("artist"),     staged("first_name"), staged("gender"),   staged("last_name"),
    staged("length"),     staged("level"),      staged("location"), staged("page"),
    staged("session_id"), staged("song"),       staged("ts"),       staged("user_agent"),
    staged("user_id"),
};

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

/// As DuckDB holds text: short ones in place, others where they are.
duckdb_string_t lend(std::string_view text) {
  duckdb_string_t lent{};
  auto size = static_cast<std::uint32_t>(text.size());
  if (text.size() <= sizeof lent.value.inlined.inlined) {
    lent.value.inlined.length = size;
    std::memcpy(lent.value.inlined.inlined, text.data(), text.size());
  } else {
    lent.value.pointer.length = size;
    std::memcpy(lent.value.pointer.prefix, text.data(), sizeof lent.value.pointer.prefix);
    lent.value.pointer.ptr = const_cast<char*>(text.data());
  }
  return lent;
}

void assign(std::string& to, std::string_view from) {
  if (to != from) to = from;
}

}  // namespace

/// One engine thread's work: pieces one after another.
class PlaysSource::Reader final : public duckdb::SourceReader {
 public:
  explicit Reader(PlaysSource& source) : source_(source) {}
  ~Reader() override { source_.merge(users_, instants_); }

  /// A batch at a time, so that texts need no copy: they live until the next one.
  std::size_t fill(duckdb::Chunk& chunk) override {
    plays_.clear();
    while (plays_.empty() && (is_reading_ || start())) {
      is_reading_ = reader_->next(batch_, duckdb::Chunk::capacity());
      if (!batch_.rejects.empty()) {
        throw base::Error(base::ErrorKind::bad_data, "a record is refused")
            .at({source_.files_[file_].path, batch_.rejects.front().line, 0, {}});
      }
      take_users_and_plays();
    }
    put_plays(chunk);
    return plays_.size();
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

  void take_users_and_plays() {
    for (std::size_t row = 0; row < batch_.row_count; ++row) {
      if (is_null(user_id, row)) continue;
      learn_user(row);
      if (batch_.columns[page].text[row] != "NextSong") continue;
      plays_.push_back(row);
      instants_.push_back(batch_.columns[ts].timestamp[row]);
    }
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

  void put_plays(duckdb::Chunk& chunk) {
    put_numbers(chunk.values<std::int64_t>(out_start_time), batch_.columns[ts].timestamp);
    put_numbers(chunk.values<std::int32_t>(out_user_id), batch_.columns[user_id].integer);
    put_numbers(chunk.values<std::int32_t>(out_session_id), batch_.columns[session_id].integer);
    put_texts(chunk, out_level, [this](std::size_t i) { return text(level, plays_[i]); });
    put_texts(chunk, out_location, [this](std::size_t i) { return text(location, plays_[i]); });
    put_texts(chunk, out_user_agent, [this](std::size_t i) { return text(user_agent, plays_[i]); });
    find_songs();
    put_texts(chunk, out_song_id, [this](std::size_t i) {
      return songs_[i] ? std::string_view(songs_[i]->song_id) : std::string_view();
    });
    put_texts(chunk, out_artist_id, [this](std::size_t i) {
      return songs_[i] ? std::string_view(songs_[i]->artist_id) : std::string_view();
    });
  }

  template <typename Value>
  void put_numbers(std::span<Value> to, const std::vector<Value>& from) {
    for (std::size_t i = 0; i < plays_.size(); ++i) to[i] = from[plays_[i]];
  }

  /// `text_at` gives the text of a play, empty for NULL.
  template <typename TextAt>
  void put_texts(duckdb::Chunk& chunk, Out column, TextAt text_at) {
    auto texts = chunk.values<duckdb_string_t>(column);
    is_null_.assign(plays_.size(), 0);
    for (std::size_t i = 0; i < plays_.size(); ++i) {
      std::string_view text = text_at(i);
      if (text.empty()) {
        is_null_[i] = 1;
      } else {
        texts[i] = lend(text);
      }
    }
    chunk.set_nulls(column, 0, is_null_);
  }

  void find_songs() {
    const auto& durations = batch_.columns[length].real;
    for (std::size_t row : plays_) {
      if (!is_null(length, row)) source_.songs_.prefetch(durations[row]);
    }
    songs_.clear();
    for (std::size_t row : plays_) {
      songs_.push_back(
          is_null(length, row)
              ? nullptr
              : source_.songs_.find(text(song, row), text(artist, row), durations[row]));
    }
  }

  PlaysSource& source_;
  std::size_t file_ = 0;
  std::unique_ptr<base::Object> object_;
  std::optional<event::Reader> reader_;  ///< made once, then reset for each piece
  bool is_reading_ = false;
  event::Batch batch_;
  Users users_;
  std::vector<std::int64_t> instants_;
  std::vector<std::size_t> plays_;             ///< rows of the batch
  std::vector<const SongIndex::Song*> songs_;  ///< of the plays, null where there is none
  std::vector<std::uint8_t> is_null_;          ///< of the column at hand
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

void PlaysSource::merge(const Users& users, std::vector<std::int64_t>& instants) {
  std::sort(instants.begin(), instants.end());
  instants.erase(std::unique(instants.begin(), instants.end()), instants.end());
  std::lock_guard lock(mutex_);
  for (const auto& [id, user] : users) {
    User& known = users_[id];
    if (known.seen_at <= user.seen_at) known = user;
  }
  std::vector<std::int64_t> both;
  both.reserve(instants_.size() + instants.size());
  std::set_union(instants_.begin(), instants_.end(), instants.begin(), instants.end(),
                 std::back_inserter(both));
  instants_.swap(both);
}

/// A slice of the instants at a time.
class InstantsSource::Reader final : public duckdb::SourceReader {
 public:
  explicit Reader(InstantsSource& source) : source_(source) {}

  std::size_t fill(duckdb::Chunk& chunk) override {
    std::size_t begin = source_.next_.fetch_add(duckdb::Chunk::capacity());
    if (begin >= source_.instants_.size()) return 0;
    std::size_t count = std::min(duckdb::Chunk::capacity(), source_.instants_.size() - begin);
    std::copy_n(source_.instants_.begin() + static_cast<std::ptrdiff_t>(begin), count,
                chunk.values<std::int64_t>(0).begin());
    return count;
  }

 private:
  InstantsSource& source_;
};

std::unique_ptr<duckdb::SourceReader> InstantsSource::open_reader() {
  return std::make_unique<Reader>(*this);
}

}  // namespace sparkify::bench
