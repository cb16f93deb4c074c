#include "aws/query.hpp"

#include <algorithm>

#include "aws/signer.hpp"

namespace sparkify::aws {
namespace {

constexpr std::size_t most_said_bytes = 500;

/// With `+` for blanks, as forms have it: some servers write it anew before they verify it.
std::string form_encode(std::string_view text) {
  std::string encoded;
  for (std::size_t begin = 0; begin <= text.size();) {
    std::size_t end = std::min(text.find(' ', begin), text.size());
    encoded += uri_encode(text.substr(begin, end - begin));
    if (end < text.size()) encoded += '+';
    begin = end + 1;
  }
  return encoded;
}

}  // namespace

std::string write_form(const Form& form) {
  std::string text;
  for (const auto& [name, value] : form) {
    text += (text.empty() ? "" : "&") + form_encode(name) + "=" + form_encode(value);
  }
  return text;
}

std::string printable_words(std::string_view words) {
  std::string text;
  for (char c : words.substr(0, most_said_bytes)) {
    text += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  }
  return text;
}

}  // namespace sparkify::aws
