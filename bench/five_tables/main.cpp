/// The five tables of the exercise by the program's reader and engine, and nothing else: no ledger,
/// no duplicates, no late data. What docs/benchmarks.md holds beside hand-tuned SQL.
/// Usage: bench_five_tables --log-data DIR --song-data DIR --warehouse FILE [--threads N]
///        [--memory-limit 1000MB] [--only parse|tokens|files]
/// Only parse: the plays are made and counted, nothing is written. Only tokens: records are read
/// and taken apart, of their values one is converted. Only files: the song files are listed,
/// opened, read and closed. All are limits that a load cannot pass.

#include <array>
#include <atomic>
#include <charconv>
#include <cstdio>
#include <map>
#include <span>
#include <string>
#include <thread>

#include "base/disk_store.hpp"
#include "base/error.hpp"
#include "duckdb/appender.hpp"
#include "duckdb/connection.hpp"
#include "duckdb/rows.hpp"
#include "five_tables/plays.hpp"
#include "warehouse/staging.hpp"

namespace sparkify::bench {
namespace {

using base::Error;
using base::ErrorKind;

using Flags = std::map<std::string, std::string>;

Flags read_flags(std::span<char*> words) {
  Flags flags{{"--threads", std::to_string(std::thread::hardware_concurrency())},
              {"--memory-limit", "1000MB"}};
  for (std::size_t i = 0; i + 1 < words.size(); i += 2) flags[words[i]] = words[i + 1];
  for (const char* name : {"--log-data", "--song-data", "--warehouse"}) {
    if (!flags.contains(name)) throw Error(ErrorKind::usage, std::string(name) + " is missing");
  }
  return flags;
}

/// Runs a statement that ends with `from`, on all rows of the source.
void run_from(duckdb::Connection& connection, duckdb::Source& source,
              const std::string& statement) {
  duckdb::SourceFunction function(connection, source);
  try {
    connection.run(statement + " " + function.name() + "()");
  } catch (const Error&) {
    function.rethrow();
    throw;
  }
}

void stage_songs(duckdb::Connection& connection, base::ObjectStore& store,
                 const std::string& folder, unsigned threads) {
  warehouse::StageRequest request;
  request.mapping = event::song_mapping();
  request.store = &store;
  for (auto& entry : store.list(folder).objects) {
    request.files.push_back({1, entry, event::file_kind(entry.path).compression});
  }
  warehouse::StagingSource source(request, threads, nullptr);
  run_from(connection, source, "create temp table staging_songs as select * from");
}

SongIndex index_songs(duckdb::Connection& connection) {
  SongIndex index;
  duckdb::Rows rows(connection,
                    "select title, artist_name, duration, song_id, artist_id from staging_songs "
                    "where title is not null and artist_name is not null and duration is not null",
                    {});
  while (rows.next()) {
    auto row = rows.row();
    SongIndex::Song song{std::string(*row[0]), std::string(*row[1]), 0, std::string(*row[3]),
                         std::string(*row[4])};
    std::from_chars(row[2]->data(), row[2]->data() + row[2]->size(), song.duration);
    index.add(std::move(song));
  }
  return index;
}

void write_catalogue(duckdb::Connection& connection) {
  connection.run(R"(
    create table songs as
    select distinct song_id, title, artist_id, year, duration from staging_songs;
    create table artists as
    select artist_id, min(artist_name) as name, min(artist_location) as location,
      min(artist_latitude) as latitude, min(artist_longitude) as longitude
    from staging_songs
    group by artist_id)");
}

void write_users(duckdb::Connection& connection, const Users& users) {
  connection.run(
      "create table users (user_id integer, first_name varchar, last_name varchar, "
      "gender varchar, level varchar)");
  auto text = [](const std::string& value) {
    using Value = duckdb::Appender::Value;
    return value.empty() ? Value(std::monostate{}) : Value(value);
  };
  duckdb::Appender appender(connection, "users");
  for (const auto& [id, user] : users) {
    appender.append({std::int64_t{id}, text(user.first_name), text(user.last_name),
                     text(user.gender), text(user.level)});
  }
  appender.close();
}

void write_time(duckdb::Connection& connection, const std::vector<std::int64_t>& instants,
                unsigned threads) {
  InstantsSource source(instants, threads);
  run_from(connection, source, R"(
    create table time as
    select start_time, hour(start_time) as hour, day(start_time) as day, week(start_time) as week,
      month(start_time) as month, year(start_time) as year, dayofweek(start_time) as weekday
    from)");
}

/// Reads every file to its end, a share for each thread.
void read_files(base::ObjectStore& store, const std::string& folder, unsigned threads) {
  std::vector<base::ObjectEntry> files = store.list(folder).objects;
  std::atomic<std::size_t> next{0};
  auto work = [&] {
    std::vector<char> buffer(1 << 20);
    for (std::size_t i = next++; i < files.size(); i = next++) {
      auto object = store.open(files[i]);
      std::uint64_t at = 0;
      while (std::size_t count = object->read(at, buffer)) {
        at += count;
        if (at >= files[i].size_bytes) break;
      }
    }
  };
  std::vector<std::jthread> workers;
  for (unsigned i = 0; i < threads; ++i) workers.emplace_back(work);
}

/// Takes every record apart and converts the one value that is counted.
void take_apart(duckdb::Connection& connection, base::ObjectStore& store, const std::string& folder,
                unsigned threads) {
  static constexpr std::array counted = {event::event_columns.back()};
  warehouse::StageRequest request;
  request.mapping = {event::Framing::lines, counted, {}};
  request.mapping.paths.push_back({{std::string(counted[0].key), std::nullopt}});
  request.store = &store;
  for (auto& entry : store.list(folder).objects) {
    request.files.push_back({1, entry, event::file_kind(entry.path).compression});
  }
  warehouse::StagingSource source(request, threads, nullptr);
  run_from(connection, source, "select count(" + std::string(counted[0].name) + ") from");
}

void count_plays(duckdb::Connection& connection, base::ObjectStore& store,
                 const std::string& folder, unsigned threads) {
  SongIndex none;
  std::vector<base::ObjectEntry> files = store.list(folder).objects;
  PlaysSource source(store, files, none, threads);
  run_from(connection, source, "select count(start_time) from");
}

void write_plays(duckdb::Connection& connection, base::ObjectStore& store,
                 const std::string& folder, unsigned threads) {
  SongIndex songs = index_songs(connection);
  std::vector<base::ObjectEntry> files = store.list(folder).objects;
  PlaysSource source(store, files, songs, threads);
  run_from(connection, source, "create table songplays as select * from");
  write_users(connection, source.users());
  write_time(connection, source.instants(), threads);
}

void run(const Flags& flags) {
  auto threads = static_cast<unsigned>(std::stoul(flags.at("--threads")));
  base::DiskStore store;
  std::string only = flags.contains("--only") ? flags.at("--only") : "";
  if (only == "files") return read_files(store, flags.at("--song-data"), threads);
  auto database = duckdb::open_database(flags.at("--warehouse"),
                                        {{"storage_compatibility_version", "v1.3.0"},
                                         {"threads", std::to_string(threads)},
                                         {"memory_limit", flags.at("--memory-limit")}});
  duckdb::Connection connection(database.get());
  connection.run("set preserve_insertion_order = false");
  if (only == "tokens") return take_apart(connection, store, flags.at("--log-data"), threads);
  if (only == "parse") return count_plays(connection, store, flags.at("--log-data"), threads);
  if (!only.empty()) throw Error(ErrorKind::usage, "--only is parse, tokens or files");
  stage_songs(connection, store, flags.at("--song-data"), threads);
  write_catalogue(connection);
  write_plays(connection, store, flags.at("--log-data"), threads);
}

}  // namespace
}  // namespace sparkify::bench

int main(int count, char** words) {
  try {
    sparkify::bench::run(sparkify::bench::read_flags({words + 1, words + count}));
  } catch (const sparkify::base::Error& error) {
    std::fprintf(stderr, "bench_five_tables: error: %s\n", error.message().c_str());
    return 1;
  }
  return 0;
}
