#include "event/speculation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "event_reading.hpp"

namespace sparkify::event {
namespace {

using event_test::event_line;

/// A record with bytes behind it that would mislead who looks at them; nothing more may be read.
class Padded {
 public:
  explicit Padded(std::string_view record)
      : size_(record.size()),
        bytes_(std::make_unique<char[]>(record.size() + RecordParser::padding_bytes)) {
    constexpr std::string_view behind = "}\n{\"artist\":\"x\",7\",\\\"5}";
    std::memcpy(bytes_.get(), record.data(), size_);
    for (std::size_t i = 0; i < RecordParser::padding_bytes; ++i) {
      bytes_[size_ + i] = behind[(size_ + i) % behind.size()];
    }
  }
  std::string_view record() const { return {bytes_.get(), size_}; }

 private:
  std::size_t size_;
  std::unique_ptr<char[]> bytes_;
};

/// Speculation before a parser, and whether it spared it.
class Learner {
 public:
  explicit Learner(const Mapping& mapping = event_mapping())
      : speculation_(mapping, Marks::Lanes::widest),
        parser_(mapping, RecordParser::Speculating::never),
        tokens_(mapping.columns.size() + 1) {}

  bool takes(std::string_view text) {
    Padded padded(text);
    if (speculation_.take(padded.record(), tokens_)) return true;
    if (parser_.parse(padded.record())) speculation_.learn(padded.record());
    return false;
  }

 private:
  Speculation speculation_;
  RecordParser parser_;
  std::vector<Token> tokens_;
};

std::string replace(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

TEST(Speculation, TakesARecordLikeOneItLearned) {
  Learner learner;
  EXPECT_FALSE(learner.takes(event_line()));
  EXPECT_TRUE(learner.takes(event_line()));
  EXPECT_TRUE(learner.takes(replace(event_line(), "\"Oslo\"", "null")));
  EXPECT_TRUE(learner.takes(replace(event_line(), "231.5", "-0.5e+12")));
  EXPECT_TRUE(learner.takes(replace(event_line(), "Oslo", "caf\u00e9 \\u00e9 \\\\")));
}

TEST(Speculation, KnowsTheBlanksThatItLearned) {
  Learner learner;
  std::string spaced = replace(replace(event_line(), ",\"", ", \""), "\":", "\": ");
  EXPECT_FALSE(learner.takes(spaced));
  EXPECT_TRUE(learner.takes(spaced));
  EXPECT_FALSE(learner.takes(event_line()));
  EXPECT_TRUE(learner.takes(event_line()));
  EXPECT_FALSE(learner.takes(spaced)) << "the other key is the beginning of this one";
  EXPECT_TRUE(learner.takes(spaced));
  EXPECT_TRUE(learner.takes(event_line()));
}

TEST(Speculation, JoinsWhatItLearnedFromSeveralRecords) {
  Learner learner;
  auto line = [](bool has_artist, bool has_song, bool has_extra) {
    return std::string("{\"auth\":\"x\"") + (has_artist ? ",\"artist\":\"a\"" : "") +
           ",\"page\":\"p\"" + (has_song ? ",\"song\":\"s\"" : "") + ",\"ts\":1" +
           (has_extra ? ",\"extra\":true}" : "}");
  };
  EXPECT_FALSE(learner.takes(line(true, true, true)));
  EXPECT_FALSE(learner.takes(line(false, false, false)));
  EXPECT_TRUE(learner.takes(line(true, false, true)));
  EXPECT_TRUE(learner.takes(line(false, true, true)));
  EXPECT_TRUE(learner.takes(line(false, true, false)));
}

TEST(Speculation, LeavesWhatIsNotFlat) {
  Learner learner;
  EXPECT_FALSE(learner.takes(event_line()));
  for (const char* value : {"[]", "{}", "{\"a\":1}", "[[1]]"}) {
    EXPECT_FALSE(learner.takes(replace(event_line(), "\"Oslo\"", value))) << value;
    EXPECT_FALSE(learner.takes(replace(event_line(), "\"Oslo\"", value))) << value;
  }
  EXPECT_TRUE(learner.takes(event_line()));
}

TEST(Speculation, LeavesWhatIsNoJson) {
  Learner learner;
  EXPECT_FALSE(learner.takes(event_line()));
  ASSERT_TRUE(learner.takes(event_line()));
  std::string line = event_line();
  for (const char* value :
       {"01",        "1.",       ".5",        "-",   "+1",     "1e", "1e+",     "0x1",
        "--1",       "1-",       "tru",       "nul", "nulll",  "\"", "\"\\x\"", "\"\\u12g4\"",
        "\"\\u12\"", "\"a\tb\"", "\"a\xff\"", "",    "\"\\\"", "- 1"}) {
    EXPECT_FALSE(learner.takes(replace(line, "231.5", value))) << value;
  }
  for (std::size_t size = 0; size < line.size(); ++size) {
    EXPECT_FALSE(learner.takes(line.substr(0, size))) << size;
  }
  for (const char* behind : {" x", "}", ",", "{}"}) EXPECT_FALSE(learner.takes(line + behind));
  EXPECT_TRUE(learner.takes(line));
}

TEST(Speculation, KnowsNothingOfDeepPathsAndTwins) {
  for (const char* text : {R"($.title.deep)", R"($.title[0])", R"($.year)"}) {
    std::string paths = R"({"jsonpaths": ["$.a","$.b","$.c","$.d","$.e","$.f","$.g",")" +
                        std::string(text) + R"(","$.h","$.year"]})";
    Learner learner(mapping_from_jsonpaths(paths, "test", Framing::objects, song_columns));
    for (int i = 0; i < 3; ++i) EXPECT_FALSE(learner.takes("{\"a\":1,\"year\":2}")) << text;
  }
}

TEST(Speculation, ForgetsWhenItHasSeenTooManyKeys) {
  Learner learner;
  int taken = 0;
  for (int i = 0; i < 20'000; ++i) {
    taken += learner.takes("{\"key " + std::to_string(i) + "\":1}") ? 1 : 0;
  }
  EXPECT_EQ(taken, 0);
  for (int i = 0; i < 1000; ++i) taken += learner.takes(event_line()) ? 1 : 0;
  EXPECT_GT(taken, 500);
}

TEST(Speculation, StopsTryingAndTriesAgain) {
  Learner learner;
  std::string nested = replace(event_line(), "\"Oslo\"", "[]");
  EXPECT_FALSE(learner.takes(event_line()));
  EXPECT_TRUE(learner.takes(event_line()));
  for (int i = 0; i < 10'000; ++i) ASSERT_FALSE(learner.takes(nested));
  int left = 0;
  while (!learner.takes(event_line()) && left < 1000) ++left;
  EXPECT_LT(left, 10) << "a known record is soon tried";
  int taken = 0;
  for (int i = 0; i < 100; ++i) taken += learner.takes(event_line()) ? 1 : 0;
  EXPECT_EQ(taken, 100) << "success keeps it going";
}

/// Parsers that must not be told apart, one of them without speculation.
class Parsers {
 public:
  explicit Parsers(const Mapping& mapping)
      : plain_(mapping, RecordParser::Speculating::never),
        wide_(mapping, RecordParser::Speculating::on_widest_lanes),
        portable_(mapping, RecordParser::Speculating::on_portable_lanes) {}

  /// Whether all agree about a record; `is_json` says what they think of it.
  testing::AssertionResult agree(const std::string& text, bool& is_json) {
    Padded padded(text);
    is_json = plain_.parse(padded.record());
    for (RecordParser* parser : {&wide_, &portable_}) {
      if (parser->parse(padded.record()) != is_json) {
        return testing::AssertionFailure() << "JSON or not: " << text;
      }
      if (is_json && !same_tokens(*parser)) return testing::AssertionFailure() << text;
    }
    return testing::AssertionSuccess();
  }

 private:
  bool same_tokens(const RecordParser& parser) const {
    auto same = [](const Token& a, const Token& b) {
      return a.kind == b.kind && a.text.data() == b.text.data() && a.text.size() == b.text.size();
    };
    auto left = plain_.tokens(), right = parser.tokens();
    return plain_.unknown_keys() == parser.unknown_keys() &&
           std::equal(left.begin(), left.end(), right.begin(), right.end(), same);
  }

  RecordParser plain_, wide_, portable_;
};

/// A record of some of the mapping's keys and some others, as programs write them.
std::string random_record(const Mapping& mapping, std::minstd_rand& random) {
  static const std::vector<std::string> values = {"1",
                                                  "-0",
                                                  "12.50",
                                                  "1e5",
                                                  "1540919166796.0",
                                                  "\"\"",
                                                  "\"plain\"",
                                                  "true",
                                                  "false",
                                                  "null",
                                                  "\"a \\\"quoted\\/ \\u00e9 \\ud83d\\ude00\"",
                                                  "\"caf\u00e9\"",
                                                  "\"" + std::string(70, 'x') + "\"",
                                                  "\"" + std::string(61, 'y') + "\\\\\"",
                                                  "{\"a\":[1]}",
                                                  "[]"};
  bool is_spaced = random() % 3 == 0;
  std::string text;
  for (const Column& column : mapping.columns) {
    if (random() % 16 == 0) continue;
    std::string key(random() % 12 == 0 ? "unknown" : column.key);
    std::string value = values[random() % (random() % 8 == 0 ? values.size() : values.size() - 2)];
    text += text.empty() ? "{" : is_spaced ? ", " : ",";
    text += "\"" + key + (is_spaced ? "\": " : "\":") + value;
  }
  return (text.empty() ? "{" : text) + "}";
}

void damage(std::string& text, std::minstd_rand& random) {
  constexpr std::string_view bytes = "{}[]:,\"\\ \t0123eE.+-truefalsn\x80\xc3\xa9u/x\x01\v\r";
  for (auto changes = 1 + random() % 3; changes > 0 && !text.empty(); --changes) {
    std::size_t at = random() % text.size();
    char byte = bytes[random() % bytes.size()];
    switch (random() % 4) {
      case 0:
        text[at] = byte;
        break;
      case 1:
        text.insert(at, 1, byte);
        break;
      case 2:
        text.erase(at, 1);
        break;
      default:
        text.resize(at);
        break;
    }
  }
}

TEST(RecordParser, IsTheSameWithAndWithoutSpeculation) {
  std::minstd_rand random(5);
  for (const Mapping& mapping : {event_mapping(), song_mapping()}) {
    Parsers parsers(mapping);
    std::size_t good = 0, bad = 0;
    for (int i = 0; i < 60'000; ++i) {
      std::string text = random_record(mapping, random);
      if (random() % 3 == 0) damage(text, random);
      bool is_json = false;
      ASSERT_TRUE(parsers.agree(text, is_json));
      ++(is_json ? good : bad);
    }
    EXPECT_GT(good, 30'000u);
    EXPECT_GT(bad, 5'000u);
  }
}

TEST(RecordParser, IsTheSameOnEveryCutAndFlippedBit) {
  Parsers parsers(event_mapping());
  const std::string line = event_line("\"song\":\"caf\u00e9 \\u00e9\",\"extra\":-1.5e3");
  bool is_json = false;
  ASSERT_TRUE(parsers.agree(line, is_json) && is_json);
  for (std::size_t at = 0; at < line.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string text = line;
      text[at] = static_cast<char>(text[at] ^ 1 << bit);
      ASSERT_TRUE(parsers.agree(text, is_json));
      ASSERT_TRUE(parsers.agree(line, is_json)) << "it stays familiar";
    }
    ASSERT_TRUE(parsers.agree(line.substr(0, at), is_json));
  }
}

}  // namespace
}  // namespace sparkify::event
