#include "ddl/layout.hpp"

#include <algorithm>
#include <charconv>

#include "base/json.hpp"

namespace sparkify::ddl {
namespace {

using base::Json;

constexpr std::string_view mark = R"({"redshift":)";

std::string text_in(const Json& object, const char* key) {
  auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::vector<std::string> names_in(const Json& object, const char* key) {
  std::vector<std::string> names;
  auto found = object.find(key);
  if (found == object.end() || !found->is_array()) return names;
  for (const Json& each : *found) {
    if (each.is_string()) names.push_back(each.get<std::string>());
  }
  return names;
}

Key key_of(const Json& object) { return {text_in(object, "name"), names_in(object, "columns")}; }

Json json_of(const Key& key) { return {{"name", key.name}, {"columns", key.columns}}; }

ForeignKey foreign_key_of(const Json& object) {
  return {key_of(object), text_in(object, "schema"), text_in(object, "table"),
          names_in(object, "referenced")};
}

Json json_of(const ForeignKey& key) {
  Json object = json_of(key.key);
  if (!key.schema.empty()) object["schema"] = key.schema;
  object["table"] = key.table;
  object["referenced"] = key.referenced;
  return object;
}

ColumnLayout column_of(const Json& object) {
  ColumnLayout column;
  column.type = text_in(object, "type");
  column.encode = text_in(object, "encode");
  column.collate = text_in(object, "collate");
  auto identity = object.find("identity");
  if (identity != object.end() && identity->is_array() && identity->size() == 2 &&
      (*identity)[0].is_number_integer() && (*identity)[1].is_number_integer()) {
    column.identity = {(*identity)[0].get<long long>(), (*identity)[1].get<long long>()};
    column.is_identity_default = text_in(object, "generated") == "by default";
  }
  return column;
}

Json json_of(const ColumnLayout& column) {
  Json object = Json::object();
  if (!column.type.empty()) object["type"] = column.type;
  if (!column.encode.empty()) object["encode"] = column.encode;
  if (!column.collate.empty()) object["collate"] = column.collate;
  if (column.identity) {
    object["identity"] = Json::array({column.identity->first, column.identity->second});
    object["generated"] = column.is_identity_default ? "by default" : "always";
  }
  return object;
}

Layout layout_of(const Json& json) {
  Layout layout;
  layout.diststyle = text_in(json, "diststyle");
  layout.distkey = text_in(json, "distkey");
  layout.sortstyle = text_in(json, "sortstyle");
  layout.sortkey = names_in(json, "sortkey");
  layout.has_backup = text_in(json, "backup") != "no";
  if (auto key = json.find("primary_key"); key != json.end() && key->is_object()) {
    layout.primary_key = key_of(*key);
  }
  for (const Json& key : json.value("unique", Json::array())) layout.unique.push_back(key_of(key));
  for (const Json& key : json.value("foreign_keys", Json::array())) {
    layout.foreign_keys.push_back(foreign_key_of(key));
  }
  // By value: items() of a temporary would dangle.
  const Json columns = json.value("columns", Json::object());
  for (const auto& [name, column] : columns.items()) layout.columns[name] = column_of(column);
  return layout;
}

Json json_of(const Layout& layout) {
  Json json = Json::object();
  if (!layout.diststyle.empty()) json["diststyle"] = layout.diststyle;
  if (!layout.distkey.empty()) json["distkey"] = layout.distkey;
  if (!layout.sortstyle.empty()) json["sortstyle"] = layout.sortstyle;
  if (!layout.sortkey.empty()) json["sortkey"] = layout.sortkey;
  if (!layout.has_backup) json["backup"] = "no";
  if (layout.primary_key) json["primary_key"] = json_of(*layout.primary_key);
  for (const Key& key : layout.unique) json["unique"].push_back(json_of(key));
  for (const ForeignKey& key : layout.foreign_keys) json["foreign_keys"].push_back(json_of(key));
  for (const auto& [name, column] : layout.columns) {
    if (Json object = json_of(column); !object.empty()) json["columns"][name] = object;
  }
  return json;
}

void rename(std::vector<std::string>& names, const std::string& from, const std::string& to) {
  std::replace(names.begin(), names.end(), from, to);
}

bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

Layout Layout::parse(std::string_view text) {
  Layout layout;
  if (text.starts_with(mark)) {
    try {
      Json json = base::parse_json(text, "comment");
      layout = layout_of(json.at("redshift"));
      layout.comment = text_in(json, "comment");
      return layout;
    } catch (const base::Error&) {
    } catch (const nlohmann::json::exception&) {
    }
    layout = Layout();  // somebody's own words after all
  }
  layout.comment = text;
  return layout;
}

std::string Layout::text() const {
  Json json = json_of(*this);
  if (json.empty()) return comment;
  Json whole = {{"redshift", std::move(json)}};
  if (!comment.empty()) whole["comment"] = comment;
  // What is not UTF-8 cannot be JSON; the engine refuses it in names anyway.
  return whole.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void Layout::rename_column(const std::string& from, const std::string& to) {
  if (distkey == from) distkey = to;
  rename(sortkey, from, to);
  if (primary_key) rename(primary_key->columns, from, to);
  for (Key& key : unique) rename(key.columns, from, to);
  for (ForeignKey& key : foreign_keys) rename(key.key.columns, from, to);
  if (auto node = columns.extract(from)) {
    node.key() = to;
    columns.insert(std::move(node));
  }
}

void Layout::drop_column(const std::string& name) {
  if (distkey == name) distkey.clear();
  std::erase(sortkey, name);
  if (primary_key && has(primary_key->columns, name)) primary_key.reset();
  std::erase_if(unique, [&](const Key& key) { return has(key.columns, name); });
  std::erase_if(foreign_keys, [&](const ForeignKey& key) { return has(key.key.columns, name); });
  columns.erase(name);
}

bool Layout::places_by(const std::string& column) const {
  return distkey == column || has(sortkey, column);
}

std::optional<std::size_t> byte_limit(std::string_view type) {
  if (!type.starts_with("character")) return std::nullopt;
  std::size_t open = type.find('(');
  if (open == std::string_view::npos) return std::nullopt;
  std::size_t limit = 0;
  std::from_chars(type.data() + open + 1, type.data() + type.size(), limit);
  return limit;
}

bool is_padded(std::string_view type) { return type.starts_with("character("); }

}  // namespace sparkify::ddl
