#include "infra/dwh_file.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "base/error.hpp"

namespace sparkify::infra {
namespace {

const std::vector<Entry> entries = {
    {"cluster.host", "h.example"}, {"cluster.db_port", "5440"}, {"iam_role.arn", "arn:role"}};

TEST(InfraDwhFile, KeysThatAreThereGetTheValueAndAllElseStays) {
  EXPECT_EQ(with_entries("# mine\n[CLUSTER]\nhost = ''\nDB_NAME=dev\nDB_PORT: 5439\n\n"
                         "[IAM_ROLE]\nARN='arn:old'\n; end\n",
                         "dwh.cfg", entries),
            "# mine\n[CLUSTER]\nhost = h.example\nDB_NAME=dev\nDB_PORT: 5440\n\n"
            "[IAM_ROLE]\nARN=arn:role\n; end\n");
}

TEST(InfraDwhFile, TwiceIsOnce) {
  std::string once = with_entries("[DWH]\nDWH_PORT=5440\n", "dwh.cfg", entries);
  EXPECT_EQ(once, "[DWH]\nDWH_PORT=5440\nDWH_ENDPOINT=h.example\nDWH_ROLE_ARN=arn:role\n");
  EXPECT_EQ(with_entries(once, "dwh.cfg", entries), once);
}

TEST(InfraDwhFile, TheHostBecomesTheFirstOfItsSection) {
  EXPECT_EQ(with_entries("[CLUSTER]\nDB_NAME=dev\nDB_PORT=5440\n\n[S3]\nLOG_DATA=x\n", "dwh.cfg",
                         entries),
            "[CLUSTER]\nHOST=h.example\nDB_NAME=dev\nDB_PORT=5440\n\n"
            "[S3]\nLOG_DATA=x\n\n[IAM_ROLE]\nARN=arn:role\n");
}

TEST(InfraDwhFile, AnEmptyFileGetsSections) {
  EXPECT_EQ(with_entries("", "dwh.cfg", entries),
            "[CLUSTER]\nHOST=h.example\nDB_PORT=5440\n\n[IAM_ROLE]\nARN=arn:role\n");
}

TEST(InfraDwhFile, LinesThatSayTheSameGoOnDoingSo) {
  EXPECT_EQ(with_entries("[CLUSTER]\nHOST=old\n[DWH]\nDWH_ENDPOINT=old\nHOST=\n", "dwh.cfg",
                         {entries.data(), 1}),
            "[CLUSTER]\nHOST=h.example\n[DWH]\nDWH_ENDPOINT=h.example\nHOST=\n");
}

TEST(InfraDwhFile, NothingIsTakenOutAndNotPutIn) {
  const std::vector<Entry> nothing = {{"cluster.secret", ""}};
  EXPECT_EQ(with_entries("[CLUSTER]\nSECRET_ARN=arn:old\n", "dwh.cfg", nothing),
            "[CLUSTER]\nSECRET_ARN=\n");
  EXPECT_EQ(with_entries("[CLUSTER]\nHOST=h\n", "dwh.cfg", nothing), "[CLUSTER]\nHOST=h\n");
}

TEST(InfraDwhFile, LineEndsOfWindowsStay) {
  EXPECT_EQ(with_entries("[CLUSTER]\r\nHOST=old\r\n", "dwh.cfg", {entries.data(), 1}),
            "[CLUSTER]\r\nHOST=h.example\r\n");
}

TEST(InfraDwhFile, AFileThatCannotBeReadIsNotWritten) {
  EXPECT_THROW(with_entries("HOST=1\n", "dwh.cfg", entries), base::Error);
}

}  // namespace
}  // namespace sparkify::infra
