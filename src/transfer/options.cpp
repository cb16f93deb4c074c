#include "transfer/options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.hpp"

namespace sparkify::transfer {
namespace {

std::string upper(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return result;
}

bool is_octal(char c) { return c >= '0' && c <= '7'; }

/// The byte of a backslash and up to three octal digits at `at`; moves behind them.
char octal(std::string_view text, std::size_t& at) {
  unsigned value = 0;
  std::size_t end = std::min(at + 4, text.size());
  for (++at; at < end && is_octal(text[at]); ++at) value = value * 8 + unsigned(text[at] - '0');
  return static_cast<char>(value);
}

}  // namespace

std::string unescaped(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    char next = at + 1 < text.size() ? text[at + 1] : '\0';
    if (text[at] == '\\' && is_octal(next)) {
      result += octal(text, at);
      continue;
    }
    constexpr std::string_view letters = "tnr\\", meanings = "\t\n\r\\";
    std::size_t letter = letters.find(next);
    bool is_escape = text[at] == '\\' && next != '\0' && letter != std::string_view::npos;
    result += is_escape ? meanings[letter] : text[at];
    at += is_escape ? 2 : 1;
  }
  return result;
}

void Options::begin(const std::string& word) {
  if (has(word)) {
    throw cursor_.error(fmt::format("{} is given twice", upper(word)));
  }
  seen_.emplace(word, cursor_.offset());
  cursor_.next();
}

bool Options::take_access(const std::string& word, Access& access) {
  if (word == "with" || word == "credentials") {
    if (cursor_.skip_word("with") && cursor_.word() != "credentials") {
      throw cursor_.expected("CREDENTIALS");
    }
    begin("credentials");
    take_credentials(access);
  } else if (word == "iam_role") {
    begin(word);
    cursor_.skip_word("as");
    if (cursor_.skip_word("default")) {
      access.iam_role = "default";
    } else {
      access.iam_role = cursor_.literal("default, or a role's ARN in quotes").text;
    }
  } else if (word == "access_key_id" || word == "secret_access_key" || word == "session_token") {
    begin(word);
    cursor_.skip_word("as");
    std::string value = cursor_.literal(upper(word) + " in quotes").text;
    (word == "access_key_id"       ? access.access_key_id
     : word == "secret_access_key" ? access.secret_access_key
                                   : access.session_token) = value;
  } else if (word == "region") {
    begin(word);
    cursor_.skip_word("as");
    access.region = cursor_.literal("a region in quotes").text;
  } else {
    return false;
  }
  return true;
}

/// `aws_access_key_id=...;aws_secret_access_key=...;token=...` or `aws_iam_role=...`
void Options::take_credentials(Access& access) {
  cursor_.skip_word("as");
  Located given = cursor_.literal("credentials in quotes");
  std::string_view rest = given.text;
  while (!rest.empty()) {
    std::string_view part = base::trim(rest.substr(0, rest.find(';')));
    rest.remove_prefix(std::min(
        rest.size(), rest.find(';') == std::string_view::npos ? rest.size() : rest.find(';') + 1));
    if (part.empty()) continue;
    std::size_t equals = part.find('=');
    std::string_view name = part.substr(0, equals);
    std::string value(equals == std::string_view::npos ? "" : part.substr(equals + 1));
    if (name == "aws_iam_role") {
      access.iam_role = value;
    } else if (name == "aws_access_key_id") {
      access.access_key_id = value;
    } else if (name == "aws_secret_access_key") {
      access.secret_access_key = value;
    } else if (name == "token" || name == "aws_session_token") {
      access.session_token = value;
    } else if (name == "master_symmetric_key") {
      throw unsupported(given.offset, "objects encrypted by the client cannot be read or written");
    } else {
      // The part itself may be a secret.
      throw cursor_.error(given.offset, "credentials are of an unknown form")
          .hint(
              "'aws_iam_role=ARN' or 'aws_access_key_id=ID;aws_secret_access_key=KEY"
              "[;token=TOKEN]'");
    }
  }
  bool has_keys = !access.access_key_id.empty() && !access.secret_access_key.empty();
  if (access.iam_role.empty() && !has_keys) {
    throw cursor_.error(given.offset, "credentials name neither a role nor both keys")
        .hint(
            "'aws_iam_role=ARN' or 'aws_access_key_id=ID;aws_secret_access_key=KEY"
            "[;token=TOKEN]'");
  }
}

bool Options::take_compression(const std::string& word, event::Compression& compression) {
  if (word == "gzip") {
    compression = event::Compression::gzip;
  } else if (word == "bzip2") {
    compression = event::Compression::bzip2;
  } else if (word == "zstd") {
    compression = event::Compression::zstd;
  } else if (word == "lzop") {
    throw unsupported(cursor_.offset(), "LZOP is not supported").hint("gzip, bzip2 and zstd are");
  } else {
    return false;
  }
  begin(word);
  return true;
}

void Options::refuse_encryption(const std::string& word) const {
  if (word != "encrypted" && word != "master_symmetric_key" && word != "kms_key_id") return;
  throw unsupported(cursor_.offset(), fmt::format("{} is not supported", upper(word)))
      .hint("what the bucket encrypts by itself is read and written without it");
}

std::string Options::delimiter() {
  cursor_.skip_word("as");
  Located given = cursor_.literal("a delimiter in quotes");
  std::string value = unescaped(given.text);
  bool is_bad = value.empty() || value.find_first_of("\r\n") != std::string::npos;
  if (is_bad) throw cursor_.error(given.offset, "a delimiter is one character or more, on a line");
  return value;
}

char Options::character(std::string_view what) {
  cursor_.skip_word("as");
  Located given = cursor_.literal(fmt::format("{} in quotes", what));
  std::string value = given.text.size() == 1 ? given.text : unescaped(given.text);
  if (value.size() != 1 || value[0] == '\0' || static_cast<unsigned char>(value[0]) >= 0x80) {
    throw cursor_.error(given.offset, fmt::format("{} is one ASCII character", what));
  }
  return value[0];
}

std::vector<field::Layout::Width> Options::widths() {
  cursor_.skip_word("as");
  Located given = cursor_.literal("widths in quotes: 'label:width,...'");
  std::vector<field::Layout::Width> widths;
  for (std::string_view rest = given.text;;) {
    std::string_view part = base::trim(rest.substr(0, rest.find(',')));
    std::size_t colon = part.rfind(':');
    std::string_view digits =
        colon == std::string_view::npos ? std::string_view() : base::trim(part.substr(colon + 1));
    std::size_t width = 0;
    auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), width);
    if (failure != std::errc() || end != digits.data() + digits.size() || width == 0 ||
        width > 65'535) {
      throw cursor_.error(given.offset, "a width is written label:width")
          .hint("FIXEDWIDTH 'id:3,name:25,city:12'");
    }
    widths.push_back({std::string(base::trim(part.substr(0, colon))), width});
    if (rest.find(',') == std::string_view::npos) return widths;
    rest.remove_prefix(rest.find(',') + 1);
  }
}

bool Options::flag(bool otherwise) {
  if (cursor_.skip_word("on") || cursor_.skip_word("true")) return true;
  if (cursor_.skip_word("off") || cursor_.skip_word("false")) return false;
  return otherwise;
}

void Options::exclude(std::string_view option,
                      std::initializer_list<std::string_view> others) const {
  if (!has(option)) return;
  for (std::string_view other : others) {
    if (!has(other)) continue;
    std::size_t later = std::max(offset_of(option), offset_of(other));
    throw cursor_.error(later,
                        fmt::format("{} cannot be used with {}", upper(other), upper(option)));
  }
}

void Options::check_access() const {
  exclude("iam_role", {"access_key_id", "secret_access_key", "session_token", "credentials"});
  exclude("credentials", {"access_key_id", "secret_access_key", "session_token"});
  if (has("access_key_id") != has("secret_access_key")) {
    bool has_id = has("access_key_id");
    throw cursor_.error(offset_of(has_id ? "access_key_id" : "secret_access_key"),
                        "ACCESS_KEY_ID and SECRET_ACCESS_KEY belong together");
  }
  if (has("session_token") && !has("access_key_id")) {
    throw cursor_.error(offset_of("session_token"),
                        "SESSION_TOKEN needs ACCESS_KEY_ID and SECRET_ACCESS_KEY");
  }
}

base::Error Options::unknown(std::string_view word, std::span<const std::string_view> known) const {
  if (word.empty()) return cursor_.expected("an option");
  constexpr std::size_t most_bytes = 40;
  if (word.size() > most_bytes) return cursor_.error("this is no option");
  base::Error error = cursor_.error(fmt::format("\"{}\" is no option", cursor_.peek().text));
  std::string nearest(base::nearest_name(word, known));
  if (!nearest.empty()) error.hint(fmt::format("did you mean {}?", upper(nearest)));
  return error;
}

base::Error Options::unsupported(std::size_t offset, std::string message) const {
  return cursor_.error(offset, std::move(message)).sql_state("0A000");
}

}  // namespace sparkify::transfer
