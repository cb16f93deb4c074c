#include "base/compress.hpp"

#include <bzlib.h>
#include <isa-l/igzip_lib.h>
#include <zstd.h>

#include <vector>

#include "base/error.hpp"

namespace sparkify::base {
namespace {

class GzipCompressor final : public Compressor {
 public:
  GzipCompressor() : working_memory_(ISAL_DEF_LVL1_DEFAULT) {
    isal_deflate_init(&stream_);
    stream_.gzip_flag = IGZIP_GZIP;
    stream_.level = 1;
    stream_.level_buf = working_memory_.data();
    stream_.level_buf_size = static_cast<std::uint32_t>(working_memory_.size());
  }

  void write(std::string_view bytes, bool is_last, std::string& out) override {
    stream_.next_in = reinterpret_cast<std::uint8_t*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<std::uint32_t>(bytes.size());
    stream_.end_of_stream = is_last ? 1 : 0;
    stream_.flush = NO_FLUSH;
    do {
      std::uint8_t block[block_bytes];
      stream_.next_out = block;
      stream_.avail_out = block_bytes;
      if (isal_deflate(&stream_) != COMP_OK) throw Error(ErrorKind::internal, "gzip failed");
      out.append(reinterpret_cast<char*>(block), block_bytes - stream_.avail_out);
    } while (stream_.avail_out == 0 || stream_.avail_in > 0);
  }

 private:
  static constexpr std::size_t block_bytes = 1 << 16;
  isal_zstream stream_{};
  std::vector<std::uint8_t> working_memory_;
};

class ZstdCompressor final : public Compressor {
 public:
  ZstdCompressor() : stream_(ZSTD_createCCtx()) {
    if (!stream_) throw std::bad_alloc();
    ZSTD_CCtx_setParameter(stream_.get(), ZSTD_c_compressionLevel, 1);
  }

  void write(std::string_view bytes, bool is_last, std::string& out) override {
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    std::size_t left = 1;
    while (in.pos < in.size || (is_last && left > 0)) {
      char block[block_bytes];
      ZSTD_outBuffer room{block, block_bytes, 0};
      left =
          ZSTD_compressStream2(stream_.get(), &room, &in, is_last ? ZSTD_e_end : ZSTD_e_continue);
      if (ZSTD_isError(left)) throw Error(ErrorKind::internal, ZSTD_getErrorName(left));
      out.append(block, room.pos);
    }
  }

 private:
  struct Free {
    void operator()(ZSTD_CCtx* stream) const { ZSTD_freeCCtx(stream); }
  };
  static constexpr std::size_t block_bytes = 1 << 16;
  std::unique_ptr<ZSTD_CCtx, Free> stream_;
};

class Bzip2Compressor final : public Compressor {
 public:
  Bzip2Compressor() {
    constexpr int block_100k = 9;
    if (BZ2_bzCompressInit(&stream_, block_100k, 0, 0) != BZ_OK) throw std::bad_alloc();
  }
  ~Bzip2Compressor() override { BZ2_bzCompressEnd(&stream_); }
  Bzip2Compressor(const Bzip2Compressor&) = delete;
  Bzip2Compressor& operator=(const Bzip2Compressor&) = delete;

  void write(std::string_view bytes, bool is_last, std::string& out) override {
    stream_.next_in = const_cast<char*>(bytes.data());
    stream_.avail_in = static_cast<unsigned>(bytes.size());
    int result = BZ_RUN_OK;
    while (stream_.avail_in > 0 || (is_last && result != BZ_STREAM_END)) {
      char block[block_bytes];
      stream_.next_out = block;
      stream_.avail_out = block_bytes;
      result = BZ2_bzCompress(&stream_, is_last ? BZ_FINISH : BZ_RUN);
      if (result < 0) throw Error(ErrorKind::internal, "bzip2 failed");
      out.append(block, block_bytes - stream_.avail_out);
    }
  }

 private:
  static constexpr std::size_t block_bytes = 1 << 16;
  bz_stream stream_{};
};

}  // namespace

std::unique_ptr<Compressor> make_gzip_compressor() { return std::make_unique<GzipCompressor>(); }
std::unique_ptr<Compressor> make_zstd_compressor() { return std::make_unique<ZstdCompressor>(); }
std::unique_ptr<Compressor> make_bzip2_compressor() { return std::make_unique<Bzip2Compressor>(); }

std::string decompress_gzip(std::string_view bytes) {
  constexpr std::size_t block_bytes = 1 << 16;
  inflate_state state{};
  isal_inflate_init(&state);
  state.crc_flag = ISAL_GZIP;
  state.next_in = reinterpret_cast<std::uint8_t*>(const_cast<char*>(bytes.data()));
  state.avail_in = static_cast<std::uint32_t>(bytes.size());
  std::string out;
  std::vector<std::uint8_t> block(block_bytes);
  do {
    state.next_out = block.data();
    state.avail_out = block_bytes;
    bool is_broken = isal_inflate(&state) != ISAL_DECOMP_OK;
    std::size_t count = block_bytes - state.avail_out;
    bool is_cut = count == 0 && state.block_state != ISAL_BLOCK_FINISH;
    if (is_broken || is_cut) throw Error(ErrorKind::internal, "that is no gzip");
    out.append(reinterpret_cast<char*>(block.data()), count);
  } while (state.block_state != ISAL_BLOCK_FINISH);
  return out;
}

}  // namespace sparkify::base
