#include "pgwire/values.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <string>

#include "base/error.hpp"
#include "pgwire/types.hpp"

namespace sparkify::pgwire {
namespace {

using namespace std::string_literals;

template <typename... Arguments>
std::string text(char* (*write)(char*, Arguments...), std::type_identity_t<Arguments>... values) {
  std::array<char, 256> room{};
  return {room.data(), write(room.data(), values...)};
}

// The expected texts of this file are what PostgreSQL 15 prints.

TEST(Values, RealsAreShortAndReadBack) {
  auto real = [](double value) { return text<double>(write_real, value); };
  EXPECT_EQ(real(0.1), "0.1");
  EXPECT_EQ(real(100), "100");
  EXPECT_EQ(real(1e14), "100000000000000");
  EXPECT_EQ(real(1e15), "1e+15");
  EXPECT_EQ(real(-1.5e-5), "-1.5e-05");
  EXPECT_EQ(real(0.00012), "0.00012");
  EXPECT_EQ(real(123456789.125), "123456789.125");
  EXPECT_EQ(real(-0.0), "-0");
  EXPECT_EQ(real(std::numeric_limits<double>::infinity()), "Infinity");
  EXPECT_EQ(real(std::nan("")), "NaN");
  EXPECT_EQ(text<float>(write_real, 1e6F), "1e+06");
  EXPECT_EQ(text<float>(write_real, 100000.0F), "100000");
}

TEST(Values, NumericsKeepTheirScale) {
  auto numeric = [](Int128 value, unsigned scale) {
    return text<Int128, unsigned>(write_numeric, value, scale);
  };
  EXPECT_EQ(numeric(0, 2), "0.00");
  EXPECT_EQ(numeric(-5, 3), "-0.005");
  EXPECT_EQ(numeric(12345, 2), "123.45");
  EXPECT_EQ(numeric(7, 0), "7");
  Int128 large = static_cast<Int128>(1'000'000'000'000'000'000) * 10'000'000'000'000'000'000U;
  EXPECT_EQ(numeric(large, 0), "1" + std::string(37, '0'));
}

TEST(Values, DaysReachBeforeChrist) {
  auto date = [](std::int32_t days) { return text<std::int32_t>(write_date, days); };
  EXPECT_EQ(date(0), "1970-01-01");
  EXPECT_EQ(date(17836), "2018-11-01");
  EXPECT_EQ(date(-719163), "0001-12-31 BC");
  EXPECT_EQ(date(std::numeric_limits<std::int32_t>::max()), "infinity");
}

TEST(Values, MomentsBeforeTheEpochHaveTheirDay) {
  auto moment = [](std::int64_t micros) { return text<std::int64_t>(write_timestamp, micros); };
  EXPECT_EQ(moment(1541106106796000), "2018-11-01 21:01:46.796");
  EXPECT_EQ(moment(-500000), "1969-12-31 23:59:59.5");
  EXPECT_EQ(text<std::int64_t>(write_timestamptz, 0), "1970-01-01 00:00:00+00");
}

TEST(Values, IntervalsAreInPostgresStyle) {
  auto interval = [](std::int32_t months, std::int32_t days, std::int64_t micros) {
    return text<std::int32_t, std::int32_t, std::int64_t>(write_interval, months, days, micros);
  };
  EXPECT_EQ(interval(0, 0, 0), "00:00:00");
  EXPECT_EQ(interval(14, 3, 14706700000), "1 year 2 mons 3 days 04:05:06.7");
  EXPECT_EQ(interval(-1, 1, -1000000), "-1 mons +1 day -00:00:01");
}

TEST(Values, BinaryNumericsAreGroupsOfFourDigits) {
  auto numeric = [](Int128 value, unsigned scale) {
    return text<Int128, unsigned>(put_numeric, value, scale);
  };
  EXPECT_EQ(numeric(0, 0), "\0\0\0\0\0\0\0\0"s);
  EXPECT_EQ(numeric(-12345678, 2), "\0\3\0\1\x40\0\0\2\0\x0c\x0d\x80\x1e\x78"s);
}

TEST(Values, BinaryParametersComeBackAsText) {
  auto numeric = number(Oid::numeric);
  for (auto [value, scale, expected] : {std::tuple<Int128, unsigned, const char*>{0, 0, "0"},
                                        {-12345678, 2, "-123456.78"},
                                        {5, 5, "0.00005"},
                                        {100000000, 0, "100000000"}}) {
    std::string bytes = text<Int128, unsigned>(put_numeric, value, scale);
    EXPECT_EQ(text_of_binary(numeric, bytes), expected);
  }
  EXPECT_EQ(text_of_binary(number(Oid::date), text<std::int32_t>(put_date, 17836)), "2018-11-01");
  EXPECT_EQ(text_of_binary(number(Oid::timestamp), text<std::int64_t>(put_timestamp, -500000)),
            "1969-12-31 23:59:59.5");
  EXPECT_EQ(text_of_binary(number(Oid::bytea), "a\0"s), "\\x61\\x00");
}

TEST(Values, BinaryParametersOfAWrongSizeAreRefused) {
  for (Oid oid : {Oid::int4, Oid::date, Oid::timestamp, Oid::numeric, Oid::uuid, Oid::interval}) {
    for (const std::string& bytes : {""s, "abc"s, std::string(300, '\xff')}) {
      EXPECT_THROW(text_of_binary(number(oid), bytes), base::Error) << bytes.size();
    }
  }
}

TEST(Values, ByteaIsReadInBothItsForms) {
  EXPECT_EQ(blob_literal("\\x6162"), "\\x61\\x62");
  EXPECT_EQ(blob_literal("a\\\\\\001"), "\\x61\\x5C\\x01");
  EXPECT_THROW(blob_literal("\\x6"), base::Error);
  EXPECT_THROW(blob_literal("\\9"), base::Error);
}

}  // namespace
}  // namespace sparkify::pgwire
