#include "infra/sizing.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <set>

#include "base/error.hpp"

namespace sparkify::infra {
namespace {

constexpr std::array<std::string_view, 3> layouts = {"auto", "merge-join", "by-user"};
constexpr std::array<double, 4> retentions = {1, 30, 365, 3650};

Estimate of(double events, double days = 365, std::string_view layout = "auto") {
  return estimate({events, days, layout});
}

bool is_refused(double events, double days) {
  try {
    of(events, days);
  } catch (const base::Error& error) {
    return error.kind() == base::ErrorKind::usage;
  }
  return false;
}

double constant(std::string_view name) {
  for (const Constant& each : sizing_constants()) {
    if (each.name == name) return each.value;
  }
  ADD_FAILURE() << name;
  return 0;
}

/// Numbers of events from one to what the largest cluster bears, each a little more than the last.
template <class Visit>
void for_growing_events(double days, std::string_view layout, Visit visit) {
  for (double events = 1; !is_refused(events, days); events = std::ceil(events * 1.37)) {
    Estimate made;
    try {
      made = of(events, days, layout);
    } catch (const base::Error&) {
      return;
    }
    visit(events, made);
  }
}

TEST(InfraSizing, MoreEventsNeverTakeOrCostLess) {
  for (std::string_view layout : layouts) {
    for (double days : retentions) {
      Estimate before;
      int steps = 0;
      for_growing_events(days, layout, [&](double events, const Estimate& made) {
        EXPECT_GT(made.raw_bytes, before.raw_bytes);
        EXPECT_GT(made.part_bytes, before.part_bytes);
        EXPECT_GE(made.part_count, before.part_count);
        EXPECT_GT(made.staging_bytes, before.staging_bytes);
        EXPECT_GT(made.dollars_a_month(), before.dollars_a_month()) << layout << " " << events;
        before = made;
        ++steps;
      });
      EXPECT_GT(steps, 60) << layout << " " << days;
    }
  }
}

TEST(InfraSizing, MoreDaysNeverCostLess) {
  for (double events : {1e3, 1e6, 1e9}) {
    double before = 0;
    for (double days = 1; days <= 4000; days *= 2) {
      double dollars = of(events, days).dollars_a_month();
      EXPECT_GT(dollars, before);
      before = dollars;
    }
  }
}

TEST(InfraSizing, TheClusterHasTimeAndRoomAndExists) {
  for (std::string_view layout : layouts) {
    for (double days : retentions) {
      for_growing_events(days, layout, [&](double, const Estimate& made) {
        ASSERT_NE(made.type, nullptr);
        EXPECT_FALSE(objection_to_node_count(*made.type, made.node_count));
        EXPECT_LE(made.copy_seconds + made.build_seconds, constant("load_window"));
        double each = made.node_count == 1 ? made.type->lone_terabytes : made.type->terabytes;
        EXPECT_LE(made.staging_bytes + made.star_bytes,
                  each * 1e12 * static_cast<double>(made.node_count));
        EXPECT_GT(made.dollars_an_hour, 0);
      });
    }
  }
}

TEST(InfraSizing, NoOtherClusterOnTheListIsCheaperAndDoes) {
  Estimate made = of(1e9);
  double work = (made.copy_seconds + made.build_seconds) * static_cast<double>(made.vcpus());
  for (const NodeType& type : node_types()) {
    for (std::uint64_t count = type.least_nodes; count <= type.most_nodes; ++count) {
      auto nodes = static_cast<double>(count);
      if (type.dollars_an_hour * nodes >= made.dollars_an_hour) continue;
      bool has_time = work / (nodes * static_cast<double>(type.vcpus)) <= constant("load_window");
      double each = count == 1 ? type.lone_terabytes : type.terabytes;
      bool has_room = made.staging_bytes + made.star_bytes <= each * nodes * 1e12;
      EXPECT_FALSE(has_time && has_room) << count << " x " << type.name;
    }
  }
}

TEST(InfraSizing, CopiesOnEachNodeTakeRoom) {
  Estimate once = of(1e9), copied = of(1e9, 365, "by-user");
  EXPECT_EQ(once.copy_count, 1);
  EXPECT_EQ(copied.copy_count, static_cast<double>(copied.node_count));
  EXPECT_GT(copied.star_bytes, once.star_bytes);
  EXPECT_EQ(of(1e9, 365, "merge-join").star_bytes, once.star_bytes);
}

TEST(InfraSizing, WhatIsNoNumberOfEventsOrDaysIsRefused) {
  EXPECT_TRUE(is_refused(0, 365));
  EXPECT_TRUE(is_refused(-1, 365));
  EXPECT_TRUE(is_refused(0.5, 365));
  EXPECT_TRUE(is_refused(std::nan(""), 365));
  EXPECT_TRUE(is_refused(INFINITY, 365));
  EXPECT_TRUE(is_refused(2 * most_events_per_day, 1));
  EXPECT_TRUE(is_refused(1e6, 0));
  EXPECT_TRUE(is_refused(1e6, 2.0 * most_retention_days));
  EXPECT_TRUE(is_refused(most_events_per_day, 1)) << "more than the largest cluster bears";
}

TEST(InfraSizing, ConstantsSayWhatTheyStandOn) {
  std::set<std::string_view> names;
  for (const Constant& each : sizing_constants()) {
    EXPECT_TRUE(names.insert(each.name).second) << each.name;
    EXPECT_GT(each.value, 0) << each.name;
    EXPECT_FALSE(each.source.empty() || name_of(each.ground).empty()) << each.name;
  }
}

TEST(InfraSizing, Quantities) {
  auto read = [](std::string_view text) { return parse_quantity(text, 1e15).value_or(-1); };
  EXPECT_EQ(read("1"), 1);
  EXPECT_EQ(read("200000"), 200'000);
  EXPECT_EQ(read("1e9"), 1e9);
  EXPECT_EQ(read("5m"), 5e6);
  EXPECT_EQ(read("2.5B"), 2.5e9);
  EXPECT_EQ(read("10k"), 1e4);
  EXPECT_EQ(read("1t"), 1e12);
  EXPECT_EQ(read("1e15"), 1e15);
  for (const char* text : {"", "0", "-1", "1.5", "1e-3", "1e16", "1e400", "inf", "nan", "5mm", "m",
                           "5 m", " 5", "+5", "0x10", "five", "1,000"}) {
    EXPECT_EQ(read(text), -1) << text;
  }
}

}  // namespace
}  // namespace sparkify::infra
