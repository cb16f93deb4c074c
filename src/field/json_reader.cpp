// JSON objects or lists one after another, as COPY reads them.
#include <algorithm>
#include <cstring>
#include <utility>

#include "event/frames.hpp"
#include "event/json.hpp"
#include "event/record.hpp"
#include "field/record.hpp"
#include "field/utf8.hpp"

namespace sparkify::field {
namespace {

constexpr std::size_t padding_bytes = event::RecordParser::padding_bytes;

/// `content`: a JSON string without its quotes, appended with `replacement` for each byte that half
/// a surrogate pair would have.
void unescape_with(std::string_view content, char replacement, std::string& out) {
  while (!content.empty()) {
    std::size_t size = 1;
    if (content.front() == '\\') {
      size = event::escape_bytes(content);
      // The other half belongs to it.
      std::size_t pair =
          size + (content.size() > size ? event::escape_bytes(content.substr(size)) : 0);
      char both[16];
      bool may_pair = size == 6 && pair == 12;
      if (may_pair && !event::unescape(content.substr(0, pair), both).has_lone_surrogate) {
        size = pair;
      }
    }
    char bytes[16];
    event::Unescaped unescaped = event::unescape(content.substr(0, size), bytes);
    if (unescaped.has_lone_surrogate) {
      out.append(3, replacement);
    } else {
      out.append(bytes, unescaped.size_bytes);
    }
    content.remove_prefix(size);
  }
}

class JsonReader final : public RecordReader {
 public:
  explicit JsonReader(const JsonPlan& plan)
      : plan_(plan),
        columns_(plan.paths.size()),
        mapping_{event::Framing::values, columns_, plan.paths, plan.ignores_case},
        frames_(event::Framing::values),
        parser_(mapping_) {
    frames_.skip_header(plan.ignore_header);
  }

  void reset(base::Object& object, const base::ObjectEntry& entry, event::Compression compression,
             event::Piece piece) override {
    frames_.reset(object, entry, compression, piece);
    is_part_ = piece.begin > 0 || piece.end < entry.size_bytes;
    spans_lines_ = false;
  }

  bool next(Record& record) override {
    frames_.refill();
    event::Frame frame;
    if (frames_.next(frame, false) != event::Frames::Step::frame) return false;
    record = {};
    bool is_taken = !frame.is_too_long && take(frame.text);
    if (!is_taken && frame.is_guess) {
      frames_.retake(frame);
      is_taken = !frame.is_too_long && take(frame.text);
    }
    if (!frame.is_guess && is_part_ && frame.raw.find('\n') != std::string_view::npos) {
      spans_lines_ = true;
    }
    record.raw = frame.raw;
    record.line = frames_.lines_read();
    if (is_taken) {
      fill(record);
    } else {
      refuse(frame, record);
    }
    return true;
  }

  std::uint64_t lines_read() const override { return frames_.lines_read(); }
  std::uint64_t bytes_read() const override { return frames_.input().bytes_read(); }
  bool spans_lines() const override { return spans_lines_; }

 private:
  /// Parses a record, or takes it as it is.
  bool take(std::string_view text) {
    text_ = text;
    has_replaced_ = false;
    if (plan_.paths.empty() ? is_value(text) : parser_.parse(text)) return true;
    bool is_bad_text = plan_.replacement && event::find_invalid_utf8(text).has_value();
    return is_bad_text && take_replaced(text);
  }

  bool take_replaced(std::string_view text) {
    replaced_ = valid(text, *plan_.replacement);
    text_ = std::string_view(replaced_).substr(0, text.size());
    has_replaced_ = plan_.paths.empty() ? is_value(text_) : parser_.parse(text_);
    return has_replaced_;
  }

  static bool is_value(std::string_view text) {
    event::Scan scan = event::scan_value(text);
    bool is_whole = scan.state == event::Scan::State::complete && scan.offset == text.size();
    return is_whole && (text.front() == '{' || text.front() == '[') &&
           !event::find_invalid_utf8(text);
  }

  /// The text with a byte for each that is no UTF-8, and padding.
  static std::string valid(std::string_view text, char replacement) {
    std::string result(text);
    for (std::size_t at = 0;;) {
      auto bad = find_bad_bytes(std::string_view(result).substr(at));
      if (!bad) break;
      at += bad->offset;
      std::fill_n(result.begin() + static_cast<std::ptrdiff_t>(at), bad->size_bytes, replacement);
      at += bad->size_bytes;
    }
    result.append(padding_bytes, ' ');
    return result;
  }

  void fill(Record& record) {
    fields_.clear();
    if (plan_.paths.empty()) {
      fields_.push_back({text_, 0, Field::Kind::nested});
    } else {
      std::span<const event::Token> tokens = parser_.tokens();
      unescaped_.clear();
      unescaped_.reserve(unescaped_size(tokens));  // fields point into it
      for (std::size_t i = 0; i < tokens.size(); ++i) {
        fields_.push_back(plan_.is_super[i] ? json_of(tokens[i]) : field_of(tokens[i]));
        bool is_unreachable = tokens[i].kind == event::Token::Kind::unreachable;
        if (is_unreachable) fields_.back().kind = unreachable(plan_.paths[i]);
      }
    }
    record.fields = fields_;
    record.has_replaced = has_replaced_;
  }

  /// Of what several columns take each counts.
  static std::size_t unescaped_size(std::span<const event::Token> tokens) {
    std::size_t size = 0;
    for (const event::Token& token : tokens) {
      if (token.kind == event::Token::Kind::escaped_string) size += token.text.size();
    }
    return size;
  }

  static Field::Kind unreachable(const event::Path& path) {
    auto is_position = [](const event::PathStep& step) { return step.index.has_value(); };
    bool has_position = std::any_of(path.begin(), path.end(), is_position);
    return has_position ? Field::Kind::no_list : Field::Kind::no_object;
  }

  Field field_of(const event::Token& token) {
    using Kind = event::Token::Kind;
    switch (token.kind) {
      case Kind::absent:
      case Kind::null:
        return {};
      case Kind::string:
        return {token.text, 0, Field::Kind::text};
      case Kind::escaped_string:
        return unescaped(token.text);
      case Kind::number:
        return {token.text, 0, Field::Kind::number};
      case Kind::boolean:
        return {token.text, 0, Field::Kind::boolean};
      case Kind::nested:
        return {whole(token.text), 0, Field::Kind::nested};
      case Kind::unreachable:
        break;
    }
    return {};
  }

  Field unescaped(std::string_view content) {
    std::size_t begin = unescaped_.size();
    unescaped_.resize(begin + content.size());
    event::Unescaped found = event::unescape(content, unescaped_.data() + begin);
    unescaped_.resize(begin + found.size_bytes);
    Field field{{}, 0, Field::Kind::text};
    if (found.has_nul) field.kind = Field::Kind::nul_byte;
    if (found.has_lone_surrogate && !plan_.replacement) field.kind = Field::Kind::surrogate;
    if (found.has_lone_surrogate && plan_.replacement) {
      unescaped_.resize(begin);
      unescape_with(content, *plan_.replacement, unescaped_);
      has_replaced_ = true;
    }
    field.text = std::string_view(unescaped_).substr(begin);
    return field;
  }

  /// A value for SUPER: as it is written.
  static Field json_of(const event::Token& token) {
    using Kind = event::Token::Kind;
    std::string_view text = token.text;
    switch (token.kind) {
      case Kind::absent:
      case Kind::null:
      case Kind::unreachable:
        return {};
      case Kind::string:
      case Kind::escaped_string:
        return {{text.data() - 1, text.size() + 2}, 0, Field::Kind::nested};
      case Kind::nested:
        return {whole(text), 0, Field::Kind::nested};
      default:
        return {text, 0, Field::Kind::nested};
    }
  }

  static std::string_view whole(std::string_view text) {
    return text.substr(0, event::scan_value(text).offset);
  }

  void refuse(const event::Frame& frame, Record& record) {
    if (frame.is_too_long) {
      record.fault = {1216, "JSON value is longer than 64 MB"};
      return;
    }
    if (event::find_invalid_utf8(frame.text)) return refuse_bytes(frame.text, record);
    if (is_value(frame.text) && frame.text.front() == '[') {
      record.fault = {1216, "Invalid JSONPath format: Member is not an object."};
    } else if (is_value(frame.text)) {
      record.fault = {1216, "Invalid JSONPath format: Not an array or index out of range."};
    } else {
      record.fault = {1216, "Invalid value."};
    }
  }

  /// Says in which column the bytes lie, if in one.
  void refuse_bytes(std::string_view text, Record& record) {
    BadBytes bad = *find_bad_bytes(text);
    record.fault = {1220,
                    "String contains invalid or unsupported UTF8 codepoints. "
                    "Bad UTF8 hex sequence: " +
                        hex_of(text.substr(bad.offset, bad.size_bytes)) + " (error " +
                        std::to_string(bad.error) + ")"};
    if (!take_replaced_for_place(text)) return;
    fill(record);
    std::span<const event::Token> tokens = parser_.tokens();
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      if (tokens[i].text.empty()) continue;
      auto begin = static_cast<std::size_t>(tokens[i].text.data() - replaced_.data());
      bool is_within = bad.offset >= begin && bad.offset < begin + fields_[i].text.size();
      if (is_within) record.fault_field = i;
    }
  }

  bool take_replaced_for_place(std::string_view text) {
    replaced_ = valid(text, '.');
    text_ = std::string_view(replaced_).substr(0, text.size());
    return parser_.parse(text_);
  }

  const JsonPlan& plan_;
  std::vector<event::Column> columns_;  ///< as many as the parser has tokens
  event::Mapping mapping_;
  event::Frames frames_;
  event::RecordParser parser_;
  bool is_part_ = false;  ///< other pieces of the object are read by others
  bool spans_lines_ = false;
  bool has_replaced_ = false;
  std::string_view text_;  ///< the record that parsed
  std::string replaced_;   ///< its text, when bytes of it were replaced
  std::string unescaped_;
  std::vector<Field> fields_;
};

}  // namespace

std::unique_ptr<RecordReader> make_json_reader(const JsonPlan& plan) {
  return std::make_unique<JsonReader>(plan);
}

}  // namespace sparkify::field
