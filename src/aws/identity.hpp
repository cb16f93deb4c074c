#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "aws/credential_chain.hpp"
#include "aws/credentials.hpp"
#include "aws/profiles.hpp"
#include "aws/surroundings.hpp"
#include "config/settings.hpp"

namespace sparkify::aws {

/// A text and who said so: `--region`, `AWS_REGION`, `profile "music" of ~/.aws/config:3`.
struct Found {
  std::string text;  ///< empty: nobody said
  std::string origin;
};

/// Whether a user, perhaps with a password, stands before the host: `http://me:secret@host`.
bool names_user(std::string_view url);

/// Whether servers may be asked for an answer that no file has.
enum class Asking { allowed, forbidden };

/// Who one is at AWS, and where: settings, the environment and the shared files put together in the
/// order that AWS's own tools use. Threads: all members from any thread.
class Identity {
 public:
  /// Reads the shared files. Throws config with place, denied.
  explicit Identity(const config::Settings& settings);
  /// For tests: what is around the program.
  Identity(const config::Settings& settings, Surroundings surroundings);

  /// Finds its source with the first question. Serves until it is destroyed, without this.
  std::shared_ptr<CredentialProvider> credentials() const { return provider_; }
  /// Where `service` is asked. `s3`: the bucket's region if the user names it; us-east-1 when
  /// nobody says, from where S3 points to a bucket's region.
  Found region(std::string_view service, Asking asking = Asking::allowed) const;
  /// The URL of another server than AWS's own for `service`. Throws config when a user or
  /// password stands in it.
  Found endpoint(std::string_view service) const;
  /// `path`, `virtual` or `auto`, as the profile says of S3; empty: nobody said.
  std::string s3_addressing_style() const;
  /// PEM file; empty: the system's.
  const std::string& ca_bundle() const { return ca_bundle_; }

 private:
  void read_files();
  void read_settings(const config::Settings& settings);
  void make_provider(const config::Settings& settings);
  const Profile* profile() const { return files_.find(profile_); }
  Found in_profile(std::string_view key) const;
  bool ignores_endpoints() const;
  Found chosen_endpoint(std::string_view service) const;
  Found endpoint_of_services(std::string_view service) const;
  StsPlace sts() const;

  Surroundings surroundings_;
  ProfileFiles files_;
  std::string profile_ = "default";
  Found s3_region_, region_;
  Found s3_endpoint_;
  bool is_s3_endpoint_by_environment_ = false;
  bool is_unsigned_ = false;
  std::string ca_bundle_;
  std::shared_ptr<InstanceMetadata> instance_;
  std::shared_ptr<CredentialProvider> provider_;
};

}  // namespace sparkify::aws
