#include "text/byte_pair_trainer.hpp"

#include <queue>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "core/error.hpp"
#include "text/tokenizer.hpp"
#include "text/unicode.hpp"
#include "text/words.hpp"

namespace myxtts::text {
namespace {

struct Pair {
  std::int32_t left;
  std::int32_t right;

  bool operator==(const Pair&) const = default;
};

struct PairHash {
  std::size_t operator()(Pair pair) const {
    const auto left = static_cast<std::uint64_t>(static_cast<std::uint32_t>(pair.left));
    return std::hash<std::uint64_t>()((left << 32) | static_cast<std::uint32_t>(pair.right));
  }
};

// A distinct word of the texts and its current tokens.
struct Word {
  std::vector<std::int32_t> tokens;
  std::int64_t count;

  void merge(Pair pair, std::int32_t merged) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      const bool joins = i + 1 < tokens.size() && pair == Pair{tokens[i], tokens[i + 1]};
      tokens[kept++] = joins ? merged : tokens[i];
      if (joins) ++i;
    }
    tokens.resize(kept);
  }
};

// The adjacent pairs of all words, how often each occurs, and where.
class PairCounts {
 public:
  explicit PairCounts(std::vector<Word> words) : words_(std::move(words)) {
    for (std::size_t word = 0; word < words_.size(); ++word) {
      count(word, 1);
      for_each_pair(word, [&](Pair pair) { note(pair, word); });
    }
    enqueue_noted();
  }

  // The most frequent pair and its count; the count is 0 if there is no pair.
  std::pair<Pair, std::int64_t> take_most_frequent() {
    while (!queue_.empty()) {
      Candidate best = queue_.top();
      queue_.pop();
      const std::int64_t count = occurrences_.at(best.pair).count;
      if (count == best.count) return {best.pair, count};
      if (count > 0) queue_.push({count, best.pair});  // other merges removed some occurrences
    }
    return {{}, 0};
  }

  void merge(Pair pair, std::int32_t merged) {
    const std::vector<std::size_t> words = std::move(occurrences_.at(pair).words);
    for (const std::size_t word : words) {
      count(word, -1);
      words_[word].merge(pair, merged);
      count(word, 1);
      for_each_pair(word, [&](Pair formed) {
        if (formed.left == merged || formed.right == merged) note(formed, word);
      });
    }
    enqueue_noted();
  }

 private:
  struct Occurrences {
    std::int64_t count = 0;
    std::vector<std::size_t> words;  // all that hold the pair; some may no longer hold it
  };
  struct Candidate {
    std::int64_t count;
    Pair pair;
    bool operator<(const Candidate& other) const {
      return std::tie(count, other.pair.left, other.pair.right) < std::tie(other.count, pair.left, pair.right);
    }
  };

  template <typename Visit>
  void for_each_pair(std::size_t word, Visit visit) const {
    const std::vector<std::int32_t>& tokens = words_[word].tokens;
    for (std::size_t i = 0; i + 1 < tokens.size(); ++i) visit(Pair{tokens[i], tokens[i + 1]});
  }

  void count(std::size_t word, std::int64_t sign) {
    for_each_pair(word, [&](Pair pair) { occurrences_[pair].count += sign * words_[word].count; });
  }

  void note(Pair pair, std::size_t word) {
    std::vector<std::size_t>& words = occurrences_[pair].words;
    if (words.empty()) noted_.push_back(pair);
    if (words.empty() || words.back() != word) words.push_back(word);
  }

  void enqueue_noted() {
    for (const Pair pair : noted_) queue_.push({occurrences_[pair].count, pair});
    noted_.clear();
  }

  std::vector<Word> words_;
  std::unordered_map<Pair, Occurrences, PairHash> occurrences_;
  std::vector<Pair> noted_;               // pairs that are not in the queue yet
  std::priority_queue<Candidate> queue_;  // a count may be too high: merges remove occurrences of queued pairs
};

std::vector<Word> count_words(std::span<const std::string> texts, const formats::TokenizerFile& characters) {
  std::unordered_map<std::u32string, std::int64_t> counts;
  for (const std::string& text : texts) {
    const std::u32string code_points = decode_utf8(text);
    for (const std::u32string_view word : split_words(code_points)) ++counts[std::u32string(word)];
  }
  std::vector<Word> words;
  for (const auto& [characters_of_word, count] : counts) {
    Word word{{}, count};
    for (const char32_t c : characters_of_word) word.tokens.push_back(characters.vocabulary.at(encode_utf8(c)));
    words.push_back(std::move(word));
  }
  return words;
}

void require_room(const formats::TokenizerFile& characters, std::int64_t entries) {
  const std::size_t needed = characters.vocabulary.size();
  if (static_cast<std::size_t>(entries) >= needed) return;
  throw core::DataError({.what = "the vocabulary has no room for the characters of the transcripts",
                         .where = "text.vocabulary",
                         .value = std::to_string(entries),
                         .expected = "at least " + std::to_string(needed) + " entries, or characters",
                         .advice = {}});
}

}  // namespace

formats::TokenizerFile train_byte_pairs(std::span<const std::string> normalised_texts,
                                        std::span<const std::string> languages, BytePairOptions options) {
  formats::TokenizerFile file = Tokenizer::character_vocabulary(normalised_texts, languages);
  require_room(file, options.entries);
  std::vector<std::string> tokens(file.vocabulary.size());
  for (const auto& [token, id] : file.vocabulary) tokens[static_cast<std::size_t>(id)] = token;
  PairCounts pairs(count_words(normalised_texts, file));
  while (std::ssize(tokens) < options.entries) {
    const auto [pair, count] = pairs.take_most_frequent();
    if (count == 0 || count < options.minimum_count) break;
    const auto merged = static_cast<std::int32_t>(tokens.size());
    file.merges.emplace_back(tokens[static_cast<std::size_t>(pair.left)], tokens[static_cast<std::size_t>(pair.right)]);
    tokens.push_back(file.merges.back().first + file.merges.back().second);
    file.vocabulary.emplace(tokens.back(), merged);
    pairs.merge(pair, merged);
  }
  return file;
}

}  // namespace myxtts::text
