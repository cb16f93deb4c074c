#include "functions/date_format.hpp"

#include <array>

#include "rewrite/tokens.hpp"

namespace sparkify::functions {
namespace {

struct Element {
  std::string_view name;        ///< in upper case
  std::string_view strftime;    ///< with leading zeros
  std::string_view bare;        ///< after FM; empty: the same
  std::string_view expression;  ///< instead of strftime, `@` is the value
};

/// A longer name comes before its own beginning. Rows that say nothing have no translation.
constexpr auto elements = std::to_array<Element>({
    {"HH24", "%H", "%-H", ""},
    {"HH12", "%I", "%-I", ""},
    {"HH", "%I", "%-I", ""},
    {"MI", "%M", "%-M", ""},
    {"SSSS", "", "", ""},
    {"SS", "%S", "%-S", ""},
    {"MS", "%g", "", ""},
    {"US", "%f", "", ""},
    {"IYYY", "%G", "", ""},
    {"IYY", "", "", ""},
    {"IY", "", "", ""},
    {"IW", "%V", "", ""},
    {"Y,YYY", "", "", ""},
    {"YYYY", "%Y", "", ""},
    {"YYY", "", "", ""},
    {"YY", "%y", "", ""},
    {"IDDD", "", "", ""},
    {"MM", "%m", "%-m", ""},
    {"DDD", "%j", "%-j", ""},
    {"DD", "%d", "%-d", ""},
    {"WW", "", "", "lpad(cast((dayofyear(@) - 1) // 7 + 1 as varchar), 2, '0')"},
    {"W", "", "", "cast((day(@) - 1) // 7 + 1 as varchar)"},
    {"ID", "%u", "", ""},
    {"D", "", "", "cast(dayofweek(@) + 1 as varchar)"},
    {"Q", "", "", "cast(quarter(@) as varchar)"},
    {"TZ", "", "", ""},
    {"OF", "", "", ""},
    {"CC", "", "", ""},
    {"RM", "", "", ""},
    {"BC", "", "", ""},
    {"AD", "", "", ""},
    {"J", "", "", ""},
});

std::string upper(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  }
  return result;
}

class FormatParser {
 public:
  explicit FormatParser(std::string_view format) : rest_(format), upper_(upper(format)) {}

  DateFormat run() {
    while (at_ < rest_.size()) step();
    return std::move(result_);
  }

 private:
  bool has(std::string_view name) const { return upper_.compare(at_, name.size(), name) == 0; }

  void step() {
    if (has("FM")) {
      is_bare_ = true;
      at_ += 2;
      return;
    }
    if (rest_[at_] == '"') return quoted();
    if (named("MONTH", "%B", true) || named("MON", "%b", false) || named("DAY", "%A", true) ||
        named("DY", "%a", false) || meridian()) {
      return;
    }
    for (const Element& element : elements) {
      if (!has(element.name)) continue;
      at_ += element.name.size();
      bool is_known = !element.strftime.empty() || !element.expression.empty();
      if (!is_known && result_.unknown.empty()) result_.unknown = element.name;
      bool is_bare = is_bare_ && !element.bare.empty();
      is_bare_ = false;
      return add(is_bare ? element.bare : element.strftime, element.expression);
    }
    add(rest_[at_] == '%' ? "%%" : rest_.substr(at_, 1), "");
    ++at_;
  }

  void quoted() {
    std::size_t end = std::min(rest_.find('"', at_ + 1), rest_.size());
    for (char c : rest_.substr(at_ + 1, end - at_ - 1)) {
      add(c == '%' ? "%%" : std::string_view(&c, 1), "");
    }
    at_ = end + 1;
  }

  /// A name of a month or day, in the case the format is written in. Full names are padded with
  /// blanks to nine characters unless FM precedes.
  bool named(std::string_view name, std::string_view strftime, bool is_padded) {
    if (!has(name)) return false;
    std::string_view written = rest_.substr(at_, name.size());
    at_ += name.size();
    is_padded = is_padded && !is_bare_;
    is_bare_ = false;
    std::string text = "strftime(@, '" + std::string(strftime) + "')";
    if (written == name)
      text = "upper(" + text + ")";
    else if (written == rewrite::lower(name))
      text = "lower(" + text + ")";
    else if (!is_padded)
      text.clear();
    if (is_padded) text = "rpad(" + text + ", 9, ' ')";
    add(strftime, text);
    return true;
  }

  bool meridian() {
    bool is_dotted = has("A.M.") || has("P.M.");
    if (!is_dotted && !has("AM") && !has("PM")) return false;
    bool is_lower = rest_[at_] >= 'a';
    at_ += is_dotted ? 4 : 2;
    std::string text = "strftime(@, '%p')";
    if (is_dotted) text = "case when hour(@) < 12 then 'A.M.' else 'P.M.' end";
    if (is_lower) text = "lower(" + text + ")";
    add(is_dotted ? "" : "%p", is_lower || is_dotted ? text : "");
    return true;
  }

  void add(std::string_view strftime, std::string_view expression) {
    auto& parts = result_.parts;
    if (expression.empty() && !parts.empty() && parts.back().expression.empty()) {
      parts.back().strftime += strftime;
    } else {
      parts.push_back({std::string(strftime), std::string(expression)});
    }
  }

  std::string_view rest_;
  std::string upper_;
  std::size_t at_ = 0;
  bool is_bare_ = false;  ///< FM stands before
  DateFormat result_;
};

}  // namespace

DateFormat parse_date_format(std::string_view format) { return FormatParser(format).run(); }

}  // namespace sparkify::functions
