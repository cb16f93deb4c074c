#include <gtest/gtest.h>

#include <random>

#include "s3/checksum.hpp"
#include "s3_bucket.hpp"

namespace sparkify::s3 {
namespace {

constexpr std::array crcs{ChecksumKind::crc32c, ChecksumKind::crc32, ChecksumKind::crc64nvme};

/// Bit by bit, as the definition says.
std::uint64_t slow_crc(ChecksumKind kind, std::string_view bytes) {
  std::uint64_t polynomial = kind == ChecksumKind::crc32c  ? 0x82F63B78
                             : kind == ChecksumKind::crc32 ? 0xEDB88320
                                                           : 0x9A6C9329AC4BC9B5;
  std::uint64_t ones = kind == ChecksumKind::crc64nvme ? ~std::uint64_t{0} : 0xFFFFFFFF;
  std::uint64_t crc = ones;
  for (unsigned char byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? polynomial : 0);
  }
  return crc ^ ones;
}

TEST(S3Checksum, KnowsThePublishedAnswers) {
  EXPECT_EQ(crc_of(ChecksumKind::crc32, "123456789"), 0xCBF43926u);
  EXPECT_EQ(crc_of(ChecksumKind::crc32c, "123456789"), 0xE3069283u);
  EXPECT_EQ(crc_of(ChecksumKind::crc64nvme, "123456789"), 0xAE8B14860A799888u);
  EXPECT_EQ(checksum_of(ChecksumKind::crc32c, "123456789").base64, "4waSgw==");
  EXPECT_EQ(checksum_of(ChecksumKind::crc64nvme, "123456789").base64, "rosUhgp5mIg=");
  EXPECT_EQ(checksum_of(ChecksumKind::sha1, "abc").base64, "qZk+NkcGgWq6PiVxeFDCbJzQ2J0=");
  EXPECT_EQ(checksum_of(ChecksumKind::sha256, "").base64,
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
}

TEST(S3Checksum, IsThatOfTheDefinitionAtEveryLengthAndAlignment) {
  std::string bytes = pattern(1000);
  for (ChecksumKind kind : crcs) {
    for (std::size_t begin = 0; begin < 9; ++begin) {
      for (std::size_t size : {0, 1, 7, 8, 63, 64, 65, 127, 128, 129, 191, 300, 991}) {
        std::string_view part = std::string_view(bytes).substr(begin, size);
        ASSERT_EQ(crc_of(kind, part), slow_crc(kind, part)) << begin << " " << size;
      }
    }
  }
}

TEST(S3Checksum, OfPartsMakeThatOfTheWhole) {
  std::mt19937 random(1);
  for (ChecksumKind kind : crcs) {
    for (int round = 0; round < 50; ++round) {
      std::string whole = pattern(random() % 5000, static_cast<unsigned>(round));
      std::size_t cut = whole.empty() ? 0 : random() % whole.size();
      std::string_view first = std::string_view(whole).substr(0, cut);
      std::string_view second = std::string_view(whole).substr(cut);
      EXPECT_EQ(combine_crc(kind, crc_of(kind, first), crc_of(kind, second), second.size()),
                crc_of(kind, whole));
    }
  }
}

TEST(S3Checksum, TakesTheCheapestAndNoneOfParts) {
  std::vector<net::Header> headers{{"X-Amz-Checksum-Sha256", "abc="},
                                   {"x-amz-checksum-crc32", "q"}};
  EXPECT_EQ(find_checksum(headers)->kind, ChecksumKind::crc32);
  headers.push_back({"x-amz-checksum-type", "COMPOSITE"});
  EXPECT_FALSE(find_checksum(headers));
  EXPECT_FALSE(find_checksum(std::vector<net::Header>{{"x-amz-checksum-crc32c", "abc=-7"}}));
  EXPECT_FALSE(find_checksum(std::vector<net::Header>{{"ETag", "abc"}}));
}

}  // namespace
}  // namespace sparkify::s3
