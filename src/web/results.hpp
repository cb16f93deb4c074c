#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "warehouse/warehouse.hpp"
#include "web/answer_cache.hpp"
#include "web/question.hpp"

namespace sparkify::web {

// Rows as an answer that streams, never capped. What fails before the first row is an answer of its
// own, so the head waits for that row; what fails later breaks the connection.

/// Takes a piece of a text.
using Piece = std::function<void(std::string_view)>;

/// {"columns": [{"name", "kind"}], "rows": [[...]]} in pieces, of at most so many rows; `has_row`:
/// the first row has been fetched and is there. Returns whether there are more.
bool write_json(warehouse::Rows& rows, bool has_row, std::string_view members,
                std::uint64_t most_rows, const Piece& piece);

/// The same as an answer; `members` stand before these: `"count": 3, `. What is sent is added to
/// `draft`, if there is one.
void answer_json(Question& question, warehouse::Rows& rows, std::string_view members = "",
                 AnswerCache::Draft* draft = nullptr);
/// A file to keep, called `name`.csv.
void answer_csv(Question& question, warehouse::Rows& rows, std::string_view name);

}  // namespace sparkify::web
