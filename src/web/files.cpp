#include "web/files.hpp"

#include <fmt/format.h>

#include <functional>

namespace sparkify::web {
namespace {

constexpr std::string_view page = "index.html.gz";

const File* find(std::string_view path) {
  for (const File& file : files()) {
    if (file.path == path) return &file;
  }
  return nullptr;
}

std::string_view type_of(std::string_view path) {
  if (path.ends_with(".js.gz")) return "text/javascript; charset=utf-8";
  if (path.ends_with(".css.gz")) return "text/css; charset=utf-8";
  if (path.ends_with(".svg.gz")) return "image/svg+xml";
  if (path.ends_with(".txt.gz")) return "text/plain; charset=utf-8";
  return "text/html; charset=utf-8";
}

}  // namespace

Response file_response(const Request& request) {
  const File* file = find(request.path.substr(1) + ".gz");
  bool is_page = request.path.find('.') == std::string::npos;
  if (file == nullptr && is_page) file = find(page);
  if (file == nullptr) return plain_response(404, "no such file");
  std::string_view taken = request.header("Accept-Encoding").value_or("");
  if (taken.find("gzip") == std::string_view::npos) {
    return plain_response(406, "files are sent as gzip: Accept-Encoding: gzip");
  }
  std::string tag = fmt::format("\"{:x}\"", std::hash<std::string_view>()(file->text));
  Response response;
  response.headers = {{"ETag", tag}, {"Cache-Control", "no-cache"}, {"Vary", "Accept-Encoding"}};
  if (request.header("If-None-Match") == tag) {
    response.status = 304;
    return response;
  }
  response.headers.push_back({"Content-Type", std::string(type_of(file->path))});
  response.headers.push_back({"Content-Encoding", "gzip"});
  response.body = file->text;
  return response;
}

}  // namespace sparkify::web
