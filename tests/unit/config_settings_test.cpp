#include "config/settings.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "base/error.hpp"
#include "base/text.hpp"

namespace sparkify::config {
namespace {

/// The two shapes of dwh.cfg that people have: one names the running cluster, the other says how to
/// make one.
constexpr std::string_view cluster_shape = R"([CLUSTER]
HOST='redshift-cluster-1.abc.us-west-2.redshift.amazonaws.com'
DB_NAME='dev'
DB_USER='awsuser'
DB_PASSWORD='Secret%1'
DB_PORT='5439'

[IAM_ROLE]
ARN='arn:aws:iam::123456789012:role/dwhRole'

[S3]
LOG_DATA='s3://udacity-dend/log_data'
LOG_JSONPATH='s3://udacity-dend/log_json_path.json'
SONG_DATA='s3://udacity-dend/song_data'
)";

constexpr std::string_view maker_shape = R"([AWS]
KEY=
SECRET=

[DWH]
DWH_CLUSTER_TYPE=multi-node
DWH_NUM_NODES=4
DWH_NODE_TYPE=dc2.large
DWH_IAM_ROLE_NAME=dwhRole
DWH_CLUSTER_IDENTIFIER=dwhCluster
DWH_DB=dwh
DWH_DB_USER=dwhuser
DWH_DB_PASSWORD=Passw0rd
DWH_PORT=5439
DWH_ENDPOINT=
)";

constexpr std::string_view lower_case_shape = R"([AWS]
aws_key = AKIAEXAMPLE
aws_secret = wJalr/EXAMPLE
aws_region = eu-central-1

[DWH]
dwh_host = example.org
dwh_db_name = sparkify
dwh_db_user = student
dwh_db_password = hidden
dwh_port = 5440
dwh_cluster_type = single-node
)";

Inputs with_file(std::string_view text) {
  Inputs inputs;
  inputs.project_file = {"dwh.cfg", std::string(text)};
  return inputs;
}

std::string refusal(const Inputs& inputs) {
  try {
    Settings settings(inputs);
  } catch (const base::Error& error) {
    return base::render(error);
  }
  return "accepted";
}

TEST(Settings, ReadTheShapeThatNamesACluster) {
  Settings settings(with_file(cluster_shape));
  EXPECT_EQ(settings.text("cluster.host"),
            "redshift-cluster-1.abc.us-west-2.redshift.amazonaws.com");
  EXPECT_EQ(settings.text("cluster.db_name"), "dev");
  EXPECT_EQ(settings.text("cluster.db_user"), "awsuser");
  EXPECT_EQ(settings.text("cluster.db_password"), "Secret%1");
  EXPECT_EQ(settings.count("cluster.db_port"), 5439U);
  EXPECT_EQ(settings.text("iam_role.arn"), "arn:aws:iam::123456789012:role/dwhRole");
  EXPECT_EQ(settings.text("s3.log_data"), "s3://udacity-dend/log_data");
  EXPECT_EQ(settings.text("s3.log_jsonpath"), "s3://udacity-dend/log_json_path.json");
  EXPECT_EQ(settings.text("s3.song_data"), "s3://udacity-dend/song_data");
  EXPECT_TRUE(settings.holds_secret(Source::project_file));
}

TEST(Settings, ReadTheShapeThatMakesACluster) {
  Settings settings(with_file(maker_shape));
  EXPECT_EQ(settings.text("cluster.type"), "multi-node");
  EXPECT_EQ(settings.count("cluster.nodes"), 4U);
  EXPECT_EQ(settings.text("cluster.node_type"), "dc2.large");
  EXPECT_EQ(settings.text("iam_role.role_name"), "dwhRole");
  EXPECT_EQ(settings.text("cluster.identifier"), "dwhCluster");
  EXPECT_EQ(settings.text("cluster.db_name"), "dwh");
  EXPECT_EQ(settings.text("cluster.db_user"), "dwhuser");
  EXPECT_FALSE(settings.is_set("aws.key"));
  EXPECT_FALSE(settings.is_set("cluster.host"));
}

TEST(Settings, ReadPrefixedLowerCaseKeys) {
  Settings settings(with_file(lower_case_shape));
  EXPECT_EQ(settings.text("aws.key"), "AKIAEXAMPLE");
  EXPECT_EQ(settings.text("aws.region"), "eu-central-1");
  EXPECT_EQ(settings.text("cluster.host"), "example.org");
  EXPECT_EQ(settings.text("cluster.db_name"), "sparkify");
  EXPECT_EQ(settings.count("cluster.db_port"), 5440U);
}

TEST(Settings, AFileOfEmptyValuesHoldsNoSecret) {
  Settings settings(with_file("[AWS]\nKEY=\nSECRET=''\n"));
  EXPECT_FALSE(settings.holds_secret(Source::project_file));
}

TEST(Settings, TheNearerSourceWinsAndIsNamed) {
  Inputs inputs;
  EXPECT_EQ(Settings(inputs).value("warehouse.path").origin, "default");
  inputs.user_file = {"user.cfg", "[WAREHOUSE]\npath = user.duckdb\n"};
  EXPECT_EQ(Settings(inputs).value("warehouse.path").origin, "user.cfg:2");
  inputs.project_file = {"dwh.cfg", "[WAREHOUSE]\n\npath = project.duckdb\n"};
  EXPECT_EQ(Settings(inputs).value("warehouse.path").origin, "dwh.cfg:3");
  inputs.variable = [](const std::string& name) -> std::optional<std::string> {
    if (name == "SPARKIFY_WAREHOUSE") return "variable.duckdb";
    return std::nullopt;
  };
  EXPECT_EQ(Settings(inputs).value("warehouse.path").origin, "SPARKIFY_WAREHOUSE");
  inputs.flags.push_back({"warehouse.path", "--warehouse", "flag.duckdb"});
  EXPECT_EQ(Settings(inputs).value("warehouse.path").origin, "--warehouse");
  EXPECT_EQ(Settings(inputs).text("warehouse.path"), "flag.duckdb");
}

TEST(Settings, AnEmptyValueLeavesTheOneBelow) {
  Inputs inputs = with_file("[WAREHOUSE]\npath =\n");
  inputs.user_file = {"user.cfg", "[WAREHOUSE]\npath = user.duckdb\n"};
  inputs.variable = [](const std::string&) -> std::optional<std::string> { return ""; };
  EXPECT_EQ(Settings(inputs).text("warehouse.path"), "user.duckdb");
}

TEST(Settings, AnUnknownKeyIsShownWithTheNearestNameButNotItsValue) {
  EXPECT_EQ(refusal(with_file("[S3]\nloG_dta = 's3://x'\n")),
            "dwh.cfg:2:1: error: unknown key \"loG_dta\" in [S3]\n"
            "  loG_dta = \n  ^\n"
            "  hint: did you mean \"log_data\"?\n");
}

TEST(Settings, AKeyOfAnotherSectionIsSentThere) {
  EXPECT_NE(refusal(with_file("[IAM_ROLE]\nSONG_DATA=x\n")).find("it belongs in [S3]"),
            std::string::npos);
}

TEST(Settings, AnUnknownSectionIsRefused) {
  std::string text = refusal(with_file("[CLUSTR]\nHOST=x\n"));
  EXPECT_NE(text.find("dwh.cfg:1:1: error: unknown section [CLUSTR]"), std::string::npos);
  EXPECT_NE(text.find("did you mean \"CLUSTER\"?"), std::string::npos);
}

TEST(Settings, AValueOfTheWrongTypeIsShownWhereItStands) {
  EXPECT_EQ(refusal(with_file("[DWH]\nDWH_PORT = 54x9\n")),
            "dwh.cfg:2:12: error: dwh_port: \"54x9\" is not a port from 1 to 65535\n"
            "  DWH_PORT = 54x9\n             ^\n");
  Inputs inputs;
  inputs.flags.push_back({"warehouse.threads", "--threads", "many"});
  EXPECT_EQ(refusal(inputs), "sparkify: error: --threads: \"many\" is not a whole number\n");
}

TEST(Settings, OneSettingUnderTwoSpellingsMustAgree) {
  EXPECT_EQ(refusal(with_file("[DWH]\nhost=a\ndwh_endpoint=a\n")), "accepted");
  EXPECT_NE(refusal(with_file("[DWH]\nhost=a\ndwh_endpoint=b\n"))
                .find("dwh.cfg:3:1: error: \"dwh_endpoint\" sets cluster.host again"),
            std::string::npos);
}

TEST(Objection, KnowsTheTypes) {
  EXPECT_FALSE(objection(setting("warehouse.memory_limit"), "2GB"));
  EXPECT_FALSE(objection(setting("warehouse.memory_limit"), "1.5 GiB"));
  EXPECT_TRUE(objection(setting("warehouse.memory_limit"), "2"));
  EXPECT_TRUE(objection(setting("warehouse.memory_limit"), "much"));
  EXPECT_TRUE(objection(setting("warehouse.memory_limit"), "0GB"));
  EXPECT_FALSE(objection(setting("warehouse.keep_staging"), "Yes"));
  EXPECT_TRUE(objection(setting("warehouse.keep_staging"), "maybe"));
  EXPECT_TRUE(objection(setting("warehouse.max_rejects"), "-1"));
  EXPECT_TRUE(objection(setting("warehouse.max_rejects"), "99999999999999999999"));
  EXPECT_TRUE(objection(setting("cluster.db_port"), "0"));
  EXPECT_TRUE(objection(setting("warehouse.layout"), "atuo"));
}

TEST(SettingsTable, NamesVariablesAndSpellingsAreUnique) {
  std::set<std::string_view> names, variables;
  std::map<std::string, std::string_view> spellings;
  for (const Setting& setting : settings()) {
    EXPECT_TRUE(names.insert(setting.name).second) << setting.name;
    for (std::string_view variable : base::split_words(setting.variables)) {
      EXPECT_TRUE(variables.insert(variable).second) << variable;
    }
    EXPECT_FALSE(setting.help.empty()) << setting.name;
    EXPECT_FALSE(!setting.default_text.empty() && objection(setting, setting.default_text))
        << setting.name;
    for (std::string_view section : base::split_words(setting.sections)) {
      for (std::string_view key : base::split_words(setting.keys)) {
        std::string spelling = std::string(section) + "." + std::string(key);
        EXPECT_TRUE(spellings.emplace(spelling, setting.name).second) << spelling;
      }
    }
  }
}

}  // namespace
}  // namespace sparkify::config
