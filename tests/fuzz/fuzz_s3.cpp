// Any bytes as what S3 answers, and as a path: read, or refused; never a crash, never a listing
// that contradicts itself.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "s3/address.hpp"
#include "s3/xml.hpp"

namespace {

using sparkify::base::Error;
using sparkify::base::ErrorKind;

void read_answers(std::string_view text) {
  sparkify::s3::parse_error(text);
  try {
    const auto page = sparkify::s3::parse_list_page(text);
    if (page.is_truncated && page.next_token.empty()) std::abort();
    for (const auto& object : page.objects) {
      if (object.key.empty()) std::abort();
    }
    if (sparkify::s3::looks_cut_short(text)) std::abort();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::bad_data) std::abort();
  }
  try {
    if (sparkify::s3::parse_upload_id(text).empty()) std::abort();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::bad_data) std::abort();
  }
}

void read_path(std::string_view text) {
  try {
    const auto location = sparkify::s3::locate(text);
    const auto again = sparkify::s3::locate(location.path());
    if (again.bucket != location.bucket || again.key != location.key) std::abort();
    // What stands in a URL is the key, encoded once.
    const sparkify::s3::Endpoint endpoint("http://h", sparkify::s3::Addressing::path);
    const auto url = endpoint.url("", location.bucket, location.key, {});
    const auto begin = std::string("http://h/").size() + location.bucket.size();
    if (!location.key.empty() &&
        sparkify::s3::percent_decode(url.substr(begin + 1)) != location.key) {
      std::abort();
    }
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::usage) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read_answers(text);
  read_path(text);
  return 0;
}
