#include "formats/tokenizer_json.hpp"

#include <algorithm>
#include <initializer_list>

#include "core/error.hpp"
#include "formats/strict_json.hpp"

namespace myxtts::formats {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

[[noreturn]] void fail(std::string_view where, const std::string& what, const std::string& value = {},
                       const std::string& expected = {}) {
  throw core::DataError(core::ErrorDetails{what, std::string(where), value, expected,
                                           "The file is damaged or no tokenizer file as XTTS has it: Copy it again, or "
                                           "use another."});
}

// Reads members of one JSON object; its place in the file is named in every error.
class ObjectReader {
 public:
  ObjectReader(const json& object, std::string place) : object_(object), place_(std::move(place)) {
    if (!object.is_object()) fail(place_, "not an object", excerpt(object));
  }

  const std::string& place() const { return place_; }

  const json& member(const char* key) const {
    const auto found = object_.find(key);
    if (found == object_.end()) fail(place_, std::string("'") + key + "' is missing");
    return *found;
  }

  std::string text(const char* key) const {
    const json& value = member(key);
    if (!value.is_string()) fail(place_, std::string("'") + key + "' is not a string", excerpt(value));
    return value.get<std::string>();
  }

  bool flag(const char* key, bool absent) const {
    const auto found = object_.find(key);
    if (found == object_.end() || found->is_null()) return absent;
    if (!found->is_boolean()) fail(place_, std::string("'") + key + "' is not true or false", excerpt(*found));
    return found->get<bool>();
  }

  // Refuses features that would change the encoding: each key must be absent, null, false, zero or empty.
  void refuse(std::initializer_list<const char*> keys) const {
    for (const char* key : keys) {
      const auto found = object_.find(key);
      if (found == object_.end() || found->empty() || *found == false || *found == 0 || *found == "") continue;
      fail(place_, std::string("'") + key + "' is not supported", excerpt(*found), "null");
    }
  }

 private:
  const json& object_;
  std::string place_;
};

std::int32_t read_id(const json& value, const std::string& place) {
  if (!value.is_number_unsigned() || value.get<std::uint64_t>() >= static_cast<std::uint64_t>(kMaximumTokens)) {
    fail(place, "token id is out of range", excerpt(value), "0 to " + std::to_string(kMaximumTokens - 1));
  }
  return value.get<std::int32_t>();
}

AddedToken read_added_token(const json& value, const std::string& place) {
  const ObjectReader reader(value, place);
  reader.refuse({"single_word", "lstrip", "rstrip"});
  return {read_id(reader.member("id"), place), reader.text("content"), reader.flag("special", false),
          reader.flag("normalized", false)};
}

std::pair<std::string, std::string> read_merge(const json& value, const std::string& place) {
  if (value.is_string()) {
    const auto text = value.get<std::string>();
    const std::size_t space = text.find(' ');
    if (space == std::string::npos || text.find(' ', space + 1) != std::string::npos) {
      fail(place, "merge is not two tokens", excerpt(value));
    }
    return {text.substr(0, space), text.substr(space + 1)};
  }
  if (!value.is_array() || value.size() != 2 || !value[0].is_string() || !value[1].is_string()) {
    fail(place, "merge is not two tokens", excerpt(value), "\"a b\" or [\"a\", \"b\"]");
  }
  return {value[0].get<std::string>(), value[1].get<std::string>()};
}

bool is_version_comment(const json& merge) {
  return merge.is_string() && merge.get_ref<const std::string&>().starts_with("#version");
}

void read_model(const ObjectReader& model, TokenizerFile& file) {
  if (!model.member("merges").is_array()) fail(model.place(), "'merges' is no list");
  model.refuse(
      {"dropout", "continuing_subword_prefix", "end_of_word_suffix", "fuse_unk", "byte_fallback", "ignore_merges"});
  file.unknown_token = model.text("unk_token");
  const ObjectReader vocabulary(model.member("vocab"), model.place() + ".vocab");
  for (const auto& [token, id] : model.member("vocab").items()) {
    file.vocabulary.emplace(token, read_id(id, vocabulary.place() + "." + token));
  }
  for (const json& merge : model.member("merges")) {
    if (is_version_comment(merge)) continue;
    file.merges.push_back(read_merge(merge, model.place() + ".merges[" + std::to_string(file.merges.size()) + "]"));
  }
}

ordered_json null_members(ordered_json object, std::initializer_list<const char*> keys) {
  for (const char* key : keys) object[key] = nullptr;
  return object;
}

ordered_json added_token_json(const AddedToken& token) {
  return {{"id", token.id},  {"content", token.content},       {"single_word", false},    {"lstrip", false},
          {"rstrip", false}, {"normalized", token.normalized}, {"special", token.special}};
}

ordered_json model_json(const TokenizerFile& file) {
  ordered_json model{{"type", "BPE"}, {"dropout", nullptr}, {"unk_token", file.unknown_token}};
  model = null_members(std::move(model), {"continuing_subword_prefix", "end_of_word_suffix"});
  for (const char* key : {"fuse_unk", "byte_fallback", "ignore_merges"}) model[key] = false;
  std::vector<std::pair<std::int32_t, std::string>> by_id;
  for (const auto& [token, id] : file.vocabulary) by_id.emplace_back(id, token);
  std::ranges::sort(by_id);
  // Filled as a list of pairs, because an ordered object searches all its keys for each new one.
  ordered_json::object_t vocabulary;
  for (auto& [id, token] : by_id) vocabulary.emplace_back(token, id);
  model["vocab"] = std::move(vocabulary);
  model["merges"] = ordered_json::array();
  for (const auto& [left, right] : file.merges) model["merges"].push_back(ordered_json::array({left, right}));
  return model;
}

void validate_added_tokens(const TokenizerFile& file, std::string_view where,
                           std::map<std::int32_t, std::string_view>& token_of_id) {
  std::map<std::string_view, std::int32_t> seen;
  for (const AddedToken& token : file.added_tokens) {
    if (token.content.empty()) fail(where, "an added token is empty", std::to_string(token.id));
    if (!seen.emplace(token.content, token.id).second) fail(where, "an added token occurs twice", token.content);
    const auto known = file.vocabulary.find(token.content);
    if (known != file.vocabulary.end() && known->second != token.id) {
      fail(where, "an added token has two ids", token.content);
    }
    const auto [owner, is_new] = token_of_id.emplace(token.id, token.content);
    if (!is_new && owner->second != token.content) fail(where, "two tokens share an id", std::to_string(token.id));
  }
}

}  // namespace

void validate(const TokenizerFile& file, std::string_view where) {
  std::map<std::int32_t, std::string_view> token_of_id;
  for (const auto& [token, id] : file.vocabulary) {
    if (id < 0 || id >= kMaximumTokens) fail(where, "token id is out of range", token);
    if (!token_of_id.emplace(id, token).second) fail(where, "two tokens share an id", std::to_string(id));
  }
  validate_added_tokens(file, where, token_of_id);
  if (!token_of_id.empty() && (token_of_id.begin()->first < 0 || token_of_id.rbegin()->first >= kMaximumTokens)) {
    fail(where, "token id is out of range");
  }
  if (!file.vocabulary.contains(file.unknown_token)) {
    fail(where, "the unknown token is not in the vocabulary", file.unknown_token);
  }
  for (const auto& [left, right] : file.merges) {
    for (const std::string& token : {left, right, left + right}) {
      if (!file.vocabulary.contains(token)) {
        fail(where, "merge '" + left + " " + right + "' needs a token that is not in the vocabulary", token);
      }
    }
  }
}

TokenizerFile parse_tokenizer_json(std::string_view text, std::string_view where) {
  json document;
  try {
    document = parse_strict_json(text);
  } catch (const JsonError& error) {
    fail(where, std::string("tokenizer file: ") + error.what());
  }
  const std::string place(where);
  const ObjectReader root(document, place);
  root.refuse({"truncation", "padding", "normalizer", "post_processor"});
  const ObjectReader pre_tokenizer(root.member("pre_tokenizer"), place + ": pre_tokenizer");
  if (pre_tokenizer.text("type") != "Whitespace") {
    fail(pre_tokenizer.place(), "pre-tokenizer is not supported", pre_tokenizer.text("type"), "Whitespace");
  }
  TokenizerFile file;
  const ObjectReader model(root.member("model"), place + ": model");
  if (model.text("type") != "BPE") fail(model.place(), "model is not supported", model.text("type"), "BPE");
  read_model(model, file);
  const json& added = root.member("added_tokens");
  if (!added.is_array()) fail(place, "'added_tokens' is not a list", excerpt(added));
  for (const json& token : added) file.added_tokens.push_back(read_added_token(token, place + ": added_tokens"));
  std::ranges::sort(file.added_tokens, {}, &AddedToken::id);
  validate(file, where);
  return file;
}

std::string write_tokenizer_json(const TokenizerFile& file) {
  validate(file, "tokenizer");
  ordered_json document{{"version", "1.0"}, {"truncation", nullptr}, {"padding", nullptr}};
  document["added_tokens"] = ordered_json::array();
  for (const AddedToken& token : file.added_tokens) document["added_tokens"].push_back(added_token_json(token));
  document["normalizer"] = nullptr;
  document["pre_tokenizer"] = {{"type", "Whitespace"}};
  document = null_members(std::move(document), {"post_processor", "decoder"});
  document["model"] = model_json(file);
  try {
    return document.dump(2);
  } catch (const json::exception& error) {
    fail("tokenizer", std::string("a token is not UTF-8: ") + error.what());
  }
}

}  // namespace myxtts::formats
