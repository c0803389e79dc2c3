#include "synthesis/utterances.hpp"

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "text/sentences.hpp"
#include "text/unicode.hpp"

namespace myxtts::synthesis {
namespace {

bool is_sign(char c) { return std::string_view(" .,!?;:-'").find(c) != std::string_view::npos; }

// Whether a normalised text has at least one letter or number that the vocabulary has.
bool says_something(std::string_view spoken, const text::Tokenizer& tokenizer) {
  const auto signs = static_cast<std::size_t>(std::ranges::count_if(spoken, is_sign));
  const auto unknown = std::ranges::count_if(tokenizer.unknown_characters(spoken),
                                             [](const std::string& character) { return !is_sign(character.front()); });
  return text::count_characters(spoken) > signs + static_cast<std::size_t>(unknown);
}

// Collects the utterances of a text's pieces.
class Splitter {
 public:
  Splitter(const TextReader& reader, std::uint64_t next_index) : reader_(reader), next_index_(next_index) {}

  // Numbers and abbreviations become longer when they are spelled out, so a piece may have to be split further than its
  // written length suggests.
  void add(std::string_view piece, std::size_t max_characters) {
    const std::string spoken = reader_.normaliser.normalise(piece);
    if (!says_something(spoken, reader_.tokenizer)) return;
    auto tokens = reader_.tokenizer.encode(spoken, reader_.language);
    if (static_cast<std::int64_t>(tokens.size()) <= kMaxTextTokens) {
      utterances_.push_back({std::move(tokens), next_index_++});
      return;
    }
    add_all(piece, std::max<std::size_t>(1, max_characters / 2));
  }

  void add_all(std::string_view text, std::size_t max_characters) {
    for (const std::string& piece : text::split_sentences(text, max_characters)) add(piece, max_characters);
  }

  [[nodiscard]] std::vector<Utterance> take() { return std::move(utterances_); }

 private:
  const TextReader& reader_;
  std::uint64_t next_index_;
  std::vector<Utterance> utterances_;
};

}  // namespace

std::vector<Utterance> utterances_of(std::string_view text, const TextReader& reader, std::uint64_t first_index,
                                     std::size_t max_characters) {
  Splitter splitter(reader, first_index);
  if (text::count_characters(text) <= max_characters) {
    splitter.add(text, max_characters);
  } else {
    splitter.add_all(text, max_characters);
  }
  std::vector<Utterance> utterances = splitter.take();
  if (utterances.empty()) {
    throw core::DataError(core::ErrorDetails{.what = "there is nothing to say in the text",
                                             .where = "",
                                             .value = std::string(text.substr(0, 80)),
                                             .expected = "at least one letter or number that the checkpoint knows",
                                             .advice = ""});
  }
  return utterances;
}

std::vector<float> join(std::span<const std::vector<float>> pieces, double pause_seconds) {
  const auto pause = static_cast<std::size_t>(std::lround(pause_seconds * kSampleRateHz));
  std::vector<float> whole;
  for (const std::vector<float>& piece : pieces) {
    if (&piece != pieces.data()) whole.resize(whole.size() + pause, 0.0F);
    whole.insert(whole.end(), piece.begin(), piece.end());
  }
  return whole;
}

}  // namespace myxtts::synthesis
