#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace sparkify::web {

/// Answers that hold as long as nothing has changed: not the warehouse, whoever writes to it. While
/// a statement that may write is under way there are none.
///
/// Memory: most_bytes, and what is being sent. Threads: any.
class AnswerCache {
 public:
  static constexpr std::size_t most_bytes = 16 << 20;        ///< the oldest leave first
  static constexpr std::size_t most_answer_bytes = 1 << 20;  ///< a longer one is not kept

  using Answer = std::shared_ptr<const std::string>;

  /// The answer to `question`; nullptr: none that certainly holds.
  Answer find(const std::string& question);

  /// An answer in the making, from before its first statement runs.
  class Draft {
   public:
    explicit Draft(AnswerCache& cache);
    void add(std::string_view text);
    /// Keeps what was added, the whole answer, if nothing has changed meanwhile.
    void keep(const std::string& question);

   private:
    AnswerCache& cache_;
    std::optional<std::uint64_t> state_;
    std::string text_;
  };

 private:
  struct Kept {
    std::string question;
    Answer answer;
  };

  void keep(const std::string& question, std::uint64_t state, std::string text);
  void forget_oldest();

  std::mutex mutex_;
  std::uint64_t state_ = 0;  ///< of the warehouse, to which all answers belong
  std::list<Kept> kept_;     ///< the oldest first
  std::map<std::string, std::list<Kept>::iterator> by_question_;
  std::size_t kept_bytes_ = 0;
};

}  // namespace sparkify::web
