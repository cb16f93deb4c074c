#pragma once

#include <string>

#include "editor/client.hpp"

namespace sparkify::editor {

/// What an editor completes: tables and views with their columns, as clients see them, as JSON:
/// {"tables": [{"schema", "name", "columns": [{"name", "type"}]}]}.
class Names final : public Conversation {
 public:
  /// To be called when the conversation is over. Throws what went wrong.
  std::string finish();

  std::optional<std::string> next() override;
  std::uint32_t wanted_rows() override { return 1'000'000; }
  void columns(const std::vector<ResultColumn>&) override {}
  void row(format::Row values) override;
  void notice(const std::string&) override {}
  void done(const std::string&, bool) override {}
  void failed(const Failure& failure) override { failure_ = failure; }

 private:
  bool is_asked_ = false;
  std::string tables_, schema_, name_;
  std::optional<Failure> failure_;
};

}  // namespace sparkify::editor
