#include "base/file.hpp"

#include <cerrno>
#include <cstdio>
#include <memory>

#include "base/error.hpp"

namespace sparkify::base {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const {
    if (file != stdin) std::fclose(file);
  }
};

}  // namespace

std::string read_file(const std::string& path) {
  bool is_standard_input = path == "-";
  std::string name = is_standard_input ? "standard input" : path;
  std::unique_ptr<std::FILE, CloseFile> file(is_standard_input ? stdin
                                                               : std::fopen(path.c_str(), "rbe"));
  if (!file) throw system_error(errno, "open", name);
  std::string text;
  char block[1 << 16];
  while (std::size_t count = std::fread(block, 1, sizeof block, file.get())) {
    text.append(block, count);
  }
  if (std::ferror(file.get()) != 0) throw system_error(errno, "read", name);
  return text;
}

}  // namespace sparkify::base
