#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cloud/service.hpp"

namespace sparkify::cloud {

using Texts = std::map<std::string, std::string>;

/// A stack of CloudFormation. Values of NoEcho parameters are asterisks.
struct Stack {
  std::string id, name, status, reason;
  Texts parameters, outputs, tags;
  std::string template_text;  ///< as it was ordered; find() leaves it empty

  /// Not while a change set waits for somebody to execute it, which may be for ever.
  bool is_busy() const {
    return status.ends_with("_IN_PROGRESS") && status != "REVIEW_IN_PROGRESS";
  }
};

struct StackEvent {
  std::string id, logical_id, type, status, reason;
};

/// What a stack shall be.
struct StackOrder {
  std::string name, template_text;
  Texts parameters, tags;
  /// Parameters that stay what they are: secrets that only the first order holds.
  std::vector<std::string> kept_parameters;
  std::string token;  ///< same token, same order: what is sent twice is done once
};

/// CloudFormation. Throws as Service; borrows the session.
class Stacks {
 public:
  explicit Stacks(const Session& session);

  std::optional<Stack> find(const std::string& name) const;
  /// The template from which it was made, as it was sent.
  std::string template_of(const std::string& name) const;
  /// The newest hundred or so, oldest first. Empty for a stack that does not exist.
  std::vector<StackEvent> events(const std::string& name) const;
  /// The stack's id.
  std::string create(const StackOrder& order) const;
  /// False: it is as ordered already.
  bool update(const StackOrder& order) const;
  /// Begins to delete it.
  void remove(const std::string& name, const std::string& token) const;

 private:
  Service service_;
};

}  // namespace sparkify::cloud
