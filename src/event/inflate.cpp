#include "event/inflate.hpp"

#include <isa-l/igzip_lib.h>
#include <zstd.h>

#include <algorithm>
#include <cstdint>
#include <limits>

namespace sparkify::event {
namespace {

/// What isa-l takes in one call.
std::uint32_t clamp(std::size_t size) {
  return static_cast<std::uint32_t>(
      std::min<std::size_t>(size, std::numeric_limits<std::uint32_t>::max()));
}

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
    state_.avail_in = clamp(input.size());
    state_.next_out = reinterpret_cast<std::uint8_t*>(output.data());
    state_.avail_out = clamp(output.size());
    int result = isal_inflate(&state_);
    Step step;
    step.consumed_bytes = clamp(input.size()) - state_.avail_in;
    step.produced_bytes = clamp(output.size()) - state_.avail_out;
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
  } else {
    inflater = std::make_unique<ZstdInflater>();
  }
  inflater->reset();
  return inflater;
}

}  // namespace sparkify::event
