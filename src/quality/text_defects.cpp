#include "quality/text_defects.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>

#include "text/unicode.hpp"

namespace myxtts::quality {
namespace {

// The piece of `text` from `begin` to the next white space or the end, at most kMaxBytes of it.
std::string word_at(std::string_view text, std::size_t begin) {
  constexpr std::size_t kMaxBytes = 40;
  std::string_view word = text.substr(begin, text.find_first_of(" \t", begin) - begin);
  if (word.size() <= kMaxBytes) return std::string(word);
  word = word.substr(0, kMaxBytes);
  while (!word.empty() && (static_cast<unsigned char>(word.back()) & 0xC0U) == 0x80) word.remove_suffix(1);
  if (!word.empty() && (static_cast<unsigned char>(word.back()) & 0x80U) != 0) word.remove_suffix(1);
  return std::string(word) + "...";
}

std::optional<FoundDefect> find_any(Defect defect, std::string_view text, std::span<const std::string_view> pieces,
                                    std::string_view what) {
  for (const std::string_view piece : pieces) {
    const std::size_t at = text.find(piece);
    if (at != std::string_view::npos)
      return FoundDefect{defect, fmt::format("its text holds {}: '{}'", what, word_at(text, at))};
  }
  return std::nullopt;
}

std::optional<FoundDefect> find_web_address(std::string_view written) {
  static constexpr auto kPieces = std::to_array<std::string_view>({"http://", "https://", "www.", "://"});
  if (auto found = find_any(Defect::kWebAddress, written, kPieces, "a web address")) return found;
  const std::size_t at = written.find('@');
  const bool is_mail = at != std::string_view::npos && at > 0 && text::is_letter_byte(written[at - 1]) &&
                       written.find('.', at) != std::string_view::npos && at + 1 < written.size() &&
                       text::is_letter_byte(written[at + 1]);
  if (!is_mail) return std::nullopt;
  const std::size_t space = written.rfind(' ', at);
  const std::size_t begin = space == std::string_view::npos ? 0 : space + 1;
  return FoundDefect{Defect::kWebAddress, fmt::format("its text holds a mail address: '{}'", word_at(written, begin))};
}

// "<b>", "</i>", "&amp;", "{slow}", or an escaped end of line.
std::optional<FoundDefect> find_markup(std::string_view written) {
  static constexpr auto kPieces = std::to_array<std::string_view>(
      {"\\n", "\\t", "&amp;", "&quot;", "&nbsp;", "&lt;", "&gt;", "&#", "{", "}", "**", "```"});
  const std::size_t open = written.find('<');
  const std::size_t close = open == std::string_view::npos ? open : written.find('>', open);
  if (close != std::string_view::npos) {
    return FoundDefect{Defect::kMarkup, fmt::format("its text holds markup: '{}'", word_at(written, open))};
  }
  return find_any(Defect::kMarkup, written, kPieces, "markup");
}

// "[laughter]", "*sighs*".
std::optional<FoundDefect> find_annotation(std::string_view written) {
  static constexpr auto kPieces = std::to_array<std::string_view>({"[", "♪", "___"});
  if (auto found = find_any(Defect::kAnnotation, written, kPieces, "a note of a transcriber")) return found;
  const std::size_t star = written.find('*');
  if (star == std::string_view::npos || written.find('*', star + 1) == std::string_view::npos) return std::nullopt;
  return FoundDefect{Defect::kAnnotation,
                     fmt::format("its text holds a note of a transcriber: '{}'", word_at(written, star))};
}

// Finds U+FFFD, and UTF-8 of Latin or Arabic script that was decoded as Windows-1252 or ISO 8859-1 ("â€™", "Ã©",
// "Ø§").
std::optional<FoundDefect> find_garbling(std::string_view written) {
  static constexpr auto kPieces =
      std::to_array<std::string_view>({"\uFFFD", "â€", "Ã©", "Ã¨", "Ã¡", "Ã¤", "Ã¶", "Ã¼", "Ã±", "Ã§", "Ã³", "Ãª", "Ø§",
                                       "Ù„", "Ù†", "Û\u0152", "ÛŒ", "Â "});
  return find_any(Defect::kGarbled, written, kPieces, "characters of a wrong encoding");
}

std::optional<FoundDefect> judge_letters(std::string_view spoken) {
  const std::u32string characters = text::decode_utf8(spoken);
  if (std::ranges::none_of(characters, text::is_word_character)) {
    return FoundDefect{Defect::kNoLetters, fmt::format("its text holds no letters: '{}'", word_at(spoken, 0))};
  }
  const auto digit = std::ranges::find_if(characters, text::is_decimal_digit);
  if (digit == characters.end()) return std::nullopt;
  const std::string rest =
      text::encode_utf8(std::u32string_view(characters).substr(static_cast<std::size_t>(digit - characters.begin())));
  return FoundDefect{Defect::kDigits,
                     fmt::format("digits are left in its text after normalisation: '{}'", word_at(rest, 0))};
}

}  // namespace

std::vector<FoundDefect> text_defects(std::string_view written, std::string_view spoken) {
  std::vector<FoundDefect> defects;
  for (const auto& found : {judge_letters(spoken), find_web_address(written), find_markup(written),
                            find_annotation(written), find_garbling(written)}) {
    if (found) defects.push_back(*found);
  }
  return defects;
}

}  // namespace myxtts::quality
