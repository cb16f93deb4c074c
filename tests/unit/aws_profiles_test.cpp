#include "aws/profiles.hpp"

#include <gtest/gtest.h>

#include "aws/identity.hpp"
#include "aws_home.hpp"
#include "base/error.hpp"
#include "net_server.hpp"

namespace sparkify::aws {
namespace {

constexpr std::string_view keys = "aws_access_key_id = A\naws_secret_access_key = S\n";
constexpr std::string_view nobody = "nobody < no source has any: requests go unsigned";

std::string with_keys(std::string_view section) {
  return "[" + std::string(section) + "]\n" + std::string(keys);
}

TEST(ProfileFiles, ReadsBothFilesAndTheSecondWins) {
  Home home;
  std::string config = home.write(".aws/config",
                                  "[default]\nregion = us-west-1\n"
                                  "[profile music]\nregion = eu-west-1\naws_access_key_id = old\n"
                                  "[profile \"two words\"]\nregion = eu-west-2\n"
                                  "[sparkify]\nregion = no-profile-1\n");
  std::string credentials = home.write(".aws/credentials", "[music]\naws_access_key_id = new\n");
  ProfileFiles files(config, credentials);
  EXPECT_EQ(files.find("default")->text("region"), "us-west-1");
  EXPECT_EQ(files.find("music")->text("region"), "eu-west-1");
  EXPECT_EQ(files.find("music")->text("aws_access_key_id"), "new");
  EXPECT_EQ(files.find("music")->find("aws_access_key_id")->file, credentials);
  EXPECT_EQ(files.find("two words")->text("region"), "eu-west-2");
  EXPECT_EQ(files.find("sparkify"), nullptr);
}

TEST(ProfileFiles, ALongDefaultStandsAboveAShortOne) {
  Home home;
  std::string config = home.write(
      "config", "[profile default]\nregion = a-1\n[default]\nregion = b-2\noutput = json\n");
  ProfileFiles files(config, "");
  EXPECT_EQ(files.find("default")->text("region"), "a-1");
  EXPECT_FALSE(files.find("default")->has("output"));
}

TEST(ProfileFiles, ReadsWhatIsIndentedAndKeepsQuotes) {
  Home home;
  std::string config = home.write("config",
                                  "[profile music]\ns3 =\n  addressing_style = path\n  x = y\n"
                                  "credential_process = \"/a b/c\" \"d\"\n");
  ProfileFiles files(config, "");
  EXPECT_EQ(files.find("music")->inner_text("s3", "addressing_style"), "path");
  EXPECT_EQ(files.find("music")->inner_text("s3", "addressing"), "");
  EXPECT_EQ(files.find("music")->text("credential_process"), "\"/a b/c\" \"d\"");
}

TEST(ProfileFiles, SayWhereTheyAreWrongWithoutShowingIt) {
  Home home;
  std::string config = home.write(".aws/config", "[default]\nregion = x\n[profile\n");
  EXPECT_THROW(ProfileFiles(config, ""), base::Error);
  std::string credentials = home.write(".aws/credentials", "[default]\nhush\n");
  home.write(".aws/config", "");
  try {
    home.identity();
    ADD_FAILURE() << "accepted";
  } catch (const base::Error& error) {
    EXPECT_EQ(rendered(error), credentials + ":2:1: error: expected \"key = value\"\n");
  }
}

TEST(SplitAsShell, TakesQuotesAndBackslashes) {
  using Words = std::vector<std::string>;
  EXPECT_EQ(split_as_shell("a  'b c'\t\"d 'e' \\\"f\\\" \\g\" h\\ i''"),
            (Words{"a", "b c", "d 'e' \"f\" \\g", "h i"}));
  EXPECT_EQ(split_as_shell("''"), Words{""});
  EXPECT_EQ(split_as_shell(" "), Words{});
  EXPECT_EQ(split_as_shell("'a"), std::nullopt);
  EXPECT_EQ(split_as_shell("a\\"), std::nullopt);
}

TEST(CredentialChain, WithoutAnySourceNobodyAsks) {
  Home home;
  EXPECT_EQ(outcome(home.identity()), nobody);
  EXPECT_TRUE(home.identity().credentials()->is_anonymous());
}

TEST(CredentialChain, GoesInTheOrderOfTheAwsTools) {
  Home home;
  std::string file = home.write(".aws/credentials", with_keys("default") + with_keys("music"));
  EXPECT_EQ(outcome(home.identity()), "A S  < profile \"default\" of " + file + ":2");

  home.variables["AWS_PROFILE"] = "music";
  EXPECT_EQ(outcome(home.identity()), "A S  < profile \"music\" of " + file + ":5");

  home.dwh_cfg = "[AWS]\nKEY = D\nSECRET = E\nTOKEN = F\n";
  EXPECT_EQ(outcome(home.identity()), "D E F < dwh.cfg:2");

  home.variables["AWS_ACCESS_KEY_ID"] = "G";
  home.variables["AWS_SECRET_ACCESS_KEY"] = "H";
  EXPECT_EQ(outcome(home.identity()), "G H  < AWS_ACCESS_KEY_ID")
      << "a token of dwh.cfg is no part";

  home.flags = {{"aws.profile", "--profile", "default"}};
  EXPECT_EQ(outcome(home.identity()), "A S  < profile \"default\" of " + file + ":2");

  home.flags.push_back({"s3.unsigned", "--no-sign-request", "yes"});
  EXPECT_EQ(outcome(home.identity()), "nobody < --no-sign-request");
}

TEST(CredentialChain, HalvesOfAKeyAreRefused) {
  Home home;
  home.variables["AWS_ACCESS_KEY_ID"] = "G";
  EXPECT_THROW(home.identity(), base::Error);
  home.dwh_cfg = "[AWS]\nSECRET = E\n";
  EXPECT_THROW(home.identity(), base::Error);
  home.variables.erase("AWS_ACCESS_KEY_ID");
  try {
    home.identity();
    ADD_FAILURE() << "accepted";
  } catch (const base::Error& error) {
    EXPECT_EQ(rendered(error),
              "dwh.cfg:2:10: error: dwh.cfg:2 gives one half of an AWS key, nothing the other\n"
              "  hint: give access key id and secret access key in one place\n");
  }
}

TEST(CredentialChain, FilesMayLieElsewhere) {
  Home home;
  home.variables["AWS_CONFIG_FILE"] = home.write("a", "[profile music]\nregion = eu-west-3\n");
  home.variables["AWS_SHARED_CREDENTIALS_FILE"] = "~/b";
  std::string file = home.write("b", with_keys("music"));
  home.variables["AWS_PROFILE"] = "music";
  EXPECT_EQ(outcome(home.identity()), "A S  < profile \"music\" of " + file + ":2");
  EXPECT_EQ(home.identity().region("s3").text, "eu-west-3");
}

TEST(CredentialChain, KeysInAFileAreReadAgainWhenTheyAreRefused) {
  Home home;
  home.write(".aws/credentials", with_keys("default"));
  Identity identity = home.identity();
  auto provider = identity.credentials();
  Credentials first = *provider->credentials();
  home.write(".aws/credentials",
             "[default]\naws_access_key_id=B\naws_secret_access_key=S\naws_session_token=T\n");
  EXPECT_EQ(provider->credentials()->access_key_id, "A");
  provider->refuse(first);
  EXPECT_EQ(provider->credentials()->access_key_id, "B");
  EXPECT_EQ(provider->credentials()->session_token, "T");
}

TEST(CredentialChain, AProfileThatIsNamedMustExist) {
  Home home;
  home.write(".aws/credentials", with_keys("music"));
  home.variables["AWS_PROFILE"] = "musik";
  EXPECT_EQ(outcome(home.identity()),
            "sparkify: error: there is no profile \"musik\" in " + home.path(".aws/config") +
                " or " + home.path(".aws/credentials") + "\n  hint: did you mean \"music\"?\n");
}

TEST(CredentialChain, RunsACommand) {
  Home home;
  std::string file =
      home.write(".aws/config",
                 "[default]\ncredential_process = echo '{\"Version\": 1, \"AccessKeyId\": \"P\", "
                 "\"SecretAccessKey\": \"Q\", \"Expiration\": \"2030-01-01T00:00:00Z\"}'\n"
                 "[profile broken]\ncredential_process = false\n");
  EXPECT_EQ(outcome(home.identity()),
            "P Q  < credential_process of profile \"default\" of " + file + ":2");
  home.variables["AWS_PROFILE"] = "broken";
  EXPECT_EQ(outcome(home.identity()),
            file + ":4: error: false ended with status 1\n  during: run credential_process\n");
}

/// What the profile "music" of such a file comes to.
std::string of_config(std::string_view text) {
  Home home;
  std::string file = home.write(".aws/config", text);
  home.variables["AWS_PROFILE"] = "music";
  std::string found = outcome(home.identity());
  for (std::size_t at; (at = found.find(file)) != std::string::npos;) {
    found.replace(at, file.size(), "FILE");
  }
  return found;
}

TEST(CredentialChain, RolesInACircleAreTold) {
  EXPECT_EQ(of_config("[profile music]\nrole_arn = arn:1\nsource_profile = b\n"
                      "[profile b]\nrole_arn = arn:2\nsource_profile = c\n"
                      "[profile c]\nrole_arn = arn:3\nsource_profile = b\n"),
            "FILE:9: error: profiles assume roles in a circle: music -> b -> c -> b\n");
  EXPECT_EQ(of_config("[profile music]\nrole_arn = arn:1\nsource_profile = music\n"),
            "FILE:3: error: profiles assume roles in a circle: music -> music\n");
}

TEST(CredentialChain, RolesNeedSomebodyToAssumeThem) {
  EXPECT_EQ(of_config("[profile music]\nrole_arn = arn:1\n"),
            "FILE:2: error: profile \"music\" assumes a role and names neither source_profile nor "
            "credential_source\n  hint: name one of them: who assumes the role\n");
  EXPECT_EQ(of_config("[profile music]\nrole_arn = arn:1\nsource_profile = b\n"
                      "credential_source = Environment\n"),
            "FILE:2: error: profile \"music\" assumes a role and names both source_profile and "
            "credential_source\n  hint: name one of them: who assumes the role\n");
  EXPECT_EQ(of_config("[profile music]\nrole_arn = arn:1\nsource_profile = bas\n[profile base]\n"),
            "FILE:3: error: there is no profile \"bas\", which is the source_profile of \"music\"\n"
            "  hint: did you mean \"base\"?\n");
  EXPECT_EQ(of_config("[profile music]\nrole_arn = arn:1\nsource_profile = b\n[profile b]\n"),
            "FILE:3: error: profile \"b\" has no credentials to assume a role with\n");
  EXPECT_EQ(of_config("[profile music]\nrole_arn = arn:1\ncredential_source = Environment\n"),
            "FILE:3: error: Environment gives no credentials for the role of profile \"music\"\n");
  EXPECT_EQ(of_config("[profile music]\nrole_arn = arn:1\ncredential_source = Moon\n"),
            "FILE:3: error: there is no credential_source \"Moon\"\n"
            "  hint: Environment, EcsContainer or Ec2InstanceMetadata\n");
  EXPECT_EQ(of_config("[profile music]\nrole_arn = arn:1\nsource_profile = music\n"
                      "aws_access_key_id = A\naws_secret_access_key = S\nduration_seconds = 1h\n"),
            "FILE:6: error: duration_seconds: \"1h\" is not a whole number\n");
}

TEST(CredentialChain, WhatOnlyTheAwsCliCanDoIsSaidWithTheWayOut) {
  for (std::string_view text :
       {"[profile music]\nsso_session = s\nsso_account_id = 1\n",
        "[profile music]\nlogin_session = arn:1\n",
        "[profile music]\nrole_arn = arn:1\nmfa_serial = arn:mfa\nsource_profile = b\n"}) {
    std::string found = of_config(text);
    EXPECT_NE(found.find("not supported"), std::string::npos) << found;
    EXPECT_NE(found.find("aws configure export-credentials --profile music --format process"),
              std::string::npos)
        << found;
  }
}

TEST(CredentialChain, WebIdentityOfTheEnvironmentNeedsARole) {
  Home home;
  home.variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = "~/token";
  EXPECT_EQ(outcome(home.identity()),
            "sparkify: error: AWS_WEB_IDENTITY_TOKEN_FILE is set but AWS_ROLE_ARN is not\n");
  home.variables["AWS_ROLE_ARN"] = "arn:aws:iam::1:role/r";
  EXPECT_EQ(home.identity().credentials()->origin(),
            "role arn:aws:iam::1:role/r by web identity, AWS_WEB_IDENTITY_TOKEN_FILE");
  EXPECT_EQ(outcome(home.identity()),
            home.path("token") + ": error: cannot open: no such file or directory\n");
}

/// What a role of a server that always gives this answer comes to.
std::string of_sts(const std::string& answer) {
  net::ScriptedServer server([&](net::ServerConnection& connection) {
    while (!connection.read_head().empty() && connection.write(answer)) {
    }
  });
  Home home;
  home.write(".aws/config",
             "[default]\nrole_arn = arn:1\nsource_profile = default\n" + std::string(keys));
  home.variables["AWS_ENDPOINT_URL_STS"] = server.url("");
  std::string found = outcome(home.identity());
  return found.substr(0, found.find("  during:"));
}

TEST(Sts, RefusalsAndNonsenseAreTold) {
  auto error = [](int status, std::string_view code, std::string_view words) {
    std::string body = "<ErrorResponse><Error><Code>" + std::string(code) + "</Code><Message>" +
                       std::string(words) + "</Message></Error></ErrorResponse>";
    return "HTTP/1.1 " + std::to_string(status) +
           " No\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  };
  EXPECT_EQ(of_sts(error(403, "AccessDenied", "u may not\nsts:AssumeRole")),
            "sparkify: error: sts:AssumeRole on arn:1: AccessDenied: u may not sts:AssumeRole\n");
  EXPECT_EQ(of_sts(error(403, "ExpiredToken", "old")),
            "sparkify: error: sts:AssumeRole on arn:1: ExpiredToken: old\n"
            "  hint: the credentials that the role is assumed with have expired: sign in again\n");
  EXPECT_EQ(of_sts("HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\noops"),
            "sparkify: error: sts:AssumeRole on arn:1: status 500\n");
  EXPECT_EQ(of_sts(net::ok_response("<html>")),
            "sparkify: error: sts:AssumeRole on arn:1: the answer holds no credentials\n");
  EXPECT_EQ(
      of_sts(net::ok_response("<A><Credentials><AccessKeyId>a</AccessKeyId></Credentials></A>")),
      "sparkify: error: sts:AssumeRole on arn:1: the answer holds no credentials\n");
  EXPECT_NE(of_sts("garbage").find("broke"), std::string::npos);
}

TEST(Identity, RegionsAreFoundInOrder) {
  Home home;
  auto region = [&](std::string_view service) {
    Found found = home.identity().region(service);
    return found.text + " < " + found.origin;
  };
  EXPECT_EQ(region("s3"), "us-east-1 < default");
  EXPECT_EQ(region("redshift"), "us-west-2 < default");
  std::string file = home.write(".aws/config", "[default]\nregion = eu-west-1\n");
  EXPECT_EQ(region("s3"), "eu-west-1 < profile \"default\" of " + file + ":2");
  EXPECT_EQ(region("redshift"), "eu-west-1 < profile \"default\" of " + file + ":2");
  home.dwh_cfg = "[AWS]\nREGION = eu-west-2\n";
  EXPECT_EQ(region("s3"), "eu-west-2 < dwh.cfg:2");
  home.variables["AWS_DEFAULT_REGION"] = "eu-west-3";
  EXPECT_EQ(region("s3"), "eu-west-3 < AWS_DEFAULT_REGION");
  home.variables["AWS_REGION"] = "eu-south-1";
  EXPECT_EQ(region("s3"), "eu-south-1 < AWS_REGION");
  home.flags = {{"s3.region", "--region", "eu-north-1"}};
  EXPECT_EQ(region("s3"), "eu-north-1 < --region");
  EXPECT_EQ(region("redshift"), "eu-south-1 < AWS_REGION");
}

TEST(Identity, EndpointsAreFoundInOrder) {
  Home home;
  auto endpoint = [&](std::string_view service) {
    Found found = home.identity().endpoint(service);
    return found.text + " < " + found.origin;
  };
  EXPECT_EQ(endpoint("s3"), " < ");
  std::string file = home.write(".aws/config",
                                "[default]\nendpoint_url = http://all\nservices = local\n"
                                "[services local]\ns3 =\n  endpoint_url = http://file\n");
  EXPECT_EQ(endpoint("s3"), "http://file < services \"local\" of " + file + ":5");
  EXPECT_EQ(endpoint("sts"), "http://all < profile \"default\" of " + file + ":2");
  home.variables["AWS_ENDPOINT_URL"] = "http://env";
  EXPECT_EQ(endpoint("s3"), "http://env < AWS_ENDPOINT_URL");
  EXPECT_EQ(endpoint("sts"), "http://env < AWS_ENDPOINT_URL");
  home.variables["AWS_ENDPOINT_URL_S3"] = "http://s3";
  home.variables["AWS_ENDPOINT_URL_REDSHIFT_DATA"] = "http://data";
  EXPECT_EQ(endpoint("s3"), "http://s3 < AWS_ENDPOINT_URL_S3");
  EXPECT_EQ(endpoint("redshift-data"), "http://data < AWS_ENDPOINT_URL_REDSHIFT_DATA");
  home.variables["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true";
  EXPECT_EQ(endpoint("s3"), " < ");
  EXPECT_EQ(endpoint("sts"), " < ");
  home.flags = {{"s3.endpoint", "--endpoint-url", "http://flag"}};
  EXPECT_EQ(endpoint("s3"), "http://flag < --endpoint-url");
}

TEST(Identity, EndpointsThatNameAUserAreRefusedWithoutTheirText) {
  for (const char* variable : {"AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"}) {
    Home home;
    home.variables[variable] = "http://me:hush@host:9000/a@b";
    try {
      home.identity().endpoint("s3");
      ADD_FAILURE() << "accepted";
    } catch (const base::Error& error) {
      EXPECT_EQ(rendered(error).find("hush"), std::string::npos);
      EXPECT_NE(rendered(error).find(variable), std::string::npos) << rendered(error);
    }
  }
  EXPECT_FALSE(names_user("http://host/a@b"));
  EXPECT_FALSE(names_user("me@host"));
}

TEST(Identity, ServicesThatAreNotThereAreTold) {
  Home home;
  std::string file = home.write(".aws/config", "[default]\nservices = local\n");
  try {
    home.identity().endpoint("s3");
    ADD_FAILURE() << "accepted";
  } catch (const base::Error& error) {
    EXPECT_EQ(rendered(error), file + ":2: error: there is no section [services local]\n");
  }
}

}  // namespace
}  // namespace sparkify::aws
