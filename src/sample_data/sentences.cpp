#include "sample_data/sentences.hpp"

#include <span>
#include <unordered_set>

#include "core/error.hpp"
#include "core/lines.hpp"
#include "core/random.hpp"
#include "sample_data/embedded_texts.hpp"

namespace myxtts::sample_data {
namespace {

constexpr std::uint64_t kUnseenOneIn = 16;

// Independent streams of random draws, distinguished by the stage coordinate.
enum Stream : std::uint32_t { kTrainingStream, kUnseenStream, kNaturalStream };

core::CounterRandom sentence_random(std::uint64_t seed, Stream stream) {
  return core::CounterRandom(core::RandomCoordinates{
      .seed = seed, .stage = stream, .epoch = 0, .item = 0, .purpose = core::Purpose::kSentences});
}

void require_count(std::size_t count, std::uint64_t most) {
  if (count <= most) return;
  throw core::UsageError(core::ErrorDetails{.what = "too many sentences",
                                            .where = "--count",
                                            .value = std::to_string(count),
                                            .expected = "at most " + std::to_string(most),
                                            .advice = {}});
}

const EmbeddedTexts& texts_of(std::string_view language) {
  std::string known;
  for (const EmbeddedTexts& texts : embedded_texts()) {
    if (texts.language == language) return texts;
    known += (known.empty() ? "" : ", ") + std::string(texts.language);
  }
  throw core::UsageError(core::ErrorDetails{.what = "no sentences in this language",
                                            .where = "--language",
                                            .value = std::string(language),
                                            .expected = "one of " + known,
                                            .advice = {}});
}

// Draws until there are enough. At least half of the kind stays undrawn, so a draw of the kind is new with a
// probability of at least 1/2.
std::vector<std::string> draw_slot_sentences(std::string_view language, std::size_t count, std::uint64_t seed,
                                             bool unseen) {
  const SlotGrammar grammar = slot_grammar(language);
  const std::uint64_t unseen_count = grammar.sentence_count() / kUnseenOneIn;
  require_count(count, (unseen ? unseen_count : grammar.sentence_count() - unseen_count) / 2);
  core::CounterRandom random = sentence_random(seed, unseen ? kUnseenStream : kTrainingStream);
  std::unordered_set<std::uint64_t> drawn;
  std::vector<std::string> sentences;
  while (sentences.size() < count) {
    const std::uint64_t number = random.below(grammar.sentence_count());
    std::string sentence = grammar.sentence(number);
    if (is_unseen(sentence) == unseen && drawn.insert(number).second) sentences.push_back(std::move(sentence));
  }
  return sentences;
}

}  // namespace

bool is_unseen(std::string_view sentence) { return core::stable_hash(sentence) % kUnseenOneIn == 0; }

std::vector<std::string> sentence_languages() {
  std::vector<std::string> languages;
  for (const EmbeddedTexts& texts : embedded_texts()) languages.emplace_back(texts.language);
  return languages;
}

std::string default_voice(std::string_view language) { return std::string(texts_of(language).voice); }

SlotGrammar slot_grammar(std::string_view language) { return SlotGrammar(texts_of(language).slot_grammar_jsgf); }

std::vector<std::string> slot_sentences(std::string_view language, std::size_t count, std::uint64_t seed) {
  return draw_slot_sentences(language, count, seed, false);
}

std::vector<std::string> unseen_slot_sentences(std::string_view language, std::size_t count, std::uint64_t seed) {
  return draw_slot_sentences(language, count, seed, true);
}

std::vector<std::string> natural_sentences(std::string_view language) {
  std::vector<std::string> sentences;
  for (const std::string_view line : core::split_lines(texts_of(language).natural_sentences)) {
    if (!line.empty()) sentences.emplace_back(line);
  }
  return sentences;
}

std::vector<std::string> natural_sentences(std::string_view language, std::size_t count, std::uint64_t seed) {
  std::vector<std::string> sentences = natural_sentences(language);
  require_count(count, sentences.size());
  sentence_random(seed, kNaturalStream).shuffle(std::span(sentences));
  sentences.resize(count);
  return sentences;
}

}  // namespace myxtts::sample_data
