#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "redshift/address.hpp"

namespace sparkify::redshift {

/// The place of an error, from the byte of the text that was sent.
using Locate = std::function<base::Place(std::size_t offset)>;

/// A connection to a Redshift, over libpq. One thing at a time: a statement's rows come to their
/// end, or Result is destroyed, before the next statement.
///
/// Threads: one, and cancel() from any.
/// Source: https://www.postgresql.org/docs/15/libpq.html
class Link {
 public:
  /// Takes sentences that the server says beside its answers: INFO and WARNING.
  using Noted = std::function<void(std::string_view text)>;

  /// Where neither the address nor PGSSLMODE says otherwise, the server's certificate must be one
  /// for its name, signed by whom the CA file names, or else the system's.
  /// Throws unavailable (nobody answers, no TLS, another certificate), denied (who asks, a
  /// password), not_found (the database).
  Link(const Address& address, Noted noted);
  ~Link();
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  struct Column {
    std::string name;
    std::uint32_t type = 0;  ///< the number by which PostgreSQL knows it
    int modifier = -1;       ///< of the type: digits of a numeric; -1: none
  };

  /// What a statement gives, row by row.
  class Result {
   public:
    virtual ~Result() = default;
    virtual const std::vector<Column>& columns() const = 0;
    /// Moves to the next row; false at the end. Throws as run().
    virtual bool next() = 0;
    /// The row's values, which live until the next call of next(); nullopt is NULL.
    virtual std::span<const std::optional<std::string_view>> row() const = 0;
    /// Of a statement without rows.
    virtual std::optional<std::int64_t> rows_changed() const = 0;
  };

  /// Runs one statement. A result that is destroyed early is cancelled.
  /// Throws sql with place and SQLSTATE, interrupted (cancelled), unavailable (the link is lost, or
  /// the server has no room), denied.
  std::unique_ptr<Result> run(const std::string& text, Locate locate = {});

  /// Asks the server to stop what runs. Any thread.
  void cancel() noexcept;
  /// False once the link is lost.
  bool is_alive() const;

 private:
  class Streamed;
  struct Handle;
  std::unique_ptr<Handle> handle_;
};

}  // namespace sparkify::redshift
