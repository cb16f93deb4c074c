#include "web/answer_cache.hpp"

#include <utility>

#include "warehouse/changes.hpp"

namespace sparkify::web {

AnswerCache::Answer AnswerCache::find(const std::string& question) {
  auto state = warehouse::settled_state();
  std::lock_guard lock(mutex_);
  if (!state || *state != state_) return nullptr;
  auto found = by_question_.find(question);
  return found == by_question_.end() ? nullptr : found->second->answer;
}

void AnswerCache::keep(const std::string& question, std::uint64_t state, std::string text) {
  std::lock_guard lock(mutex_);
  if (state < state_) return;
  if (state > state_) {
    kept_.clear();
    by_question_.clear();
    kept_bytes_ = 0;
    state_ = state;
  }
  if (by_question_.contains(question)) return;
  kept_bytes_ += question.size() + text.size();
  kept_.push_back({question, std::make_shared<const std::string>(std::move(text))});
  by_question_.emplace(question, std::prev(kept_.end()));
  while (kept_bytes_ > most_bytes) forget_oldest();
}

void AnswerCache::forget_oldest() {
  const Kept& oldest = kept_.front();
  kept_bytes_ -= oldest.question.size() + oldest.answer->size();
  by_question_.erase(oldest.question);
  kept_.pop_front();
}

AnswerCache::Draft::Draft(AnswerCache& cache) : cache_(cache), state_(warehouse::settled_state()) {}

void AnswerCache::Draft::add(std::string_view text) {
  if (!state_) return;
  text_ += text;
  if (text_.size() <= most_answer_bytes) return;
  state_.reset();
  text_ = {};
}

void AnswerCache::Draft::keep(const std::string& question) {
  if (state_ && warehouse::settled_state() == state_) {
    cache_.keep(question, *state_, std::move(text_));
  }
}

}  // namespace sparkify::web
