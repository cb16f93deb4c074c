#pragma once

#include <functional>
#include <memory>
#include <pugixml.hpp>
#include <string>
#include <string_view>
#include <variant>

#include "aws/credentials.hpp"
#include "aws/query.hpp"
#include "aws/surroundings.hpp"
#include "base/json.hpp"

namespace sparkify::cloud {

/// Who asks Amazon's services, and where.
struct Session {
  std::shared_ptr<aws::CredentialProvider> credentials;
  std::string region;
  /// URL of another server than AWS's own for a service; empty: AWS's.
  std::function<std::string(std::string_view service)> endpoint;
  /// `pause` may throw, to end a long wait.
  aws::Surroundings around;
};

/// What a service said no with, where that is an answer: `ClusterNotFound`.
struct Refusal {
  int status = 0;
  std::string code;
  std::string message;  ///< printable
};

/// A service's XML answer.
class Answer {
 public:
  /// Throws unavailable when the text is no XML.
  explicit Answer(std::string_view xml);
  /// The element that holds what was asked for: `<ActionResult>`, or the root where there is none.
  pugi::xml_node result() const;

 private:
  std::unique_ptr<pugi::xml_document> document_;
};

/// Text of a child, empty when it is absent.
std::string text_of(pugi::xml_node node, const char* name);

/// A member of an answer in JSON, empty or 0 when it is absent or something else.
std::string text_in(const base::Json& object, const char* key);
std::uint64_t number_in(const base::Json& object, const char* key);
/// The same of a list. Borrows `object`.
const base::Json& items_in(const base::Json& object, const char* key);

/// One of Amazon's management services in the session's region.
///
/// Requests are signed; those that are throttled, or find a server that is down, are sent again
/// after growing pauses, for half a minute in all. Credentials that have expired are asked for anew
/// once. Threads: one at a time. Borrows the session.
class Service {
 public:
  /// What its requests carry. `name` is that of endpoints and signatures.
  struct About {
    std::string_view name;     ///< `cloudformation`
    std::string_view version;  ///< of the query protocol: `2010-05-15`
    std::string_view target;   ///< of the JSON protocol, before the action: `secretsmanager`
    std::string_view id = {};  ///< in AWS_ENDPOINT_URL_ID, where that is not the name
    std::string_view permissions = {};  ///< what they begin with, where that is not the name
  };

  Service(const Session& session, About about);

  /// The answer, or why there is none.
  /// Throws denied (no credentials, expired ones, a missing permission), unavailable.
  std::variant<Answer, Refusal> ask(std::string_view action, aws::Form form = {}) const;
  /// The answer. Throws as ask(), and bad_data for a refusal.
  Answer call(std::string_view action, aws::Form form = {}) const;
  /// The same for services that speak JSON 1.1.
  std::variant<base::Json, Refusal> ask_json(std::string_view action, const base::Json& body) const;
  base::Json call_json(std::string_view action, const base::Json& body) const;

  /// `redshift:PauseCluster: ClusterNotFound: there is no such cluster`.
  base::Error error_of(std::string_view action, const Refusal& refusal) const;

 private:
  std::variant<std::string, Refusal> exchange(std::string_view action,
                                              const net::HttpRequest& request) const;
  base::Error explain(std::string_view action, const Refusal& refusal) const;

  const Session* session_;
  About about_;
  std::string url_;
  std::string signing_region_;
};

}  // namespace sparkify::cloud
