#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "editor/client.hpp"

namespace sparkify::editor {

/// The fields of a server's message, in order. The session that wrote it is ours: what is missing
/// is empty.
class Reading {
 public:
  explicit Reading(std::string_view body) : rest_(body) {}
  std::uint32_t number(std::size_t size);
  std::uint32_t number16() { return number(2); }
  std::uint32_t number32() { return number(4); }
  std::string text();  ///< up to its NUL
  std::string_view bytes(std::size_t size);
  bool is_over() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

/// Of a RowDescription.
std::vector<ResultColumn> columns_of(std::string_view body);
/// Of a DataRow, whose bytes the values borrow.
void read_row(std::string_view body, const std::vector<ResultColumn>& columns,
              std::vector<std::optional<std::string_view>>& values);
/// Of an ErrorResponse or NoticeResponse.
Failure failure_of(std::string_view body);

}  // namespace sparkify::editor
