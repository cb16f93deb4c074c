#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "editor/client.hpp"
#include "editor/script.hpp"

namespace sparkify::editor {

/// What a page is sent of the results of one run, all together.
struct Budget {
  std::uint32_t rows = 200'000;
  std::size_t bytes = 64 << 20;  ///< of values
};

/// Runs the statements of a text one after another, up to the first that fails, or shows how the
/// engine would run each, and tells what comes of them as lines of JSON:
///
///   {"statement": 0, "from": 0, "to": 8, "of": 2}
///   {"columns": [{"name", "kind", "type"}]}
///   {"rows": [["1", null], ...]}                   values as texts, some rows a line
///   {"notice": "..."}
///   {"done": "SELECT 3", "rows": 3, "more": false, "seconds": 0.01}
///   {"failed": {"message", "detail", "hint", "state", "at"}, "seconds": 0.01}
///   {"end": true}
///
/// more: there are rows beyond the budget, which were not sent. `from`, `to` and `at` are places in
/// the text, UTF-16; `at` is null when nobody knows. Statements behind one that failed do not run.
class Run final : public Conversation {
 public:
  using Output = std::function<void(std::string_view)>;
  using Clock = std::chrono::steady_clock;
  enum class Wanted { results, plans };

  Run(std::string_view text, Budget budget, Output output, Wanted wanted = Wanted::results);

  /// When the statement began that runs; nothing between two. Any thread.
  std::optional<Clock::time_point> running_since() const;
  /// To be called when the conversation is over.
  void finish();

  std::optional<std::string> next() override;
  std::uint32_t wanted_rows() override;
  void columns(const std::vector<ResultColumn>& columns) override;
  void row(format::Row values) override;
  void notice(const std::string& text) override;
  void done(const std::string& tag, bool has_more) override;
  void failed(const Failure& failure) override;

 private:
  void send_rows();
  double seconds() const;

  std::string text_;
  std::vector<Part> parts_;
  Budget budget_;
  Output output_;
  Wanted wanted_;
  std::size_t next_ = 0;
  std::string_view lead_;  ///< of the statement that runs, before the page's own text
  bool has_failed_ = false;
  bool has_dropped_ = false;     ///< rows of this result, which were beyond the budget
  std::uint64_t row_count_ = 0;  ///< of this result
  std::string rows_;             ///< to be sent
  Clock::time_point begun_;
  std::atomic<Clock::rep> running_since_ = 0;
};

}  // namespace sparkify::editor
