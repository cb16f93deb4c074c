#include "event/input.hpp"

#include <fmt/format.h>
#include <isa-l/igzip_lib.h>
#include <zstd.h>

#include <algorithm>
#include <limits>

#include "base/error.hpp"
#include "event/bzip2.hpp"

namespace sparkify::event {
namespace {

constexpr std::size_t stored_bytes = 256 << 10;
/// Read behind a piece together with it: nearly always the rest of its last line.
constexpr std::uint64_t slack_bytes = 16 << 10;

class GzipInflater final : public Inflater {
 public:
  void reset() override {
    isal_inflate_init(&state_);
    state_.crc_flag = ISAL_GZIP;
    is_first_member_ = true;
  }

  Step run(std::span<const char> input, std::span<char> output) override {
    if (may_end() && !input.empty()) {
      isal_inflate_reset(&state_);
      is_first_member_ = false;
    }
    // isa-l writes to neither: its interface lacks the const.
    state_.next_in = reinterpret_cast<std::uint8_t*>(const_cast<char*>(input.data()));
    state_.avail_in = at_most(input.size());
    state_.next_out = reinterpret_cast<std::uint8_t*>(output.data());
    state_.avail_out = at_most(output.size());
    int result = isal_inflate(&state_);
    Step step;
    step.consumed_bytes = at_most(input.size()) - state_.avail_in;
    step.produced_bytes = at_most(output.size()) - state_.avail_out;
    if (result < 0) step.problem = explain(result);
    return step;
  }

  bool may_end() const override { return state_.block_state == ISAL_BLOCK_FINISH; }

 private:
  const char* explain(int result) const {
    switch (result) {
      case ISAL_INVALID_BLOCK:
        return "a block of unknown form";
      case ISAL_INVALID_SYMBOL:
        return "an unknown code";
      case ISAL_INVALID_LOOKBACK:
        return "a reference to text before the start";
      case ISAL_INVALID_WRAPPER:
        return is_first_member_ ? "no gzip header" : "bytes that are no gzip member follow";
      case ISAL_UNSUPPORTED_METHOD:
        return "an unknown compression method";
      case ISAL_INCORRECT_CHECKSUM:
        return "the checksum differs";
      default:
        return "not readable";
    }
  }

  inflate_state state_{};
  bool is_first_member_ = true;
};

class ZstdInflater final : public Inflater {
 public:
  void reset() override {
    ZSTD_DCtx_reset(context_.get(), ZSTD_reset_session_only);
    is_between_frames_ = false;
  }

  Step run(std::span<const char> input, std::span<char> output) override {
    ZSTD_inBuffer in{input.data(), input.size(), 0};
    ZSTD_outBuffer out{output.data(), output.size(), 0};
    std::size_t result = ZSTD_decompressStream(context_.get(), &out, &in);
    if (ZSTD_isError(result)) return {in.pos, out.pos, ZSTD_getErrorName(result)};
    if (in.pos > 0 || out.pos > 0) is_between_frames_ = result == 0;
    return {in.pos, out.pos, nullptr};
  }

  bool may_end() const override { return is_between_frames_; }

 private:
  struct Free {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  };
  std::unique_ptr<ZSTD_DCtx, Free> context_{ZSTD_createDCtx()};
  bool is_between_frames_ = false;
};

}  // namespace

std::unique_ptr<Inflater> Inflater::create(Compression compression) {
  std::unique_ptr<Inflater> inflater;
  if (compression == Compression::gzip) {
    inflater = std::make_unique<GzipInflater>();
  } else if (compression == Compression::bzip2) {
    inflater = make_bzip2_inflater();
  } else {
    inflater = std::make_unique<ZstdInflater>();
  }
  inflater->reset();
  return inflater;
}

void Input::reset(base::Object& object, const base::ObjectEntry& entry, Compression compression,
                  Piece piece) {
  object_ = &object;
  path_ = entry.path;
  size_bytes_ = entry.size_bytes;
  compression_ = compression;
  piece_ = {std::min(piece.begin, size_bytes_), std::min(piece.end, size_bytes_)};
  first_byte_ = piece_.begin == 0 ? 0 : piece_.begin - 1;
  position_ = first_byte_;
  is_hashed_ = false;
  digests_.reset();
  stored_begin_ = stored_end_ = 0;
  inflater_ = nullptr;
  is_at_end_ = compression == Compression::none && position_ == size_bytes_;
  if (is_at_end_) end();
  if (compression == Compression::none) return;
  std::unique_ptr<Inflater>& inflater = inflaters_.at(static_cast<std::size_t>(compression));
  if (!inflater) inflater = Inflater::create(compression);
  inflater->reset();
  inflater_ = inflater.get();
  if (!stored_) stored_ = std::make_unique_for_overwrite<char[]>(stored_bytes);
}

std::size_t Input::expected_bytes() const {
  if (is_at_end_) return 0;
  std::uint64_t soft_end = std::min(size_bytes_, piece_.end + slack_bytes);
  std::uint64_t stored = position_ < soft_end ? soft_end - position_ : 0;
  if (inflater_ == nullptr) return static_cast<std::size_t>(stored);
  constexpr std::uint64_t usual_ratio = 10;
  stored += stored_end_ - stored_begin_;
  return static_cast<std::size_t>(stored * usual_ratio + slack_bytes);
}

std::uint64_t Input::bytes_read() const {
  return std::clamp(position_, piece_.begin, piece_.end) - piece_.begin;
}

std::size_t Input::read(std::span<char> buffer) {
  if (is_at_end_ || buffer.empty()) return 0;
  if (inflater_ != nullptr) return inflate(buffer);
  std::size_t count = read_stored(buffer);
  if (position_ == size_bytes_) end();
  return count;
}

/// Reads on in the object and takes what belongs to the piece into the digests.
std::size_t Input::read_stored(std::span<char> buffer) {
  auto wanted = std::min<std::uint64_t>(buffer.size(), size_bytes_ - position_);
  std::size_t count = object_->read(position_, buffer.first(static_cast<std::size_t>(wanted)));
  if (count == 0) {
    std::string what =
        fmt::format("the object shrank: it ends at byte {} of {}", position_, size_bytes_);
    throw base::Error(base::ErrorKind::unavailable, what)
        .at({path_, 0, 0, {}})
        .hint("load again when nothing writes to it");
  }
  std::uint64_t begin = std::clamp(position_, piece_.begin, piece_.end);
  std::uint64_t end = std::clamp(position_ + count, piece_.begin, piece_.end);
  digests_.add(buffer.subspan(static_cast<std::size_t>(begin < end ? begin - position_ : 0),
                              static_cast<std::size_t>(end - begin)));
  position_ += count;
  if (position_ >= piece_.end && !is_hashed_) {
    digests_.finish();
    is_hashed_ = true;
  }
  return count;
}

std::size_t Input::inflate(std::span<char> buffer) {
  for (;;) {
    if (stored_begin_ == stored_end_ && position_ < size_bytes_) {
      stored_begin_ = 0;
      stored_end_ = read_stored({stored_.get(), stored_bytes});
    }
    bool has_input = stored_begin_ < stored_end_;
    if (!has_input && inflater_->may_end()) return end(), 0;
    Inflater::Step step =
        inflater_->run({stored_.get() + stored_begin_, stored_end_ - stored_begin_}, buffer);
    stored_begin_ += step.consumed_bytes;
    if (step.problem != nullptr) fail(step.problem);
    if (step.produced_bytes > 0) return step.produced_bytes;
    if (!has_input && !inflater_->may_end()) fail("the end is missing");
  }
}

void Input::end() {
  is_at_end_ = true;
  if (!is_hashed_) digests_.finish();
  is_hashed_ = true;
}

void Input::fail(const std::string& what) const {
  std::string_view format = compression_ == Compression::gzip    ? "gzip"
                            : compression_ == Compression::bzip2 ? "bzip2"
                                                                 : "zstd";
  std::uint64_t offset = position_ - (stored_end_ - stored_begin_);
  throw base::Error(base::ErrorKind::bad_data,
                    fmt::format("{} data is broken at byte {}: {}", format, offset, what))
      .at({path_, 0, 0, {}})
      .hint("compare the file's size with its origin, and fetch it again");
}

}  // namespace sparkify::event
