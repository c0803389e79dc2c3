#include "long_recordings/spoken_text.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <memory>

#include "text/normaliser.hpp"
#include "text/sentences.hpp"
#include "text/unicode.hpp"

namespace myxtts::long_recordings {
namespace {

constexpr std::size_t kLongestSentence = 600;  // in characters; longer texts are compared piece by piece

std::string with_plain_apostrophes(std::string text) {
  constexpr std::string_view kCurly = "’";
  for (std::size_t at = text.find(kCurly); at != std::string::npos; at = text.find(kCurly, at)) {
    text.replace(at, kCurly.size(), "'");
  }
  return text;
}

// Runs of letters and inner apostrophes, in lower case.
std::vector<std::string> plain_words(std::string_view text) {
  const std::string lower = with_plain_apostrophes(text::lower_case(text));
  std::vector<std::string> words(1);
  for (const char character : lower) {
    if (text::is_letter_byte(character) || (character == '\'' && !words.back().empty())) {
      words.back() += character;
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  for (std::string& word : words) word.erase(word.find_last_not_of('\'') + 1);
  std::erase(words, "");
  return words;
}

std::vector<std::string> split_at_spaces(std::string_view text) {
  std::vector<std::string> tokens;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) tokens.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return tokens;
}

// The indices, in two lists, of an element of their longest common subsequence.
struct Pair {
  std::size_t first = 0;
  std::size_t second = 0;
};

std::vector<Pair> common_words(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  const std::size_t width = b.size() + 1;
  std::vector<std::size_t> length((a.size() + 1) * width);  // [i, j]: of the longest one of a[i...] and b[j...]
  for (std::size_t i = a.size(); i-- > 0;) {
    for (std::size_t j = b.size(); j-- > 0;) {
      length[i * width + j] = a[i] == b[j] ? length[(i + 1) * width + j + 1] + 1
                                           : std::max(length[(i + 1) * width + j], length[i * width + j + 1]);
    }
  }
  std::vector<Pair> pairs;
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    if (a[i] == b[j]) {
      pairs.push_back({i++, j++});
    } else if (length[(i + 1) * width + j] >= length[i * width + j + 1]) {
      ++i;
    } else {
      ++j;
    }
  }
  return pairs;
}

// Maps the tokens of one sentence to its normalised words.
class Sentence {
 public:
  Sentence(std::string_view text, const text::Normaliser& normaliser)
      : tokens_(split_at_spaces(text)), spoken_(plain_words(normaliser.normalise(text))) {
    for (const std::string& token : tokens_) {
      for (const std::string& word : plain_words(token)) {
        written_.push_back(word);
        token_of_.push_back(words_.size());
      }
      words_.push_back({.written = token, .spoken = {}, .ends_sentence = false});
    }
  }

  std::vector<WrittenWord> read() {
    std::vector<Pair> anchors = common_words(written_, spoken_);
    anchors.push_back({written_.size(), spoken_.size()});
    std::size_t next_token = 0;
    std::size_t next_spoken = 0;
    for (const Pair& anchor : anchors) {
      const bool is_end = anchor.first == written_.size();
      const std::size_t token = is_end ? words_.size() : token_of_[anchor.first];
      give(next_token, token, next_spoken, anchor.second);
      if (is_end) break;
      words_[token].spoken.push_back(spoken_[anchor.second]);
      next_token = token + 1;
      next_spoken = anchor.second + 1;
    }
    std::erase_if(words_, [](const WrittenWord& word) { return word.written.empty(); });
    words_.back().ends_sentence = true;
    return std::move(words_);
  }

 private:
  // Assigns the spoken words [first, last) to the tokens [begin, end). Which token each word belongs to is not known.
  void give(std::size_t begin, std::size_t end, std::size_t first, std::size_t last) {
    if (first == last) return;
    const bool is_between = begin >= end;  // no token is left for them: they go to the previous one
    WrittenWord& word = words_[is_between ? std::min(begin == 0 ? 0 : begin - 1, words_.size() - 1) : begin];
    for (std::size_t i = first; i < last; ++i) word.spoken.push_back(spoken_[i]);
    for (std::size_t token = begin + 1; token < end; ++token) {
      word.written += ' ' + words_[token].written;
      words_[token].written.clear();
    }
  }

  std::vector<std::string> tokens_;
  std::vector<std::string> spoken_;
  std::vector<std::string> written_;   // the plain words of the tokens
  std::vector<std::size_t> token_of_;  // index of each plain word's token
  std::vector<WrittenWord> words_;     // one per token
};

}  // namespace

std::vector<WrittenWord> read_spoken_text(std::string_view text, std::string_view language) {
  const std::unique_ptr<text::Normaliser> normaliser = text::make_normaliser(language);
  std::vector<WrittenWord> words;
  for (const std::string& sentence : text::split_sentences(text, kLongestSentence)) {
    std::vector<WrittenWord> read = Sentence(sentence, *normaliser).read();
    std::ranges::move(read, std::back_inserter(words));
  }
  return words;
}

}  // namespace myxtts::long_recordings
