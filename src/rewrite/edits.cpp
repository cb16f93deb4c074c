#include "rewrite/edits.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace sparkify::rewrite {
namespace {

/// Deeper nesting of rewritten calls than any person writes; keeps recursion off the stack's end.
constexpr std::size_t max_depth = 200;
/// A rewrite may name an argument twice, so nested ones can double and double again.
constexpr std::size_t max_growth_bytes = 4 << 20;

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

}  // namespace

/// Writes a statement's tokens out, replacing as it goes.
class Renderer {
 public:
  using Edit = Edits::Edit;
  using Order = Edits::Order;

  /// `edits` are sorted.
  Renderer(const Tokens& tokens, const std::vector<Edit>& edits) : tokens_(tokens), edits_(edits) {}

  Translated run() {
    write({0, tokens_.size()}, 0, tokens_.text().size(), 0, true);
    return std::move(result_);
  }

 private:
  /// The tokens of `range` and the bytes from `from` to `to` around them. Only edits from
  /// `first_edit` on count, the others enclose the range.
  void write(Range range, std::size_t from, std::size_t to, std::size_t first_edit,
             bool takes_end) {
    std::size_t at = range.begin;
    for (std::size_t i = edit_from(at, first_edit); i < edits_.size();) {
      const Edit& edit = edits_[i];
      bool is_inside = edit.range.begin < range.end ||
                       (takes_end && edit.range.begin == range.end && edit.range.size() == 0);
      if (!is_inside) break;
      if (edit.range.end > range.end || edit.range.begin < at) {
        ++i;
        continue;
      }
      copy(from, std::max(from, start_byte(edit)));
      if (edit.pieces.empty()) drop_space(edit);
      write_pieces(edit, i);
      if (edit.range.size() > 0) {
        at = edit.range.end;
        from = tokens_.end_byte(at - 1);
        i = edit_from(at, i + 1);
      } else {
        from = std::max(from, start_byte(edit));
        ++i;
      }
    }
    copy(from, to);
  }

  void write_pieces(const Edit& edit, std::size_t index) {
    std::size_t origin = start_byte(edit);
    for (const Edits::Piece& piece : edit.pieces) {
      if (const auto* text = std::get_if<std::string>(&piece)) {
        add(*text, origin, false);
        continue;
      }
      Range range = std::get<Range>(piece);
      if (range.size() == 0) continue;
      if (++depth_ > max_depth) {
        throw tokens_.error(edit.range.begin, "calls are nested too deeply")
            .hint("split the statement with a temporary table");
      }
      bool is_inside = range.begin >= edit.range.begin && range.end <= edit.range.end;
      bool is_before_end = is_inside && range.end < edit.range.end;
      // Comments between brackets and commas belong to the argument beside them.
      bool has_left =
          is_inside && range.begin > edit.range.begin && tokens_.has_comment_before(range.begin);
      bool has_right = is_before_end && tokens_.has_comment_before(range.end);
      write(range, has_left ? tokens_.end_byte(range.begin - 1) : tokens_.begin_byte(range.begin),
            has_right ? tokens_.begin_byte(range.end) : tokens_.end_byte(range.end - 1),
            is_inside ? index + 1 : 0, is_before_end);
      --depth_;
    }
  }

  std::size_t start_byte(const Edit& edit) const {
    return edit.order == Order::behind ? tokens_.end_byte(edit.range.begin - 1)
                                       : tokens_.begin_byte(edit.range.begin);
  }

  /// The first edit that begins at token `at` or later.
  std::size_t edit_from(std::size_t at, std::size_t first_edit) const {
    auto begin = edits_.begin() + static_cast<std::ptrdiff_t>(first_edit);
    auto found = std::lower_bound(begin, edits_.end(), at, [](const Edit& edit, std::size_t i) {
      return edit.range.begin < i;
    });
    return static_cast<std::size_t>(found - edits_.begin());
  }

  /// What is removed takes the blanks before it along, unless its neighbours would touch.
  void drop_space(const Edit& edit) {
    std::size_t begin = edit.range.begin, end = edit.range.end;
    if (begin == 0 || tokens_.has_comment_before(begin) || result_.stretches.empty()) return;
    if (!result_.stretches.back().is_copied) return;
    bool is_apart = end >= tokens_.size() || tokens_.begin_byte(end) > tokens_.end_byte(end - 1) ||
                    tokens_.is_symbol(end, ",") || tokens_.is_symbol(end, ")");
    std::size_t floor = result_.stretches.back().offset;
    while (is_apart && result_.text.size() > floor && is_space(result_.text.back())) {
      result_.text.pop_back();
    }
  }

  void copy(std::size_t from, std::size_t to) {
    if (from < to) add(tokens_.text().substr(from, to - from), from, true);
  }

  void add(std::string_view text, std::size_t origin, bool is_copied) {
    if (text.empty()) return;
    if (result_.text.size() + text.size() > tokens_.text().size() * 16 + max_growth_bytes) {
      throw tokens_.error(0, "the statement grows too long when it is translated")
          .hint("split the statement with a temporary table");
    }
    result_.stretches.push_back({result_.text.size(), origin, is_copied});
    result_.text += text;
  }

  const Tokens& tokens_;
  const std::vector<Edit>& edits_;
  Translated result_;
  std::size_t depth_ = 0;
};

void Edits::replace(Range range, std::vector<Piece> pieces) {
  if (range.size() > 0) edits_.push_back({range, Order::replace, std::move(pieces)});
}

void Edits::insert_before(std::size_t i, std::vector<Piece> pieces) {
  edits_.push_back({{i, i}, Order::before, std::move(pieces)});
}

void Edits::insert_after(std::size_t i, std::vector<Piece> pieces, Level level) {
  edits_.push_back({{i + 1, i + 1}, Order::behind, std::move(pieces), level});
}

void Edits::notice(std::string sentence) {
  if (std::find(notices_.begin(), notices_.end(), sentence) == notices_.end()) {
    notices_.push_back(std::move(sentence));
  }
}

Translated Edits::render(const Tokens& tokens) {
  if (edits_.empty()) {
    Translated same{std::string(tokens.text()), {}, notices_};
    if (tokens.has_folded()) same.stretches = {{0, 0, true}};
    return same;
  }
  // What replaces the whole statement leaves nothing to insert beside.
  auto is_whole = [&](const Edit& edit) {
    return edit.range.size() == tokens.size() && edit.order == Order::replace;
  };
  if (std::any_of(edits_.begin(), edits_.end(), is_whole)) {
    std::erase_if(edits_, [](const Edit& edit) { return edit.order != Order::replace; });
  }
  std::stable_sort(edits_.begin(), edits_.end(), [](const Edit& a, const Edit& b) {
    return std::tuple(a.range.begin, a.order, b.range.end, a.level) <
           std::tuple(b.range.begin, b.order, a.range.end, b.level);
  });
  Translated result = Renderer(tokens, edits_).run();
  result.notices = notices_;
  return result;
}

}  // namespace sparkify::rewrite
