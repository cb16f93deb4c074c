#include "session/portal.hpp"

#include <algorithm>

namespace sparkify::session {

using base::Error;
using base::ErrorKind;

void Portal::keep_parameter(pgwire::Format format, std::optional<std::string_view> bytes) {
  parameters_.push_back({format, bytes ? std::optional<std::string>(*bytes) : std::nullopt});
}

void Portal::start(duckdb::Connection& connection) {
  is_started_ = true;
  duckdb::Prepared& prepared = statement_->ready(connection);
  for (std::size_t i = 0; i < std::min(parameters_.size(), statement_->bound_count()); ++i) {
    const Value& value = parameters_[i];
    bind_parameter(prepared, i + 1, statement_->parameters().at(i), value.format,
                   value.bytes ? std::optional<std::string_view>(*value.bytes) : std::nullopt);
  }
  stream_ = prepared.execute(statement_->locate());
  has_rows_ = stream_->has_rows();
  rows_changed_ = stream_->rows_changed();
  if (!has_rows_) {
    is_done_ = true;
    stream_.reset();
    return;
  }
  fields_ = statement_->fields_of(stream_->columns());
  use_formats();
}

void Portal::use_formats() {
  apply_formats(fields_, formats_);
  writer_.emplace(stream_->columns(), formats_);
}

void Portal::set_formats(const std::vector<pgwire::Format>& formats) {
  if (formats == formats_) return;
  if (!stream_) {
    if (is_done_) return;
    throw Error(ErrorKind::sql, "the cursor's rows are in another format already")
        .sql_state("0A000");
  }
  formats_ = formats;
  use_formats();
}

const std::vector<duckdb::ResultColumn>& Portal::columns() const { return stream_->columns(); }

bool Portal::next_chunk() {
  if (!stream_) return false;
  chunk_ = stream_->next();
  vectors_.clear();
  row_ = chunk_rows_ = 0;
  if (!chunk_) {
    is_done_ = true;
    return false;
  }
  chunk_rows_ = duckdb::row_count(chunk_);
  vectors_ = duckdb::vectors_of(chunk_, stream_->columns());
  return true;
}

bool Portal::has_row() { return row_ < chunk_rows_ || (!is_done_ && next_chunk()); }

std::uint64_t Portal::send(pgwire::Output& output, std::uint64_t most) {
  std::uint64_t sent = 0;
  if (spool_) {
    for (; most == 0 || sent < most; ++sent) {
      std::string_view message = spool_->next_message();
      if (message.empty()) {
        is_done_ = true;
        break;
      }
      output.put_bytes(message);
      output.flush_full();
    }
    return sent;
  }
  while ((most == 0 || sent < most) && has_row()) {
    std::size_t end = chunk_rows_;
    if (most != 0) end = std::min<std::uint64_t>(end, row_ + (most - sent));
    sent += end - row_;
    for (; row_ < end; ++row_) {
      writer_->write(vectors_, row_, output);
      output.flush_full();
    }
  }
  return sent;
}

std::uint64_t Portal::skip(std::uint64_t most) {
  std::uint64_t skipped = 0;
  for (; most == 0 || skipped < most; ++skipped) {
    if (spool_ ? spool_->next_message().empty() : !has_row()) {
      is_done_ = true;
      break;
    }
    ++row_;
  }
  return skipped;
}

void Portal::set_aside() {
  if (!stream_ || is_done_ || spool_) return;
  Spool spool;
  pgwire::Output output(spool, std::nullopt);
  send(output, 0);
  output.flush();
  spool_.emplace(std::move(spool));
  is_done_ = false;
  vectors_.clear();
  chunk_.reset();
  stream_.reset();
}

}  // namespace sparkify::session
