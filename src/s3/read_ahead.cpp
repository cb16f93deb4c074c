#include "s3/read_ahead.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "s3/buffers.hpp"
#include "s3/fetch.hpp"

namespace sparkify::s3 {
namespace {

constexpr std::size_t head_bytes = 64 << 10;
/// Of the budget to begin with: what lies in a processor's cache is received and read in half the
/// time. More is taken as long as that makes fetching faster by a fifth.
constexpr std::size_t first_window_bytes = 32 << 20;
constexpr double least_gain = 1.2;
constexpr std::size_t most_heads = 64;
/// Of the budget, for each block however small.
constexpr std::size_t block_cost_bytes = 1 << 10;

/// A stretch of an object, as far as it is here.
struct Block {
  enum class State : std::uint8_t { absent, wanted, coming, here };
  State state = State::absent;
  bool is_in_budget = false;
  bool is_read = false;     ///< to its end
  bool is_checked = false;  ///< its CRC is taken
  std::uint8_t first_byte_reads = 0;
  bool has_last = false;
  char last = 0;               ///< stays when the bytes are let go
  std::size_t read_bytes = 0;  ///< from its begin without a gap
  std::uint64_t crc = 0;
  std::uint64_t touched = 0;      ///< on the clock of all reads
  std::shared_ptr<char[]> bytes;  ///< when here
  std::shared_ptr<char[]> head;   ///< its first head_bytes, when they stay
};

/// An object that is expected or open.
struct Target {
  explicit Target(const base::ObjectEntry& entry)
      : listed(entry),
        blocks((entry.size_bytes + ReadAhead::block_bytes - 1) / ReadAhead::block_bytes) {}

  std::uint64_t begin(std::size_t block) const { return block * ReadAhead::block_bytes; }
  std::size_t size(std::size_t block) const {
    return static_cast<std::size_t>(
        std::min<std::uint64_t>(ReadAhead::block_bytes, listed.entry.size_bytes - begin(block)));
  }

  const Listed listed;
  std::vector<Block> blocks;
  std::condition_variable changed;
  std::unique_ptr<base::Error> failure;
  std::size_t open_count = 0;
  bool is_closed = false;  ///< was open and is so no more
  enum class Checksums : std::uint8_t { unasked, asked, known };
  Checksums checksums = Checksums::unasked;  ///< of an object of several blocks
  std::optional<Checksum> expected;
  std::size_t checked_count = 0;
};
using TargetPtr = std::shared_ptr<Target>;
using Clock = std::chrono::steady_clock;
using Lock = std::unique_lock<std::mutex>;

/// A block of an object that may be gone.
struct Place {
  std::weak_ptr<Target> target;
  std::size_t block = 0;
};

/// Bytes of a block, kept alive by their owner.
struct View {
  std::shared_ptr<void> owner;
  const char* data = nullptr;
  std::size_t size = 0;
};

View find(const TargetPtr& target, std::size_t index, std::size_t at) {
  const Block& block = target->blocks[index];
  std::size_t size = target->size(index);
  if (block.state == Block::State::here) return {block.bytes, block.bytes.get() + at, size - at};
  if (block.head && at < std::min(size, head_bytes)) {
    return {block.head, block.head.get() + at, std::min(size, head_bytes) - at};
  }
  if (block.has_last && at == size - 1) return {target, &block.last, 1};
  return {};
}

}  // namespace

class ReadAhead::Body {
 public:
  Body(Client& client, std::size_t connections, std::size_t budget_bytes)
      : client_(client),
        connections_(std::max<std::size_t>(1, connections)),
        budget_bytes_(budget_bytes),
        most_unbudgeted_(
            std::max(std::size_t{16}, std::size_t{2} * std::thread::hardware_concurrency())) {}

  void expect(std::span<const base::ObjectEntry> entries) {
    Lock lock(mutex_);
    if (is_halted_) start_anew();
    for (const auto& entry : entries) {
      if (entry.size_bytes > 0) expected_.push_back(entry);
    }
    pump();
  }

  TargetPtr open(const base::ObjectEntry& entry) {
    Lock lock(mutex_);
    if (!expected_.empty() && !targets_.contains(entry.path)) opened_.insert(entry.path);
    TargetPtr target = find_or_make(entry);
    ++target->open_count;
    return target;
  }

  void close(const TargetPtr& target) {
    Lock lock(mutex_);
    if (--target->open_count > 0) return;
    give_up(*target);
    auto known = targets_.find(target->listed.entry.path);
    if (known != targets_.end() && known->second == target) targets_.erase(known);
    pump();
  }

  std::size_t read(const TargetPtr& target, std::uint64_t offset, std::span<char> buffer) {
    Lock lock(mutex_);
    std::size_t copied = 0;
    while (copied < buffer.size() && offset + copied < target->listed.entry.size_bytes) {
      if (target->failure) throw base::Error(*target->failure);
      auto index = static_cast<std::size_t>((offset + copied) / block_bytes);
      auto at = static_cast<std::size_t>((offset + copied) % block_bytes);
      View view = find(target, index, at);
      if (!view.owner && copied > 0) break;
      if (!view.owner) {
        want(target, index);
        has_waited_ = true;
        target->changed.wait(lock);
        continue;
      }
      std::size_t count = std::min(view.size, buffer.size() - copied);
      lock.unlock();
      std::memcpy(buffer.data() + copied, view.data, count);
      lock.lock();
      note_read(lock, target, index, at, count);
      copied += count;
    }
    return copied;
  }

  void throw_failure(const TargetPtr& target) {
    Lock lock(mutex_);
    if (target->failure) throw base::Error(*target->failure);
  }

 private:
  /// Who expects objects after a failure tries again: what was expected before it is over.
  void start_anew() {
    is_halted_ = false;
    expected_.clear();
    opened_.clear();
    next_.reset();
  }

  /// Nobody will read it.
  void give_up(Target& target) {
    target.is_closed = true;
    for (Block& block : target.blocks) {
      if (block.state == Block::State::here) let_go(target, block);
      block.head.reset();
    }
  }

  TargetPtr find_or_make(const base::ObjectEntry& entry) {
    auto known = targets_.find(entry.path);
    if (known != targets_.end()) {
      Target& there = *known->second;
      const base::ObjectEntry& other = there.listed.entry;
      bool is_same = other.version == entry.version && other.size_bytes == entry.size_bytes;
      if (there.open_count > 0) return is_same ? known->second : std::make_shared<Target>(entry);
      if (is_same && !there.failure) return known->second;
      give_up(there);  // the object has changed since, or what failed may be there now
      targets_.erase(known);
    }
    return targets_.emplace(entry.path, std::make_shared<Target>(entry)).first->second;
  }

  void want(const TargetPtr& target, std::size_t index) {
    Block& block = target->blocks[index];
    if (block.state != Block::State::absent) return;
    block.state = Block::State::wanted;
    wanted_.push_back({target, index});
    pump();
  }

  /// Starts what there are connections for.
  void pump() {
    while (under_way_ < connections_) {
      if (wanted_.empty()) {
        if (is_halted_ || !fetch_next_expected()) return;
        continue;
      }
      Place place = std::move(wanted_.front());
      wanted_.pop_front();
      TargetPtr target = place.target.lock();
      bool is_wanted = target && target->blocks[place.block].state == Block::State::wanted;
      if (is_wanted) fetch(target, place.block, false);
    }
  }

  /// False when there is nothing more, or no room for it.
  bool fetch_next_expected() {
    while (!next_ || next_->is_closed || next_block_ == next_->blocks.size()) {
      next_.reset();
      if (expected_.empty()) return false;
      base::ObjectEntry entry = std::move(expected_.front());
      expected_.pop_front();
      // What was opened and closed before its turn came will not be read again.
      bool is_over = opened_.erase(entry.path) > 0 && !targets_.contains(entry.path);
      if (is_over) continue;
      next_ = find_or_make(entry);
      next_block_ = 0;
    }
    Block& block = next_->blocks[next_block_];
    if (block.state == Block::State::absent && !block.is_read) {
      std::size_t cost = next_->size(next_block_) + block_cost_bytes;
      if (budgeted_bytes_ > 0 && budgeted_bytes_ + cost > window_bytes_) return false;
      fetch(next_, next_block_, true);
    }
    ++next_block_;
    return true;
  }

  void fetch(const TargetPtr& target, std::size_t index, bool is_in_budget) {
    Block& block = target->blocks[index];
    std::size_t size = target->size(index);
    block.state = Block::State::coming;
    block.is_in_budget = is_in_budget;
    block.is_read = false;
    block.read_bytes = 0;
    if (is_in_budget) budgeted_bytes_ += size + block_cost_bytes;
    std::shared_ptr<char[]> bytes = buffers_.take(size);
    std::span<char> into(bytes.get(), size);
    bool is_whole = target->blocks.size() == 1;
    Call call = is_whole ? fetch_whole(target->listed, into)
                         : fetch_range(target->listed, target->begin(index), into);
    if (!is_whole && target->checksums == Target::Checksums::unasked) ask_for_checksum(target);
    ++under_way_;
    client_.start(std::move(call), [this, target, index, bytes](Outcome outcome) {
      take_block(target, index, bytes, std::move(outcome));
    });
  }

  void ask_for_checksum(const TargetPtr& target) {
    target->checksums = Target::Checksums::asked;
    ++under_way_;
    client_.start(ask_checksum(target->listed), [this, target](Outcome outcome) {
      Lock lock(mutex_);
      --under_way_;
      if (auto* refusal = std::get_if<Refusal>(&outcome)) {
        fail(*target, std::move(refusal->error));
      } else {
        target->expected = find_checksum(std::get<net::HttpResponse>(outcome).headers);
        target->checksums = Target::Checksums::known;
      }
      target->changed.notify_all();
      pump();
    });
  }

  /// A block came, or did not.
  void take_block(const TargetPtr& target, std::size_t index, const std::shared_ptr<char[]>& bytes,
                  Outcome outcome) {
    Lock lock(mutex_);
    --under_way_;
    Block& block = target->blocks[index];
    block.state = Block::State::here;
    block.bytes = bytes;
    block.touched = ++clock_;
    adapt_window(target->size(index));
    if (auto* refusal = std::get_if<Refusal>(&outcome)) fail(*target, std::move(refusal->error));
    if (target->failure || target->is_closed) {
      let_go(*target, block);
    } else if (!block.is_in_budget) {
      unbudgeted_.push_back({target, index});
      limit_unbudgeted();
    }
    target->changed.notify_all();
    pump();
  }

  /// Tries a wider window when readers have to wait, and goes back when it did not help.
  void adapt_window(std::size_t arrived) {
    arrived_bytes_ += arrived;
    if (is_window_found_ || !has_waited_ || arrived_bytes_ < 2 * window_bytes_) return;
    auto now = Clock::now();
    double rate = static_cast<double>(arrived_bytes_) /
                  std::max<double>(1, static_cast<double>((now - window_since_).count()));
    is_window_found_ = rate < least_gain * rate_before_;
    window_bytes_ = is_window_found_ ? std::min(window_bytes_, window_before_)
                                     : std::min(budget_bytes_, 2 * window_bytes_);
    window_before_ = is_window_found_ ? window_bytes_ : window_bytes_ / 2;
    rate_before_ = rate;
    window_since_ = now;
    arrived_bytes_ = 0;
    has_waited_ = false;
  }

  /// The first failure ends reading ahead until more is expected: a load does not survive it.
  void fail(Target& target, base::Error error) {
    if (target.failure) return;  // known, and maybe from before more was expected
    target.failure = std::make_unique<base::Error>(std::move(error));
    is_halted_ = true;
  }

  void let_go(Target& target, Block& block) {
    block.bytes.reset();
    block.state = Block::State::absent;
    if (!block.is_in_budget) return;
    auto index = static_cast<std::size_t>(&block - target.blocks.data());
    budgeted_bytes_ -= target.size(index) + block_cost_bytes;
    block.is_in_budget = false;
  }

  /// Blocks that readers asked for and left before their end: the one touched last goes last.
  void limit_unbudgeted() {
    std::erase_if(unbudgeted_, [](const Place& place) {
      TargetPtr target = place.target.lock();
      if (!target) return true;
      const Block& block = target->blocks[place.block];
      return block.state != Block::State::here || block.is_in_budget;
    });
    if (unbudgeted_.size() <= most_unbudgeted_) return;
    auto touched = [](const Place& place) {
      return place.target.lock()->blocks[place.block].touched;
    };
    auto oldest = std::min_element(
        unbudgeted_.begin(), unbudgeted_.end(),
        [&](const Place& left, const Place& right) { return touched(left) < touched(right); });
    TargetPtr target = oldest->target.lock();
    let_go(*target, target->blocks[oldest->block]);
    unbudgeted_.erase(oldest);
  }

  void note_read(Lock& lock, const TargetPtr& target, std::size_t index, std::size_t at,
                 std::size_t count) {
    Block& block = target->blocks[index];
    block.touched = ++clock_;
    if (at == 0 && block.first_byte_reads < 2) ++block.first_byte_reads;
    if (block.state != Block::State::here || at > block.read_bytes) return;
    block.read_bytes = std::max(block.read_bytes, at + count);
    if (block.read_bytes < target->size(index) || block.is_read) return;
    block.is_read = true;
    if (target->blocks.size() > 1) keep_edges(target, index);
    if (target->blocks.size() > 1 && !block.is_checked) check(lock, target, index);
    if (block.state != Block::State::here) return;  // closed in the meantime
    let_go(*target, block);
    pump();
  }

  /// For the readers of the neighbouring blocks.
  void keep_edges(const TargetPtr& target, std::size_t index) {
    Block& block = target->blocks[index];
    std::size_t size = target->size(index);
    block.last = block.bytes.get()[size - 1];
    block.has_last = true;
    if (index == 0 || block.first_byte_reads >= 2 || block.head) return;
    std::size_t kept = std::min(size, head_bytes);
    block.head = std::make_shared_for_overwrite<char[]>(kept);
    std::memcpy(block.head.get(), block.bytes.get(), kept);
    heads_.push_back({target, index});
    if (heads_.size() <= most_heads) return;
    if (TargetPtr oldest = heads_.front().target.lock()) {
      oldest->blocks[heads_.front().block].head.reset();
    }
    heads_.pop_front();
  }

  /// Takes a block's CRC, and compares them all with the object's when it was the last.
  void check(Lock& lock, const TargetPtr& target, std::size_t index) {
    Block& block = target->blocks[index];
    block.is_checked = true;
    target->changed.wait(lock, [&] {
      return target->checksums == Target::Checksums::known || target->failure != nullptr;
    });
    if (target->failure) throw base::Error(*target->failure);
    if (!target->expected || !is_crc(target->expected->kind)) return;
    std::shared_ptr<char[]> bytes = block.bytes;
    lock.unlock();
    std::uint64_t crc = crc_of(target->expected->kind, {bytes.get(), target->size(index)});
    lock.lock();
    block.crc = crc;
    if (++target->checked_count < target->blocks.size()) return;
    if (auto error = find_wrong_crc(*target)) {
      fail(*target, *error);
      target->changed.notify_all();
      throw base::Error(*target->failure);
    }
  }

  static std::optional<base::Error> find_wrong_crc(const Target& target) {
    ChecksumKind kind = target.expected->kind;
    std::uint64_t crc = target.blocks[0].crc;
    for (std::size_t i = 1; i < target.blocks.size(); ++i) {
      crc = combine_crc(kind, crc, target.blocks[i].crc, target.size(i));
    }
    Checksum found = checksum_of_crc(kind, crc);
    if (found.base64 == target.expected->base64) return std::nullopt;
    return wrong_checksum(target.listed, *target.expected, found);
  }

  Client& client_;
  const std::size_t connections_;
  const std::size_t budget_bytes_;
  const std::size_t most_unbudgeted_;
  Buffers buffers_{block_bytes};

  std::mutex mutex_;  ///< guards all that follows, and all targets
  std::deque<base::ObjectEntry> expected_;
  TargetPtr next_;              ///< being fetched ahead
  std::size_t next_block_ = 0;  ///< of next_
  std::deque<Place> wanted_;    ///< readers wait for these
  std::map<std::string, TargetPtr, std::less<>> targets_;
  std::set<std::string, std::less<>> opened_;  ///< while they may still be among expected_
  std::vector<Place> unbudgeted_;              ///< here, outside of the budget
  std::deque<Place> heads_;
  std::size_t under_way_ = 0;
  std::size_t budgeted_bytes_ = 0;
  std::size_t window_bytes_ = std::min(budget_bytes_, first_window_bytes);
  std::size_t window_before_ = window_bytes_;
  Clock::time_point window_since_ = Clock::now();
  double rate_before_ = 0;
  std::size_t arrived_bytes_ = 0;  ///< since window_since_
  bool has_waited_ = false;        ///< a reader, since then
  bool is_window_found_ = false;
  std::uint64_t clock_ = 0;
  bool is_halted_ = false;
};

/// A target that is open.
class ReadAhead::Opened final : public base::Object {
 public:
  Opened(std::shared_ptr<Body> body, const base::ObjectEntry& entry)
      : body_(std::move(body)), target_(body_->open(entry)) {}
  ~Opened() override { body_->close(target_); }
  Opened(const Opened&) = delete;
  Opened& operator=(const Opened&) = delete;

  std::size_t read(std::uint64_t offset, std::span<char> buffer) override {
    return body_->read(target_, offset, buffer);
  }
  /// Every response was of the listed version, or reading has failed.
  void verify_unchanged() override { body_->throw_failure(target_); }

 private:
  std::shared_ptr<Body> body_;
  TargetPtr target_;
};

ReadAhead::ReadAhead(Client& client, std::size_t connections, std::size_t budget_bytes)
    : body_(std::make_shared<Body>(client, connections, budget_bytes)) {}

ReadAhead::~ReadAhead() = default;

void ReadAhead::expect(std::span<const base::ObjectEntry> entries) { body_->expect(entries); }

std::unique_ptr<base::Object> ReadAhead::open(const base::ObjectEntry& entry) {
  return std::make_unique<Opened>(body_, entry);
}

}  // namespace sparkify::s3
