#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/stream.hpp"

namespace sparkify::session {

/// Messages set aside until they are asked for, first in, first out.
///
/// Memory: 8 MiB; what is more lies in a file without a name.
class Spool final : public net::Stream {
 public:
  Spool() = default;

  std::size_t read(std::span<char> buffer, Patience patience) override;
  /// Throws unavailable when there is no room for the file.
  void write(std::string_view bytes, Patience patience) override;
  /// The next whole message; empty at the end.
  std::string_view next_message();

 private:
  struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  std::string memory_;
  std::size_t at_ = 0;  ///< of memory_, or of the window read from the file
  std::unique_ptr<std::FILE, CloseFile> file_;
  std::uint64_t read_at_ = 0;
  std::string message_;
};

}  // namespace sparkify::session
