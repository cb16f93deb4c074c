#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>

#include "base/error.hpp"
#include "event/input.hpp"
#include "memory_store.hpp"
#include "redshift/address.hpp"
#include "redshift/parts.hpp"

namespace sparkify::redshift {
namespace {

TEST(RedshiftAddress, IsTakenApart) {
  Address address = read_address("redshift://ann%40x@dwh.example:5440/d%2Fb?sslmode=require");
  EXPECT_EQ(address.user, "ann@x");
  EXPECT_EQ(address.host, "dwh.example");
  EXPECT_EQ(address.port, 5440);
  EXPECT_EQ(address.database, "d/b");
  EXPECT_EQ(address.ssl_mode, "require");
  EXPECT_TRUE(is_address("Redshift://"));
  EXPECT_FALSE(is_address("redshift.duckdb"));
}

TEST(RedshiftAddress, WhatItDoesNotSayIsEmpty) {
  Address address = read_address("redshift://[::1]?sslrootcert=/a/b.pem");
  EXPECT_EQ(address.host, "::1");
  EXPECT_EQ(address.port, 0);
  EXPECT_TRUE(address.user.empty() && address.database.empty() && address.ssl_mode.empty());
  EXPECT_EQ(address.ca_file, "/a/b.pem");
  address.port = 5439;
  EXPECT_EQ(address.shown(), "redshift://[::1]:5439/");
}

TEST(RedshiftAddress, RefusesPasswordsWithoutRepeatingThem) {
  for (const char* text :
       {"redshift://ann:geheim@host/db", "redshift://ann:geheim?x@host/db",
        "redshift://ann:geheim/x@host/db", "redshift://ann:x@geheim:x@host", "redshift://:geheim@h",
        "redshift://ann:x?geheim=x@host/db", "redshift://ann:geheim"}) {
    try {
      read_address(text);
      FAIL() << text;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.kind(), base::ErrorKind::usage);
      EXPECT_EQ(base::render(error).find("geheim"), std::string::npos) << text;
    }
  }
}

TEST(RedshiftAddress, MayHoldAnAtThatIsEncoded) {
  Address address = read_address("redshift://ann@[::1]:5440/a%40b?sslrootcert=/a%40b.pem");
  EXPECT_EQ(address.user, "ann");
  EXPECT_EQ(address.database, "a@b");
  EXPECT_EQ(address.ca_file, "/a@b.pem");
}

TEST(RedshiftAddress, RefusesWhatIsNone) {
  for (const char* text :
       {"postgresql://host/db", "redshift://host:0/db", "redshift://host:x",
        "redshift://host:70000", "redshift://[::1", "redshift://h%zz", "redshift://h%00",
        "redshift://h?sslmode=yes", "redshift://h?password=x", "redshift://h%4"}) {
    EXPECT_THROW(read_address(text), base::Error) << text;
  }
}

std::string inflated(const std::string& bytes) {
  auto inflater = event::Inflater::create(event::Compression::gzip);
  std::string text;
  std::array<char, 65536> piece{};
  for (std::size_t at = 0; at < bytes.size();) {
    auto step = inflater->run({bytes.data() + at, bytes.size() - at}, piece);
    EXPECT_EQ(step.problem, nullptr);
    at += step.consumed_bytes;
    text.append(piece.data(), step.produced_bytes);
    if (step.consumed_bytes == 0 && step.produced_bytes == 0) break;
  }
  EXPECT_TRUE(inflater->may_end());
  return text;
}

TEST(RedshiftParts, AreAMultipleOfTheSlicesAndOfOneSize) {
  constexpr std::size_t slices = 2;
  memory_test::MemoryStore store;
  Parts parts(store, "s3://b/p", slices);
  // Letters at random, which gzip makes little smaller: the first parts are full after 20 MiB.
  std::mt19937 random(1);
  std::string line(1 << 20, ' ');
  std::size_t line_count = 0;
  for (; line_count < 40; ++line_count) {
    for (char& c : line) c = static_cast<char>('0' + random() % 64);
    parts.add(line + "\n");
  }
  std::vector<std::string> paths = parts.finish();
  EXPECT_EQ(paths, store.paths());
  EXPECT_GT(paths.size(), slices);
  EXPECT_EQ(paths.size() % slices, 0U);
  std::size_t lines = 0, least = SIZE_MAX, most = 0;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    std::string text = inflated(store.text(paths[i]));
    lines += static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    if (i >= slices) continue;
    least = std::min(least, text.size());
    most = std::max(most, text.size());
  }
  EXPECT_EQ(lines, line_count);
  EXPECT_LE(most, least + (1 << 20) + 1);
}

TEST(RedshiftParts, OfAFewLinesAreFewAndOfNoneNone) {
  memory_test::MemoryStore store;
  Parts few(store, "s3://b/few", 8);
  few.add("{}\n");
  EXPECT_EQ(few.finish().size(), 1U);
  Parts none(store, "s3://b/none", 8);
  EXPECT_TRUE(none.finish().empty());
}

TEST(RedshiftParts, TellWhatAnUploadThrew) {
  memory_test::MemoryStore store;
  store.before_write = [](const std::string&) {
    throw base::Error(base::ErrorKind::denied, "no room");
  };
  Parts parts(store, "s3://b/p", 2);
  parts.add("{}\n");
  EXPECT_THROW(parts.finish(), base::Error);
}

}  // namespace
}  // namespace sparkify::redshift
