/// Reads every object below a prefix of S3 to its end and throws the bytes away: what the store can
/// do by itself. scripts/bench holds it beside the curl tool.
/// Usage: bench_s3_read --endpoint URL --prefix s3://BUCKET/PREFIX [--connections N] [--threads N]
/// Prints {"objects": ..., "bytes": ...}.

#include <fmt/format.h>

#include <atomic>
#include <cstdio>
#include <exception>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "base/error.hpp"
#include "s3/store.hpp"

namespace sparkify::bench {
namespace {

using Flags = std::map<std::string, std::string>;

/// AWS's documented example key: requests are signed as ever, the server does not look.
class ExampleKey final : public aws::CredentialProvider {
 public:
  std::optional<aws::Credentials> credentials() override {
    return aws::Credentials{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", {}, {}};
  }
  void refuse(const aws::Credentials&) override {}
  std::string origin() override { return "example"; }
};

/// Takes objects in turn until none is left, as many threads do at once.
class Readers {
 public:
  Readers(base::ObjectStore& store, std::vector<base::ObjectEntry> entries)
      : store_(store), entries_(std::move(entries)) {}

  /// Throws what any of the threads met first.
  void run(unsigned threads) {
    {
      std::vector<std::jthread> workers;
      for (unsigned i = 0; i < threads; ++i) workers.emplace_back([this] { read_guarded(); });
    }
    if (failure_) std::rethrow_exception(failure_);
  }

  std::uint64_t byte_count() const { return byte_count_; }

 private:
  void read_guarded() {
    try {
      read_some();
    } catch (...) {
      std::lock_guard lock(mutex_);
      if (!failure_) failure_ = std::current_exception();
      next_ = entries_.size();
    }
  }

  void read_some() {
    std::vector<char> buffer(2 << 20);  // the window of the program's reader
    for (std::size_t i = next_++; i < entries_.size(); i = next_++) {
      auto object = store_.open(entries_[i]);
      std::uint64_t at = 0;
      while (at < entries_[i].size_bytes) {
        const std::size_t count = object->read(at, buffer);
        if (count == 0) break;
        at += count;
      }
      byte_count_ += at;
    }
  }

  base::ObjectStore& store_;
  std::vector<base::ObjectEntry> entries_;
  std::atomic<std::size_t> next_{0};
  std::atomic<std::uint64_t> byte_count_{0};
  std::mutex mutex_;
  std::exception_ptr failure_;
};

void run(std::span<char*> words) {
  Flags flags{{"--connections", "64"},
              {"--threads", std::to_string(std::thread::hardware_concurrency())}};
  for (std::size_t i = 0; i + 1 < words.size(); i += 2) flags[words[i]] = words[i + 1];
  s3::Options options;
  options.endpoint = flags["--endpoint"];
  options.region = "us-west-2";
  options.connections = std::stoul(flags["--connections"]);
  s3::Store store(options, std::make_shared<ExampleKey>());
  // Listing and fetching overlap, as in a load.
  auto listing = store.list(flags["--prefix"],
                            [&](std::span<const base::ObjectEntry> found) { store.expect(found); });
  const std::size_t object_count = listing.objects.size();
  Readers readers(store, std::move(listing.objects));
  readers.run(static_cast<unsigned>(std::stoul(flags["--threads"])));
  fmt::print("{{\"objects\": {}, \"bytes\": {}}}\n", object_count, readers.byte_count());
}

}  // namespace
}  // namespace sparkify::bench

int main(int count, char** words) {
  try {
    sparkify::bench::run({words + 1, words + count});
  } catch (const sparkify::base::Error& error) {
    fmt::print(stderr, "bench_s3_read: error: {}\n", error.message());
    return 1;
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench_s3_read: error: {}\n", error.what());
    return 1;
  }
}
