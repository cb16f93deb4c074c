#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace sparkify::base {

/// Turns bytes into one compressed stream. Memory: about 1 MiB.
class Compressor {
 public:
  virtual ~Compressor() = default;
  /// Appends to `out` what of the stream is ready after `bytes`; the last call ends the stream.
  virtual void write(std::string_view bytes, bool is_last, std::string& out) = 0;
};

/// gzip by ISA-L, at its fastest useful level.
std::unique_ptr<Compressor> make_gzip_compressor();
/// zstd at level 1.
std::unique_ptr<Compressor> make_zstd_compressor();
/// bzip2 with blocks of 900 kB. Memory: 8 MB.
std::unique_ptr<Compressor> make_bzip2_compressor();

/// What was compressed into one stream of gzip. Throws internal: it is none.
std::string decompress_gzip(std::string_view bytes);

}  // namespace sparkify::base
