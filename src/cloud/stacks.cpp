#include "cloud/stacks.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"

namespace sparkify::cloud {
namespace {

Texts read_pairs(pugi::xml_node list, const char* key, const char* value) {
  Texts texts;
  for (pugi::xml_node member : list.children("member")) {
    texts[text_of(member, key)] = text_of(member, value);
  }
  return texts;
}

aws::Form form_of(const StackOrder& order) {
  aws::Form form = {{"StackName", order.name},
                    {"TemplateBody", order.template_text},
                    {"ClientRequestToken", order.token},
                    {"Capabilities.member.1", "CAPABILITY_NAMED_IAM"}};
  int number = 0;
  for (const auto& [key, value] : order.parameters) {
    std::string member = fmt::format("Parameters.member.{}.", ++number);
    form.emplace_back(member + "ParameterKey", key);
    form.emplace_back(member + "ParameterValue", value);
  }
  for (const std::string& key : order.kept_parameters) {
    std::string member = fmt::format("Parameters.member.{}.", ++number);
    form.emplace_back(member + "ParameterKey", key);
    form.emplace_back(member + "UsePreviousValue", "true");
  }
  number = 0;
  for (const auto& [key, value] : order.tags) {
    std::string member = fmt::format("Tags.member.{}.", ++number);
    form.emplace_back(member + "Key", key);
    form.emplace_back(member + "Value", value);
  }
  return form;
}

/// CloudFormation has no code of its own for it.
bool is_absent(const Refusal& refusal) {
  return refusal.code == "ValidationError" &&
         refusal.message.find("does not exist") != std::string::npos;
}

}  // namespace

Stacks::Stacks(const Session& session)
    : service_(session, {.name = "cloudformation", .version = "2010-05-15", .target = {}}) {}

std::optional<Stack> Stacks::find(const std::string& name) const {
  auto outcome = service_.ask("DescribeStacks", {{"StackName", name}});
  if (auto* refusal = std::get_if<Refusal>(&outcome)) {
    if (is_absent(*refusal)) return std::nullopt;
    throw service_.error_of("DescribeStacks", *refusal);
  }
  pugi::xml_node node = std::get<Answer>(outcome).result().child("Stacks").child("member");
  Stack stack{.id = text_of(node, "StackId"),
              .name = text_of(node, "StackName"),
              .status = text_of(node, "StackStatus"),
              .reason = aws::printable_words(text_of(node, "StackStatusReason")),
              .parameters = read_pairs(node.child("Parameters"), "ParameterKey", "ParameterValue"),
              .outputs = read_pairs(node.child("Outputs"), "OutputKey", "OutputValue"),
              .tags = read_pairs(node.child("Tags"), "Key", "Value"),
              .template_text = {}};
  if (!node || stack.status == "DELETE_COMPLETE") return std::nullopt;
  return stack;
}

std::string Stacks::template_of(const std::string& name) const {
  return text_of(
      service_.call("GetTemplate", {{"StackName", name}, {"TemplateStage", "Original"}}).result(),
      "TemplateBody");
}

std::vector<StackEvent> Stacks::events(const std::string& name) const {
  auto outcome = service_.ask("DescribeStackEvents", {{"StackName", name}});
  if (auto* refusal = std::get_if<Refusal>(&outcome)) {
    if (is_absent(*refusal)) return {};
    throw service_.error_of("DescribeStackEvents", *refusal);
  }
  std::vector<StackEvent> events;
  pugi::xml_node list = std::get<Answer>(outcome).result().child("StackEvents");
  for (pugi::xml_node node : list.children("member")) {
    events.push_back({text_of(node, "EventId"), text_of(node, "LogicalResourceId"),
                      text_of(node, "ResourceType"), text_of(node, "ResourceStatus"),
                      aws::printable_words(text_of(node, "ResourceStatusReason"))});
  }
  std::reverse(events.begin(), events.end());
  return events;
}

std::string Stacks::create(const StackOrder& order) const {
  return text_of(service_.call("CreateStack", form_of(order)).result(), "StackId");
}

bool Stacks::update(const StackOrder& order) const {
  auto outcome = service_.ask("UpdateStack", form_of(order));
  auto* refusal = std::get_if<Refusal>(&outcome);
  if (refusal == nullptr) return true;
  if (refusal->message.find("No updates are to be performed") != std::string::npos) return false;
  throw service_.error_of("UpdateStack", *refusal);
}

void Stacks::remove(const std::string& name, const std::string& token) const {
  service_.call("DeleteStack", {{"StackName", name}, {"ClientRequestToken", token}});
}

}  // namespace sparkify::cloud
