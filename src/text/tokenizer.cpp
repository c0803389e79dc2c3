#include "text/tokenizer.hpp"

#include <algorithm>
#include <set>

#include "core/error.hpp"
#include "text/normaliser.hpp"
#include "text/unicode.hpp"
#include "text/words.hpp"

namespace myxtts::text {
namespace {

constexpr std::string_view kStop = "[STOP]";
constexpr std::string_view kUnknown = "[UNK]";
constexpr std::string_view kSpace = "[SPACE]";
constexpr std::string_view kStart = "[START]";

const formats::TokenizerFile& validated(const formats::TokenizerFile& file, std::string_view where) {
  formats::validate(file, where);
  return file;
}

// "en" for "[en]": two or three lower-case letters, optionally with a region ("zh-cn"); else "".
std::string_view language_of(std::string_view token) {
  if (token.size() < 4 || token.front() != '[' || token.back() != ']') return {};
  const std::string_view name = token.substr(1, token.size() - 2);
  const auto is_part = [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; };
  return std::ranges::all_of(name, is_part) ? name : std::string_view{};
}

std::string in_brackets(std::string_view language) { return '[' + std::string(language) + ']'; }

}  // namespace

Tokenizer::Tokenizer(const formats::TokenizerFile& file, std::string_view where) : encoder_(validated(file, where)) {
  for (const auto& [token, id] : file.vocabulary) tokens_.emplace(id, token);
  for (const formats::AddedToken& token : file.added_tokens) {
    tokens_.emplace(token.id, token.content);
    const std::u32string content = decode_utf8(token.content);
    added_tokens_[content.front()].emplace_back(content, token);
    if (const auto language = language_of(token.content); !language.empty()) languages_.emplace_back(language);
  }
  std::ranges::sort(languages_);
  for (auto& [first, tokens] : added_tokens_) {
    std::ranges::stable_sort(tokens, std::greater<>{}, [](const auto& token) { return token.first.size(); });
  }
  for (const auto& [id, token] : tokens_) vocabulary_size_ = std::max<std::int64_t>(vocabulary_size_, id + 1);
  stop_id_ = required_id(kStop, where);
  space_id_ = required_id(kSpace, where);
  start_id_ = required_id(kStart, where);
}

std::int32_t Tokenizer::required_id(std::string_view token, std::string_view where) const {
  const auto found = added_tokens_.find(U'[');
  if (found != added_tokens_.end()) {
    for (const auto& [content, added] : found->second) {
      if (added.content == token) return added.id;
    }
  }
  throw core::DataError(core::ErrorDetails{"tokenizer lacks an added token",
                                           std::string(where),
                                           std::string(token),
                                           "added tokens [STOP], [UNK], [SPACE] and [START], as XTTS has them",
                                           {}});
}

const formats::AddedToken* Tokenizer::added_token_at(std::u32string_view text) const {
  const auto found = added_tokens_.find(text.front());
  if (found == added_tokens_.end()) return nullptr;
  for (const auto& [content, token] : found->second) {
    if (text.starts_with(content)) return &token;
  }
  return nullptr;
}

std::vector<std::int32_t> Tokenizer::encode(std::string_view normalised_text, std::string_view language) const {
  if (!std::ranges::binary_search(languages_, language)) {
    std::string known;
    for (const std::string& name : languages_) known += (known.empty() ? "" : ", ") + name;
    throw core::ConfigError(core::ErrorDetails{
        "the vocabulary has no such language", {}, std::string(language), known.empty() ? "" : "one of " + known, {}});
  }
  const std::u32string space = decode_utf8(kSpace);
  std::u32string text = decode_utf8(in_brackets(language));
  for (const char32_t character : decode_utf8(normalised_text)) {
    character == U' ' ? text += space : text += character;
  }
  std::vector<std::int32_t> ids;
  std::size_t words_begin = 0;
  for (std::size_t at = 0; at < text.size();) {
    const formats::AddedToken* token = added_token_at(std::u32string_view(text).substr(at));
    if (token == nullptr) {
      ++at;
      continue;
    }
    encode_words(std::u32string_view(text).substr(words_begin, at - words_begin), ids);
    ids.push_back(token->id);
    at += decode_utf8(token->content).size();
    words_begin = at;
  }
  encode_words(std::u32string_view(text).substr(words_begin), ids);
  return ids;
}

void Tokenizer::encode_words(std::u32string_view text, std::vector<std::int32_t>& ids) const {
  for (const std::u32string_view word : split_words(text)) encoder_.encode_word(word, ids);
}

std::string Tokenizer::decode(std::span<const std::int32_t> ids) const {
  std::string text;
  for (const std::int32_t id : ids) {
    const auto found = tokens_.find(id);
    if (found == tokens_.end()) {
      throw core::DataError(core::ErrorDetails{"token id is not in the vocabulary", {}, std::to_string(id), {}, {}});
    }
    if (id == stop_id_ || id == start_id_) continue;
    if (id == space_id_) {
      text += ' ';
    } else if (id == unknown_id()) {
      text += "\uFFFD";
    } else if (const auto language = language_of(found->second); language.empty()) {
      text += found->second;
    }
  }
  return text;
}

std::vector<std::string> Tokenizer::unknown_characters(std::string_view normalised_text) const {
  std::vector<std::string> unknown;
  for (const char32_t character : decode_utf8(normalised_text)) {
    if (is_white_space(character) || encoder_.character_id(character) != unknown_id()) continue;
    unknown.push_back(encode_utf8(character));
  }
  return unknown;
}

formats::TokenizerFile Tokenizer::character_vocabulary(std::span<const std::string> normalised_texts,
                                                       std::span<const std::string> languages) {
  formats::TokenizerFile file;
  file.unknown_token = kUnknown;
  std::int32_t next_id = 0;
  const auto add_special = [&](const std::string& token) {
    file.vocabulary.emplace(token, next_id);
    file.added_tokens.push_back({next_id++, token, true, false});
  };
  for (const std::string_view token : {kStop, kUnknown, kSpace, kStart}) add_special(std::string(token));
  for (const std::string& language : languages) add_special(in_brackets(language));
  std::set<char32_t> characters;
  for (const std::string& language : languages) {
    const std::u32string_view alphabet = alphabet_of(language);
    characters.insert(alphabet.begin(), alphabet.end());
  }
  for (const std::string& text : normalised_texts) {
    for (const char32_t character : decode_utf8(text)) {
      if (!is_white_space(character)) characters.insert(character);
    }
  }
  for (const char32_t character : characters) file.vocabulary.emplace(encode_utf8(character), next_id++);
  return file;
}

}  // namespace myxtts::text
