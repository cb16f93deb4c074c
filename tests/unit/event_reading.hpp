#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/object_store.hpp"
#include "event/reader.hpp"

/// Reads records from memory and shows them as text, for the tests of src/event.
namespace event_test {

/// An object in memory. One read gives at most `most_bytes` (0: no limit), with a seed a random
/// number of bytes.
class MemoryObject final : public sparkify::base::Object {
 public:
  explicit MemoryObject(std::string bytes, std::size_t most_bytes = 0, unsigned seed = 0);
  std::size_t read(std::uint64_t offset, std::span<char> buffer) override;
  void verify_unchanged() override {}

  sparkify::base::ObjectEntry entry() const { return {"memory/test.json", size_bytes_, "1"}; }
  void cut_to(std::size_t size_bytes) { bytes_.resize(size_bytes); }
  std::size_t read_count() const { return read_count_; }

 private:
  std::string bytes_;
  std::uint64_t size_bytes_;
  std::size_t most_bytes_;
  bool is_random_;
  std::minstd_rand random_;
  std::size_t read_count_ = 0;
};

using Row = std::vector<std::optional<std::string>>;

struct Reading {
  std::vector<Row> rows;
  std::vector<sparkify::event::Reject> rejects;  ///< lines within the object
  std::uint64_t lines = 0, records = 0, unknown_keys = 0, bytes = 0;
  std::vector<std::string> digests;

  /// `3:25 wrong_type ts`, one for each reject.
  std::vector<std::string> refusals() const;
};
bool operator==(const Reading& left, const Reading& right);

/// What a reader is given beside the bytes.
struct Setting {
  sparkify::event::Compression compression = sparkify::event::Compression::none;
  std::vector<sparkify::event::Piece> pieces = {};  ///< none: as split() says
  std::size_t max_rows = 2048;
  std::size_t most_bytes = 0;  ///< of one read of the object; 0: no limit
  unsigned seed = 0;           ///< not 0: reads of random size up to most_bytes
};

Reading read(const std::string& bytes, const sparkify::event::Mapping& mapping,
             const Setting& setting = {});
Reading read_events(const std::string& bytes, const Setting& setting = {});
Reading read_songs(const std::string& bytes, const Setting& setting = {});

/// A good event in which the keys given as `"key":value` stand in place of its own.
std::string event_line(std::string_view changes = {});
std::string song_text(std::string_view changes = {});
/// The value of a staging column.
std::optional<std::string> at(const Row& row, const sparkify::event::Mapping& mapping,
                              std::string_view column);

std::string gzip(std::string_view text);
std::string zstd(std::string_view text);
std::string bzip2(std::string_view text);

/// Many good, bad and odd records in random order.
std::string random_events(unsigned seed, std::size_t line_count);
std::string random_songs(unsigned seed, std::size_t count);

}  // namespace event_test
