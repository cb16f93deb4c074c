/// Serves folders as buckets, for scripts/bench: native, so that its client is what is measured.
/// Usage: bench_s3_server [--latency-ms N] [--threads N] [--port N] BUCKET=FOLDER...
/// Prints its URL and serves until its standard input ends.

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <span>
#include <stdexcept>
#include <string>

#include "s3_server/server.hpp"

namespace sparkify::bench {
namespace {

int serve(std::span<char*> words) {
  Buckets buckets;
  Server::Options options;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string word = words[i];
    const auto mark = word.find('=');
    if (word.starts_with("--") && i + 1 < words.size()) {
      const int number = std::stoi(words[++i]);
      if (word == "--latency-ms") options.latency = std::chrono::milliseconds(number);
      if (word == "--threads") options.threads = static_cast<unsigned>(number);
      if (word == "--port") options.port = number;
    } else if (mark != std::string::npos) {
      buckets.lay(word.substr(0, mark), word.substr(mark + 1));
    } else {
      throw std::runtime_error("\"" + word + "\" is not BUCKET=FOLDER");
    }
  }
  buckets.sort();
  const Server server(buckets, options);
  fmt::print("http://127.0.0.1:{}\n", server.port());
  std::fflush(stdout);
  char byte = 0;
  while (read(STDIN_FILENO, &byte, 1) > 0) {
  }
  return 0;
}

}  // namespace
}  // namespace sparkify::bench

int main(int count, char** words) {
  try {
    return sparkify::bench::serve({words + 1, words + count});
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench_s3_server: error: {}\n", error.what());
    return 1;
  }
}
