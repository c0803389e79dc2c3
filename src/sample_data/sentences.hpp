#pragma once
// The sentences that ship with the project, in each of its languages: any number from a small grammar, and some natural
// ones. Throws, of each call: core::UsageError for a language without sentences.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sample_data/slot_grammar.hpp"

namespace myxtts::sample_data {

// "en" and "fa".
[[nodiscard]] std::vector<std::string> sentence_languages();

// The default voice of espeak-ng for a language: "en-us+f2".
[[nodiscard]] std::string default_voice(std::string_view language);

[[nodiscard]] SlotGrammar slot_grammar(std::string_view language);

// Distinct slot sentences for training ("the old boat follows the small garden in the morning"), never an unseen one.
// The first sentences of a longer list are those of a shorter one with the same seed.
// Throws: core::UsageError if `count` is more than half of what the grammar has.
[[nodiscard]] std::vector<std::string> slot_sentences(std::string_view language, std::size_t count, std::uint64_t seed);

// Distinct slot sentences that slot_sentences() never gives, with any seed: for tests of what was learned.
// Throws: as slot_sentences().
[[nodiscard]] std::vector<std::string> unseen_slot_sentences(std::string_view language, std::size_t count,
                                                             std::uint64_t seed);

// Whether a sentence is kept out of training: one in sixteen, by its hash.
[[nodiscard]] bool is_unseen(std::string_view sentence);

// All natural, phonetically rich sentences, as they are written.
[[nodiscard]] std::vector<std::string> natural_sentences(std::string_view language);

// `count` of the natural sentences, in an order determined by the seed.
// Throws: core::UsageError if there are fewer.
[[nodiscard]] std::vector<std::string> natural_sentences(std::string_view language, std::size_t count,
                                                         std::uint64_t seed);

}  // namespace myxtts::sample_data
