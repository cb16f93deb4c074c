#include "event/reader.hpp"

#include <algorithm>
#include <utility>

#include "event/frames.hpp"
#include "event/record.hpp"
#include "event/value.hpp"

namespace sparkify::event {
namespace {

static_assert(Reader::padding_bytes == RecordParser::padding_bytes);

/// A batch ends early when its rejects hold this much.
constexpr std::size_t reject_bytes_per_batch = 16 << 20;

void make_room(Batch::Values& values, ColumnType type, std::size_t row_count) {
  values.is_null.resize(row_count);
  switch (type) {
    case ColumnType::text:
      values.text.resize(row_count);
      break;
    case ColumnType::integer:
      values.integer.resize(row_count);
      break;
    case ColumnType::timestamp:
      values.timestamp.resize(row_count);
      break;
    case ColumnType::real:
      values.real.resize(row_count);
      break;
  }
}

/// Text of a batch whose escapes were resolved. Views into it live until the next batch.
class Scratch {
 public:
  /// Empties it. `usual_bytes`: what a batch seldom has more of.
  void begin(std::size_t usual_bytes) {
    more_.clear();
    if (usual_bytes_ < usual_bytes) {
      usual_ = std::make_unique_for_overwrite<char[]>(usual_bytes + Reader::padding_bytes);
      usual_bytes_ = usual_bytes;
    }
    end_ = usual_.get();
    room_end_ = end_ + usual_bytes_;
  }

  std::size_t room() const { return static_cast<std::size_t>(room_end_ - end_); }
  /// Where the next text goes; whoever writes moves it.
  char*& end() { return end_; }

  /// For all that these tokens can need.
  void make_room(std::span<const Token> tokens) {
    std::size_t wanted = 0;
    for (const Token& token : tokens) {
      if (token.kind == Token::Kind::escaped_string) wanted += token.text.size();
    }
    if (wanted <= room()) return;
    wanted = std::max(wanted, usual_bytes_);
    more_.push_back(std::make_unique_for_overwrite<char[]>(wanted + Reader::padding_bytes));
    end_ = more_.back().get();
    room_end_ = end_ + wanted;
  }

 private:
  std::unique_ptr<char[]> usual_;
  std::size_t usual_bytes_ = 0;
  std::vector<std::unique_ptr<char[]>> more_;
  char* end_ = nullptr;
  char* room_end_ = nullptr;
};

}  // namespace

class Reader::Body {
 public:
  explicit Body(const Mapping& mapping)
      : mapping_(mapping), frames_(mapping.framing), parser_(mapping) {}

  void reset(base::Object& object, const base::ObjectEntry& entry, Compression compression,
             Piece piece) {
    frames_.reset(object, entry, compression, piece);
    records_read_ = 0;
    unknown_keys_ = 0;
  }

  bool next(Batch& batch, std::size_t max_rows) {
    begin(batch);
    frames_.refill();
    scratch_.begin(frames_.window().capacity());
    Frame frame;
    std::size_t raw_bytes = 0;
    while (batch.row_count < max_rows && batch.rejects.size() < max_rows &&
           raw_bytes < reject_bytes_per_batch &&
           frames_.next(frame, batch.row_count > 0) == Frames::Step::frame) {
      ++records_read_;
      if (take(frame, batch)) {
        ++batch.row_count;
      } else {
        raw_bytes += batch.rejects.back().raw.size();
      }
    }
    return batch.row_count > 0 || !batch.rejects.empty();
  }

  const Frames& frames() const { return frames_; }
  std::uint64_t records_read() const { return records_read_; }
  std::uint64_t unknown_keys() const { return unknown_keys_; }

 private:
  void begin(Batch& batch) {
    batch.columns.resize(mapping_.columns.size());
    batch.row_count = 0;
    batch.rejects.clear();
    rows_of_room_ = batch.columns.front().is_null.size();
  }

  /// Adds a row or a reject.
  bool take(const Frame& frame, Batch& batch) {
    if (frame.is_too_long) return reject(batch, frame, Reason::line_too_long, 0, {});
    if (!parser_.parse(frame.text)) {
      RecordParser::Failure failure = RecordParser::explain(frame.text);
      return reject(batch, frame, failure.reason, failure.offset, {});
    }
    unknown_keys_ += parser_.unknown_keys();
    if (batch.row_count == rows_of_room_) add_room(batch);
    std::span<const Token> tokens = parser_.tokens();
    // Several columns may take the same text.
    if (scratch_.room() < frame.text.size() * tokens.size()) scratch_.make_room(tokens);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      const Column& column = mapping_.columns[i];
      Verdict verdict =
          to_column(tokens[i], column, batch.columns[i], batch.row_count, scratch_.end());
      if (verdict.outcome != Verdict::Outcome::refused) continue;
      return reject(batch, frame, verdict.reason, offset_of(tokens[i], frame), column.name);
    }
    return true;
  }

  /// Where the value begins within the record; 0 for an absent one.
  static std::size_t offset_of(const Token& token, const Frame& frame) {
    if (token.kind == Token::Kind::absent) return 0;
    auto offset = static_cast<std::size_t>(token.text.data() - frame.text.data());
    bool is_string = token.kind == Token::Kind::string || token.kind == Token::Kind::escaped_string;
    return is_string ? offset - 1 : offset;
  }

  static bool reject(Batch& batch, const Frame& frame, Reason reason, std::size_t offset,
                     std::string_view column_name) {
    Reject& reject = batch.rejects.emplace_back();
    reject.line = frame.line;
    reject.column = frame.column + offset;
    reject.reason = reason;
    reject.column_name = column_name;
    reject.raw = frame.raw.substr(0, Reject::max_raw_bytes);
    reject.raw_bytes = frame.raw_bytes;
    return false;
  }

  void add_room(Batch& batch) {
    rows_of_room_ = std::max<std::size_t>(16, 2 * rows_of_room_);
    for (std::size_t i = 0; i < batch.columns.size(); ++i) {
      make_room(batch.columns[i], mapping_.columns[i].type, rows_of_room_);
    }
  }

  const Mapping& mapping_;
  Frames frames_;
  RecordParser parser_;
  Scratch scratch_;
  std::size_t rows_of_room_ = 0;
  std::uint64_t records_read_ = 0;
  std::uint64_t unknown_keys_ = 0;
};

Reader::Reader(base::Object& object, const base::ObjectEntry& entry, Compression compression,
               Piece piece, const Mapping& mapping)
    : body_(std::make_unique<Body>(mapping)) {
  reset(object, entry, compression, piece);
}
Reader::~Reader() = default;
Reader::Reader(Reader&&) noexcept = default;

void Reader::reset(base::Object& object, const base::ObjectEntry& entry, Compression compression,
                   Piece piece) {
  body_->reset(object, entry, compression, piece);
}

bool Reader::next(Batch& batch, std::size_t max_rows) { return body_->next(batch, max_rows); }

std::uint64_t Reader::lines_read() const { return body_->frames().lines_read(); }
std::uint64_t Reader::records_read() const { return body_->records_read(); }
std::uint64_t Reader::unknown_keys() const { return body_->unknown_keys(); }
std::uint64_t Reader::bytes_read() const { return body_->frames().input().bytes_read(); }
const std::vector<std::string>& Reader::digests() const {
  return body_->frames().input().digests();
}

}  // namespace sparkify::event
