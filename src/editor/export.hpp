#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "editor/client.hpp"

namespace sparkify::editor {

/// What an export may be, see `sparkify sql --format`.
inline constexpr std::string_view export_formats = "csv json parquet xlsx";
/// How browsers name a format. Throws usage for another one.
std::string_view media_type(std::string_view format);

/// The result of one statement as a file. Text goes out as rows come; the others go out when they
/// are whole, and lie in the folder for temporary files until then, parquet with its rows beside
/// it.
class Export final : public Conversation {
 public:
  using Output = std::function<void(std::string_view)>;

  /// `began` is called before the first byte: from then on what goes wrong must break the file.
  Export(std::string statement, std::string_view format, std::function<void()> began,
         Output output);
  ~Export() override;

  /// To be called when the conversation is over. Throws what the statement ended with as sql, with
  /// its SQLSTATE; usage: it has no result.
  void finish();
  /// Whether rows come already. Any thread.
  bool has_rows() const { return has_rows_; }

  std::optional<std::string> next() override;
  std::uint32_t wanted_rows() override;
  void columns(const std::vector<ResultColumn>& columns) override;
  void row(format::Row values) override;
  void notice(const std::string&) override {}
  void done(const std::string& tag, bool has_more) override;
  void failed(const Failure& failure) override;

 private:
  struct Files;
  void begin_rows();
  void write_parquet();
  void send();

  std::string statement_, format_;
  std::function<void()> began_;
  Output output_;
  bool is_asked_ = false, is_begun_ = false;
  std::atomic<bool> has_rows_ = false;
  std::vector<ResultColumn> columns_;
  std::unique_ptr<Files> files_;  ///< of the formats that are no text
  std::unique_ptr<format::Writer> writer_;
  std::optional<Failure> failure_;
};

/// Has an export's statement prepared before the export is promised: what is wrong with it can be
/// told on the page then, while the browser would only say that a file could not be had.
class Rehearsal final : public Conversation {
 public:
  explicit Rehearsal(std::string statement) : statement_(std::move(statement)) {}

  /// To be called when the conversation is over. Throws what is wrong as sql, with its SQLSTATE.
  void finish() const;

  std::optional<std::string> next() override { return std::exchange(statement_, std::nullopt); }
  bool is_to_run() const override { return false; }
  std::uint32_t wanted_rows() override { return 0; }
  void columns(const std::vector<ResultColumn>&) override {}
  void row(format::Row) override {}
  void notice(const std::string&) override {}
  void done(const std::string&, bool) override {}
  void failed(const Failure& failure) override { failure_ = failure; }

 private:
  std::optional<std::string> statement_;
  std::optional<Failure> failure_;
};

/// A failure as what ends a request. Throws interrupted when it was stopped, else sql.
[[noreturn]] void throw_failure(const Failure& failure);

}  // namespace sparkify::editor
