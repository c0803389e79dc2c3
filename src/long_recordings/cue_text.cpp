#include "long_recordings/cue_text.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <utility>

#include "core/lines.hpp"
#include "text/unicode.hpp"

namespace myxtts::long_recordings {
namespace {

constexpr std::array<std::string_view, 4> kNotes = {"♩", "♪", "♫", "♬"};
constexpr std::array<std::string_view, 5> kDashes = {"-", "–", "—", "―", ">>"};
constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kEntities = {{{"&amp;", "&"},
                                                                                     {"&lt;", "<"},
                                                                                     {"&gt;", ">"},
                                                                                     {"&nbsp;", " "},
                                                                                     {"&lrm;", ""},
                                                                                     {"&rlm;", ""},
                                                                                     {"&quot;", "\""},
                                                                                     {"&#39;", "'"}}};

// Removes each piece from `open` to the nearest `close` for which `is_unspoken` is true.
template <typename IsUnspoken>
void remove_enclosed(std::string& text, char open, char close, const IsUnspoken& is_unspoken) {
  std::string kept;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t begin = std::min(text.find(open, at), text.size());
    kept.append(text, at, begin - at);
    const std::size_t end = text.find(close, begin);
    if (end == std::string::npos) {
      kept.append(text, begin);
      break;
    }
    const std::string_view inside = std::string_view(text).substr(begin + 1, end - begin - 1);
    if (is_unspoken(inside)) {
      at = end + 1;
    } else {
      kept += open;
      at = begin + 1;
    }
  }
  text = std::move(kept);
}

bool is_tag(std::string_view inside) {
  return !inside.empty() &&
         (text::is_letter_byte(inside.front()) || text::is_digit_byte(inside.front()) || inside.front() == '/');
}

// True for "(laughs)", "(door slams)"; false for "(in 1984)" and for a longer remark, which are read aloud.
bool is_sound(std::string_view inside) {
  constexpr std::ptrdiff_t kMaxSpaces = 2;
  return std::ranges::count(inside, ' ') <= kMaxSpaces && std::ranges::none_of(inside, text::is_digit_byte);
}

void replace_entities(std::string& text) {
  for (const auto& [name, character] : kEntities) {
    for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name, at + character.size())) {
      text.replace(at, name.size(), character);
    }
  }
}

// Removes the text between the first and the last note, because it is sung.
void remove_music(std::string& text) {
  std::size_t first = std::string::npos;
  std::size_t last = 0;
  for (const std::string_view note : kNotes) {
    if (const std::size_t at = text.find(note); at != std::string::npos) {
      first = std::min(first, at);
      last = std::max(last, text.rfind(note) + note.size());
    }
  }
  if (first < last) text.erase(first, last - first);
}

std::string with_single_spaces(std::string_view text) {
  std::string result;
  for (const char character : text) {
    const bool is_space = std::isspace(static_cast<unsigned char>(character)) != 0 || character == '|';
    if (!is_space) result += character;
    if (is_space && !result.empty() && result.back() != ' ') result += ' ';
  }
  if (result.ends_with(' ')) result.pop_back();
  return result;
}

bool has_word(std::string_view text) {
  return std::ranges::any_of(text::decode_utf8(text), [](char32_t character) {
    return text::is_word_character(character) && !text::is_invisible(character);
  });
}

bool take_dash(std::string& line) {
  for (const std::string_view dash : kDashes) {
    if (!line.starts_with(dash)) continue;
    line = with_single_spaces(std::string_view(line).substr(dash.size()));
    return true;
  }
  return false;
}

// "JOHN:", "DR. SMITH:", "MAN 2:" at the start of a line.
std::string take_label(std::string& line) {
  constexpr std::size_t kMaxBytes = 30;
  const std::size_t colon = line.find(':');
  if (colon == std::string::npos || colon > kMaxBytes) return {};
  if (colon + 1 < line.size() && line[colon + 1] != ' ') return {};
  std::string label = line.substr(0, colon);
  const auto is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  const auto is_label_byte = [&](char c) {
    return is_capital(c) || text::is_digit_byte(c) || std::string_view(" .'-").find(c) != std::string_view::npos;
  };
  if (!std::ranges::all_of(label, is_label_byte) || std::ranges::count_if(label, is_capital) < 2) return {};
  line = with_single_spaces(std::string_view(line).substr(colon + 1));
  return label;
}

// "<v.loud John>" of WebVTT.
std::string voice_of(std::string_view tag) {
  if (!tag.starts_with("v.") && !tag.starts_with("v ")) return {};
  const std::size_t space = tag.find(' ');
  return space == std::string_view::npos ? "" : with_single_spaces(tag.substr(space));
}

class CueReader {
 public:
  CueText read(std::string text) {
    remove_enclosed(text, '<', '>', [this](std::string_view tag) {
      add_speaker(voice_of(tag));
      return is_tag(tag);
    });
    remove_enclosed(text, '{', '}', [](std::string_view) { return true; });
    remove_enclosed(text, '[', ']', [](std::string_view) { return true; });
    remove_enclosed(text, '(', ')', is_sound);
    replace_entities(text);
    remove_music(text);
    std::string spoken;
    for (const std::string_view line : core::split_lines(text)) spoken += ' ' + read_line(with_single_spaces(line));
    spoken = with_single_spaces(spoken);
    if (has_word(spoken)) result_.spoken = std::move(spoken);
    result_.several_speakers = result_.several_speakers || dashes_ > 1;
    return result_;
  }

 private:
  void add_speaker(std::string name) {
    if (name.empty()) return;
    if (!result_.speaker.empty() && result_.speaker != name) result_.several_speakers = true;
    result_.speaker = std::move(name);
  }

  std::string read_line(std::string line) {
    if (take_dash(line)) ++dashes_;
    add_speaker(take_label(line));
    const bool is_sung = line.size() > 1 && line.starts_with('#') && line.ends_with('#');
    return is_sung ? "" : line;
  }

  CueText result_;
  int dashes_ = 0;
};

}  // namespace

CueText read_cue_text(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return CueReader().read(std::move(text));
}

}  // namespace myxtts::long_recordings
