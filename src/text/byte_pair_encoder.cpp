#include "text/byte_pair_encoder.hpp"

#include <functional>
#include <queue>
#include <tuple>

#include "text/unicode.hpp"

namespace myxtts::text {
namespace {

constexpr std::int32_t kMerged = -1;  // marks a symbol that was merged into its left neighbour

// The nearest places to the left and right that still hold a symbol; symbols.size() if there is none.
class Neighbours {
 public:
  explicit Neighbours(std::size_t size) : left_(size), right_(size) {
    for (std::size_t i = 0; i < size; ++i) {
      left_[i] = i == 0 ? size : i - 1;
      right_[i] = i + 1;
    }
  }
  std::size_t left(std::size_t place) const { return left_[place]; }
  std::size_t right(std::size_t place) const { return right_[place]; }
  void remove(std::size_t place) {
    const std::size_t size = left_.size();
    if (left_[place] < size) right_[left_[place]] = right_[place];
    if (right_[place] < size) left_[right_[place]] = left_[place];
  }

 private:
  std::vector<std::size_t> left_, right_;
};

}  // namespace

BytePairEncoder::BytePairEncoder(const formats::TokenizerFile& file)
    : unknown_id_(file.vocabulary.at(file.unknown_token)) {
  for (const auto& [token, id] : file.vocabulary) {
    const std::u32string characters = decode_utf8(token);
    if (characters.size() == 1) characters_.emplace(characters[0], id);
  }
  std::int32_t rank = 0;
  for (const auto& [left, right] : file.merges) {
    const std::uint64_t key = pair_key(file.vocabulary.at(left), file.vocabulary.at(right));
    merges_.insert_or_assign(key, Merge{rank++, file.vocabulary.at(left + right)});
  }
}

std::int32_t BytePairEncoder::character_id(char32_t character) const {
  const auto found = characters_.find(character);
  return found == characters_.end() ? unknown_id_ : found->second;
}

const BytePairEncoder::Merge* BytePairEncoder::find_merge(std::int32_t left, std::int32_t right) const {
  const auto found = merges_.find(pair_key(left, right));
  return found == merges_.end() ? nullptr : &found->second;
}

void BytePairEncoder::encode_word(std::u32string_view word, std::vector<std::int32_t>& ids) const {
  std::vector<std::int32_t> symbols;
  symbols.reserve(word.size());
  for (const char32_t character : word) symbols.push_back(character_id(character));
  if (!merges_.empty()) merge(symbols);
  for (const std::int32_t symbol : symbols) {
    if (symbol != kMerged) ids.push_back(symbol);
  }
}

void BytePairEncoder::merge(std::vector<std::int32_t>& symbols) const {
  struct Candidate {
    std::int32_t rank;
    std::size_t place;
    std::int32_t left, right;  // symbols when it was found; it is stale if they have changed
    bool operator>(const Candidate& other) const { return std::tie(rank, place) > std::tie(other.rank, other.place); }
  };
  std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> candidates;
  Neighbours neighbours(symbols.size());
  const auto propose = [&](std::size_t place) {
    if (place >= symbols.size() || neighbours.right(place) >= symbols.size()) return;
    const std::int32_t left = symbols[place];
    const std::int32_t right = symbols[neighbours.right(place)];
    if (const Merge* found = find_merge(left, right)) candidates.push({found->rank, place, left, right});
  };
  for (std::size_t place = 0; place < symbols.size(); ++place) propose(place);
  while (!candidates.empty()) {
    const Candidate best = candidates.top();
    candidates.pop();
    const std::size_t right = neighbours.right(best.place);
    if (right >= symbols.size() || symbols[best.place] != best.left || symbols[right] != best.right) continue;
    symbols[best.place] = find_merge(best.left, best.right)->id;
    symbols[right] = kMerged;
    neighbours.remove(right);
    propose(neighbours.left(best.place));
    propose(best.place);
  }
}

}  // namespace myxtts::text
