#include "session/spool.hpp"

#include <algorithm>
#include <cerrno>

#include "base/error.hpp"

namespace sparkify::session {
namespace {

constexpr std::size_t most_memory_bytes = 8 << 20;

}  // namespace

void Spool::write(std::string_view bytes, Patience /*patience*/) {
  if (!file_ && memory_.size() + bytes.size() <= most_memory_bytes) {
    memory_ += bytes;
    return;
  }
  if (!file_) file_ = decltype(file_)(std::tmpfile());
  if (!file_ || std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size()) {
    throw base::system_error(errno, "set rows aside in", "a temporary file");
  }
}

std::size_t Spool::read(std::span<char> buffer, Patience /*patience*/) {
  std::size_t from_memory = std::min(buffer.size(), memory_.size() - at_);
  std::copy_n(memory_.data() + at_, from_memory, buffer.data());
  at_ += from_memory;
  if (at_ == memory_.size() && at_ > 0) {
    memory_ = {};
    at_ = 0;
  }
  if (from_memory > 0 || !file_) return from_memory;
  // Whoever reads has written all there is.
  if (read_at_ == 0) std::rewind(file_.get());
  std::size_t count = std::fread(buffer.data(), 1, buffer.size(), file_.get());
  read_at_ += count;
  return count;
}

std::string_view Spool::next_message() {
  constexpr std::size_t head = 5;
  auto fill = [&](std::size_t from, std::size_t size) {
    message_.resize(size);
    while (from < size) {
      std::size_t count = read({message_.data() + from, size - from}, {});
      if (count == 0) return false;
      from += count;
    }
    return true;
  };
  if (!fill(0, head)) return {};
  std::uint32_t length = 0;
  for (std::size_t i = 1; i < head; ++i) {
    length = length << 8 | static_cast<unsigned char>(message_[i]);
  }
  fill(head, 1 + length);
  return message_;
}

}  // namespace sparkify::session
