#include "editor/client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <utility>

#include "base/error.hpp"
#include "editor/reading.hpp"
#include "pgwire/report.hpp"
#include "session/session.hpp"

namespace sparkify::editor {
namespace {

using base::Error;
using base::ErrorKind;
using Patience = net::Stream::Patience;

/// A message of the client in the making: its length stands behind its type.
class Words {
 public:
  explicit Words(char type) : bytes_(1, type) { number32(0); }
  Words& number16(std::uint32_t value) {
    bytes_ += static_cast<char>(value >> 8 & 0xFF);
    bytes_ += static_cast<char>(value & 0xFF);
    return *this;
  }
  Words& number32(std::uint32_t value) { return number16(value >> 16).number16(value & 0xFFFF); }
  Words& text(std::string_view value) {
    bytes_ += value;
    bytes_ += '\0';
    return *this;
  }
  Words& letter(char value) {
    bytes_ += value;
    return *this;
  }
  std::string take() {
    std::string length = Words(' ').number32(static_cast<std::uint32_t>(bytes_.size() - 1)).bytes_;
    bytes_.replace(1, 4, length, 5, 4);
    return std::move(bytes_);
  }

 private:
  std::string bytes_;
};

/// The client's end: what the session reads is what the conversation says, what it writes is heard.
class ClientStream final : public net::Stream {
 public:
  explicit ClientStream(Conversation& conversation) : conversation_(conversation) {}

  std::size_t read(std::span<char> buffer, Patience) override {
    if (said_at_ == said_.size()) {
      said_.clear();
      said_at_ = 0;
      speak();
    }
    std::size_t size = std::min(buffer.size(), said_.size() - said_at_);
    std::copy_n(said_.data() + said_at_, size, buffer.data());
    said_at_ += size;
    return size;
  }

  void write(std::string_view bytes, Patience) override {
    heard_ += bytes;
    std::string_view rest = heard_;
    while (rest.size() >= head_bytes) {
      std::size_t size = 1 + Reading(rest.substr(1)).number32();
      if (rest.size() < size) break;
      hear(rest.front(), rest.substr(head_bytes, size - head_bytes));
      rest.remove_prefix(size);
    }
    heard_.erase(0, heard_.size() - rest.size());
  }

 private:
  static constexpr std::size_t head_bytes = 5;
  enum class Wish { statement, rows, end_of_statement, refuse_copy };

  /// Nothing is said at the end.
  void speak() {
    switch (std::exchange(wish_, Wish::end_of_statement)) {
      case Wish::statement:
        if (auto statement = conversation_.next()) begin(*statement);
        return;
      case Wish::rows:
        return execute();
      case Wish::refuse_copy:
        said_ = Words('f').text("there is nothing to copy from here").take();
        said_ += Words('S').take();
        return;
      case Wish::end_of_statement:
        said_ = Words('S').take();
    }
  }

  /// What is left of the statement before goes first: its rows would be kept for later.
  void begin(const std::string& statement) {
    columns_.clear();
    said_ = Words('C').letter('P').text("").take();
    said_ += Words('P').text("").text(statement).number16(0).take();
    said_ += Words('B').text("").text("").number16(0).number16(0).number16(0).take();
    said_ += Words('D').letter('P').text("").take();
    if (conversation_.is_to_run()) execute();
  }

  void execute() {
    said_ += Words('E').text("").number32(std::max(conversation_.wanted_rows(), 1U)).take();
    said_ += Words('H').take();
  }

  void hear(char type, std::string_view body) {
    switch (type) {
      case 'T':
        columns_ = columns_of(body);
        return conversation_.columns(columns_);
      case 'D':
        return hear_row(body);
      case 's':
        if (conversation_.wanted_rows() > 0) {
          wish_ = Wish::rows;
          return;
        }
        return conversation_.done("", true);
      case 'C':
        return conversation_.done(Reading(body).text(), false);
      case 'I':
        return conversation_.done("", false);
      case 'E':
        return conversation_.failed(failure_of(body));
      case 'N':
        return conversation_.notice(failure_of(body).message);
      case 'G':
        wish_ = Wish::refuse_copy;
        return;
      case 'H':
        columns_ = {{{"copy"}, "varchar"}};
        return conversation_.columns(columns_);
      case 'd':
        return hear_copied(body);
      case 'Z':
        wish_ = Wish::statement;
        return;
      default:
        return;  // what else a client may want to know: settings, keys, that all is well
    }
  }

  void hear_row(std::string_view body) {
    if (columns_.empty()) return;
    read_row(body, columns_, values_);
    conversation_.row(values_);
  }

  /// A line of COPY TO STDOUT as a row of one value.
  void hear_copied(std::string_view body) {
    if (body.ends_with('\n')) body.remove_suffix(1);
    values_.assign(1, body);
    conversation_.row(values_);
  }

  Conversation& conversation_;
  Wish wish_ = Wish::end_of_statement;
  std::string said_, heard_;
  std::size_t said_at_ = 0;
  std::vector<ResultColumn> columns_;
  std::vector<std::optional<std::string_view>> values_;
};

}  // namespace

void converse(session::Host& host, session::Activity& activity, bool is_read_only,
              Conversation& conversation) {
  static std::atomic<std::uint32_t> last_process = 1U << 30;  // apart from those of the wire
  ClientStream stream(conversation);
  pgwire::Input input(stream, {host.limits.message_bytes, std::nullopt});
  pgwire::Output output(stream, std::nullopt);
  session::Client client;
  client.user = "web";
  client.process = ++last_process;
  client.is_read_only = is_read_only;
  try {
    session::Session session(host, activity, input, output, client);
    session.run();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::interrupted) throw;
    pgwire::Report report = pgwire::report_of(error, "", "");
    conversation.failed({report.message, report.detail, report.hint, report.sql_state, 0});
  }
}

}  // namespace sparkify::editor
