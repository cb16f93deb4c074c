#include "s3/writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "s3/checksum.hpp"
#include "s3/xml.hpp"

namespace sparkify::s3 {
namespace {

constexpr std::size_t least_part_bytes = 8 << 20;
constexpr std::size_t small_bytes = 1 << 20;
constexpr std::size_t most_under_way_bytes = 64 << 20;
constexpr ChecksumKind kind = ChecksumKind::crc32c;
/// S3 may put a large object together for minutes.
constexpr std::chrono::milliseconds complete_stall_timeout{120'000};

net::Header checksum_header(std::uint64_t crc) {
  return {std::string(header_of(kind)), checksum_of_crc(kind, crc).base64};
}

class Writer final : public base::ObjectWriter {
 public:
  Writer(Client& client, std::string_view path)
      : client_(client), location_(locate(path)), path_(path) {}

  ~Writer() override {
    if (!upload_id_.empty()) abort();
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void write(std::string_view bytes) override {
    while (!bytes.empty()) {
      std::size_t part_size = part_bytes(part_count_);
      if (buffer_.size() == part_size) send_part();
      std::size_t taken = std::min(bytes.size(), part_bytes(part_count_) - buffer_.size());
      // What grows by doubling would end with twice the memory.
      if (buffer_.size() + taken > small_bytes) buffer_.reserve(part_bytes(part_count_));
      buffer_.append(bytes.substr(0, taken));
      bytes.remove_prefix(taken);
    }
  }

  void finish() override {
    if (upload_id_.empty()) return put();
    if (!buffer_.empty()) send_part();
    wait_for_parts();
    complete();
    upload_id_.clear();
  }

 private:
  /// What the parts' calls report to. They may outlive a writer that failed.
  struct Progress {
    std::mutex mutex;
    std::condition_variable changed;
    std::size_t under_way_bytes = 0;
    std::vector<UploadedPart> parts;
    std::vector<std::uint64_t> crcs;
    std::vector<std::uint64_t> sizes;
    std::optional<base::Error> failure;
  };

  Call make_call(std::string method, Query query = {}) const {
    Call call;
    call.subject = {"s3:PutObject", location_.bucket, location_.key, path_};
    call.key = location_.key;
    call.method = std::move(method);
    call.query = std::move(query);
    return call;
  }

  void put() {
    Call call = make_call("PUT");
    call.headers = {checksum_header(crc_of(kind, buffer_))};
    call.body = std::move(buffer_);
    client_.send(std::move(call));
  }

  void begin_upload() {
    Call call = make_call("POST", {{"uploads", ""}});
    call.headers = {{"x-amz-checksum-algorithm", "CRC32C"}, {"x-amz-checksum-type", "FULL_OBJECT"}};
    std::string id;
    call.find_fault = [&](const net::HttpResponse& response) {
      return find_misfit(response, path_, [&] { id = parse_upload_id(response.body); });
    };
    net::HttpResponse response = client_.send(std::move(call));
    auto type = net::find_header(response.headers, "x-amz-checksum-type");
    takes_whole_checksum_ = type == "FULL_OBJECT";
    // Servers that know of no checksums, as Swift, refuse them in the list of parts.
    takes_checksums_ = type || net::find_header(response.headers, "x-amz-checksum-algorithm");
    upload_id_ = std::move(id);
  }

  void send_part() {
    if (upload_id_.empty()) begin_upload();
    std::size_t size = buffer_.size();
    std::size_t number = part_count_++;
    std::uint64_t crc = crc_of(kind, buffer_);
    {
      std::unique_lock lock(progress_->mutex);
      progress_->changed.wait(lock, [&] {
        std::size_t before = progress_->under_way_bytes;
        return progress_->failure || before == 0 || before + size <= most_under_way_bytes;
      });
      if (progress_->failure) throw base::Error(*progress_->failure);
      progress_->under_way_bytes += size;
      progress_->parts.resize(part_count_);
      progress_->crcs.push_back(crc);
      progress_->sizes.push_back(size);
    }
    Call call =
        make_call("PUT", {{"partNumber", fmt::format("{}", number + 1)}, {"uploadId", upload_id_}});
    net::Header checksum = checksum_header(crc);
    call.headers = {checksum};
    if (!takes_checksums_) checksum.value.clear();
    call.body = std::exchange(buffer_, {});
    call.is_pointless = is_pointless_;
    call.find_fault = [path = path_](const net::HttpResponse& response) -> std::optional<Fault> {
      if (net::find_header(response.headers, "etag")) return std::nullopt;
      return Fault{base::Error(base::ErrorKind::unavailable, "a part was stored without an ETag")
                       .at({path, 0, 0, {}})};
    };
    client_.start(std::move(call), [progress = progress_, is_pointless = is_pointless_, size,
                                    number, checksum](Outcome outcome) {
      std::lock_guard lock(progress->mutex);
      progress->under_way_bytes -= size;
      if (auto* refusal = std::get_if<Refusal>(&outcome)) {
        if (!progress->failure) progress->failure = std::move(refusal->error);
        *is_pointless = true;
      } else {
        const auto& headers = std::get<net::HttpResponse>(outcome).headers;
        std::string etag(net::find_header(headers, "etag").value_or(""));
        progress->parts[number] = {std::move(etag), checksum.value};
      }
      progress->changed.notify_all();
    });
  }

  void wait_for_parts() {
    std::unique_lock lock(progress_->mutex);
    progress_->changed.wait(lock, [&] { return progress_->under_way_bytes == 0; });
    if (progress_->failure) throw base::Error(*progress_->failure);
  }

  void complete() {
    Call call = make_call("POST", {{"uploadId", upload_id_}});
    call.body = write_parts(progress_->parts);
    call.stall_timeout = complete_stall_timeout;
    if (takes_whole_checksum_) {
      call.headers = {checksum_header(whole_crc()), {"x-amz-checksum-type", "FULL_OBJECT"}};
    }
    call.find_fault = [&](const net::HttpResponse& response) {
      return find_misfit(response, path_, [&] { check_completed(response.body); });
    };
    Outcome outcome = client_.wait(std::move(call));
    auto* refusal = std::get_if<Refusal>(&outcome);
    if (refusal == nullptr) return;
    // An attempt whose answer was lost may have succeeded.
    bool is_done = refusal->code == "NoSuchUpload" && is_there();
    if (!is_done) throw base::Error(refusal->error);
  }

  /// Whether the object is there as it was written.
  bool is_there() {
    Call call = make_call("HEAD");
    call.subject.action = "s3:GetObject";
    call.headers = {{"x-amz-checksum-mode", "ENABLED"}};
    net::HttpResponse response = client_.send(std::move(call));
    std::uint64_t size = 0;
    for (std::uint64_t part : progress_->sizes) size += part;
    auto length = net::find_header(response.headers, "content-length");
    auto etag = net::find_header(response.headers, "etag").value_or("");
    auto checksum = find_checksum(response.headers);
    if (checksum && checksum->kind == kind) {
      return checksum->base64 == checksum_of_crc(kind, whole_crc()).base64;
    }
    return length == fmt::format("{}", size) &&
           etag.find(fmt::format("-{}", part_count_)) != std::string_view::npos;
  }

  std::uint64_t whole_crc() const {
    std::uint64_t crc = progress_->crcs[0];
    for (std::size_t i = 1; i < progress_->crcs.size(); ++i) {
      crc = combine_crc(kind, crc, progress_->crcs[i], progress_->sizes[i]);
    }
    return crc;
  }

  /// Once no part is under way, or it would stay behind.
  void abort() {
    *is_pointless_ = true;
    std::unique_lock lock(progress_->mutex);
    progress_->changed.wait(lock, [&] { return progress_->under_way_bytes == 0; });
    lock.unlock();
    Call call = make_call("DELETE", {{"uploadId", upload_id_}});
    call.subject.action = "s3:AbortMultipartUpload";
    call.is_cleanup = true;
    client_.wait(std::move(call));
  }

  Client& client_;
  Location location_;
  std::string path_;
  std::string buffer_;  ///< of the part in work
  std::string upload_id_;
  bool takes_checksums_ = false;
  bool takes_whole_checksum_ = false;
  std::size_t part_count_ = 0;  ///< sent
  std::shared_ptr<Progress> progress_ = std::make_shared<Progress>();
  std::shared_ptr<std::atomic<bool>> is_pointless_ = std::make_shared<std::atomic<bool>>(false);
};

}  // namespace

std::size_t part_bytes(std::size_t number) {
  // 10,000 of them hold 5.7 TB, the last has 1.1 GB; the first 75 have 8 MiB.
  return least_part_bytes * (1 + number / 75);
}

std::unique_ptr<base::ObjectWriter> make_writer(Client& client, std::string_view path) {
  return std::make_unique<Writer>(client, path);
}

}  // namespace sparkify::s3
