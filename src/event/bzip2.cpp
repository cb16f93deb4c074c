#include "event/bzip2.hpp"

#include <bzlib.h>

#include <algorithm>
#include <limits>
#include <new>

namespace sparkify::event {
namespace {

class Bzip2Inflater final : public Inflater {
 public:
  Bzip2Inflater() { begin(); }
  ~Bzip2Inflater() override { BZ2_bzDecompressEnd(&stream_); }
  Bzip2Inflater(const Bzip2Inflater&) = delete;
  Bzip2Inflater& operator=(const Bzip2Inflater&) = delete;

  void reset() override {
    restart();
    is_between_streams_ = false;
    is_first_stream_ = true;
  }

  Step run(std::span<const char> input, std::span<char> output) override {
    if (is_between_streams_ && !input.empty()) {
      restart();
      is_between_streams_ = false;
      is_first_stream_ = false;
    }
    if (is_between_streams_) return {};
    // libbzip2 writes to neither: its interface lacks the const.
    stream_.next_in = const_cast<char*>(input.data());
    stream_.avail_in = at_most(input.size());
    stream_.next_out = output.data();
    stream_.avail_out = at_most(output.size());
    int result = BZ2_bzDecompress(&stream_);
    Step step;
    step.consumed_bytes = at_most(input.size()) - stream_.avail_in;
    step.produced_bytes = at_most(output.size()) - stream_.avail_out;
    if (result == BZ_STREAM_END) is_between_streams_ = true;
    if (result == BZ_MEM_ERROR) throw std::bad_alloc();
    if (result < 0) step.problem = explain(result);
    return step;
  }

  bool may_end() const override { return is_between_streams_; }

 private:
  void begin() {
    stream_ = {};
    if (BZ2_bzDecompressInit(&stream_, 0, 0) != BZ_OK) throw std::bad_alloc();
  }
  void restart() {
    BZ2_bzDecompressEnd(&stream_);
    begin();
  }

  const char* explain(int result) const {
    if (result != BZ_DATA_ERROR_MAGIC) return "the checksum differs, or a block is broken";
    return is_first_stream_ ? "no bzip2 header" : "bytes that are no bzip2 stream follow";
  }

  bz_stream stream_{};
  bool is_between_streams_ = false;
  bool is_first_stream_ = true;
};

}  // namespace

std::unique_ptr<Inflater> make_bzip2_inflater() { return std::make_unique<Bzip2Inflater>(); }

}  // namespace sparkify::event
