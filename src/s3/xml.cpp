#include "s3/xml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <pugixml.hpp>

#include "base/error.hpp"
#include "base/text.hpp"
#include "s3/address.hpp"

namespace sparkify::s3 {
namespace {

base::Error no_answer(const std::string& what) {
  return base::Error(base::ErrorKind::bad_data, "the answer is not S3's: " + what)
      .hint("check the endpoint, and proxies on the way");
}

/// The root of a whole document. Throws bad_data.
pugi::xml_node parse(pugi::xml_document& document, std::string_view xml, std::string_view root) {
  // White space is content: of keys, that may be nothing else.
  constexpr unsigned options = pugi::parse_default | pugi::parse_ws_pcdata_single;
  auto result = document.load_buffer(xml.data(), xml.size(), options, pugi::encoding_utf8);
  if (!result) {
    throw no_answer(xml.empty() ? std::string("it is empty")
                                : fmt::format("XML broken at byte {} of {} ({})", result.offset,
                                              xml.size(), base::to_lower(result.description())));
  }
  pugi::xml_node node = document.document_element();
  if (node.name() != root) {
    throw no_answer(fmt::format("<{}> instead of <{}>", node.name(), root));
  }
  return node;
}

std::string text_of(pugi::xml_node parent, const char* name) {
  return parent.child(name).text().get();
}

std::uint64_t parse_size(std::string_view text) {
  std::uint64_t size = 0;
  auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), size);
  if (failure != std::errc() || end != text.data() + text.size() || text.empty()) {
    throw no_answer(fmt::format("an object's size is \"{}\"", text));
  }
  return size;
}

std::string without_quotes(std::string etag) {
  bool is_quoted = etag.size() >= 2 && etag.front() == '"' && etag.back() == '"';
  return is_quoted ? etag.substr(1, etag.size() - 2) : etag;
}

}  // namespace

ListPage parse_list_page(std::string_view xml) {
  pugi::xml_document document;
  pugi::xml_node root = parse(document, xml, "ListBucketResult");
  bool is_encoded = base::to_lower(text_of(root, "EncodingType")) == "url";
  ListPage page;
  for (pugi::xml_node node : root.children("Contents")) {
    std::string key = text_of(node, "Key");
    if (key.empty()) throw no_answer("an object without a key");
    page.objects.push_back({is_encoded ? percent_decode(key) : std::move(key),
                            without_quotes(text_of(node, "ETag")),
                            parse_size(base::trim(text_of(node, "Size")))});
  }
  std::string truncated = base::to_lower(base::trim(text_of(root, "IsTruncated")));
  if (truncated != "true" && truncated != "false") {
    throw no_answer("a listing that does not say whether it goes on");
  }
  page.is_truncated = truncated == "true";
  page.next_token = text_of(root, "NextContinuationToken");
  if (page.is_truncated && page.next_token.empty()) {
    throw no_answer("a listing that goes on but does not say where");
  }
  return page;
}

bool looks_cut_short(std::string_view xml) {
  xml = base::trim(xml);
  if (xml.empty()) return true;
  constexpr std::string_view declaration = "<?xml";
  bool is_xml = xml.starts_with(declaration.substr(0, std::min(xml.size(), declaration.size()))) ||
                xml.find("http://s3.amazonaws.com/doc/") != std::string_view::npos;
  return is_xml && !pugi::xml_document().load_buffer(xml.data(), xml.size());
}

ErrorBody parse_error(std::string_view xml) {
  pugi::xml_document document;
  if (!document.load_buffer(xml.data(), xml.size(), pugi::parse_default, pugi::encoding_utf8)) {
    return {};
  }
  pugi::xml_node root = document.document_element();
  if (std::strcmp(root.name(), "Error") != 0) return {};
  return {text_of(root, "Code"),        text_of(root, "Message"),   text_of(root, "Region"),
          text_of(root, "Endpoint"),    text_of(root, "RequestId"), text_of(root, "ServerTime"),
          text_of(root, "StorageClass")};
}

std::string parse_upload_id(std::string_view xml) {
  pugi::xml_document document;
  std::string id = text_of(parse(document, xml, "InitiateMultipartUploadResult"), "UploadId");
  if (id.empty()) throw no_answer("an upload without an id");
  return id;
}

void check_completed(std::string_view xml) {
  pugi::xml_document document;
  parse(document, xml, "CompleteMultipartUploadResult");
}

std::string write_parts(const std::vector<UploadedPart>& parts) {
  pugi::xml_document document;
  pugi::xml_node root = document.append_child("CompleteMultipartUpload");
  root.append_attribute("xmlns") = "http://s3.amazonaws.com/doc/2006-03-01/";
  for (std::size_t i = 0; i < parts.size(); ++i) {
    pugi::xml_node part = root.append_child("Part");
    part.append_child("PartNumber").text() = static_cast<unsigned>(i + 1);
    part.append_child("ETag").text() = parts[i].etag.c_str();
    if (parts[i].checksum.empty()) continue;
    part.append_child("ChecksumCRC32C").text() = parts[i].checksum.c_str();
  }
  struct Writer final : pugi::xml_writer {
    void write(const void* data, std::size_t size) override {
      text.append(static_cast<const char*>(data), size);
    }
    std::string text;
  } writer;
  document.save(writer, "", pugi::format_raw);
  return std::move(writer.text);
}

}  // namespace sparkify::s3
