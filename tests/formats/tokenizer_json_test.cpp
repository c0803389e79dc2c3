#include "formats/tokenizer_json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "core/error.hpp"
#include "support/places.hpp"

namespace myxtts::formats {
namespace {

using ::testing::HasSubstr;

std::string read_golden(const std::string& name) {
  std::ifstream file(support::source_folder() / "tests/golden/text" / name, std::ios::binary);
  EXPECT_TRUE(file) << name;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string document(const std::string& vocabulary, const std::string& merges, const std::string& added = "[]",
                     const std::string& more = "") {
  return R"({"added_tokens":)" + added + R"(,"pre_tokenizer":{"type":"Whitespace"},)" + more +
         R"("model":{"type":"BPE","unk_token":"[UNK]","vocab":)" + vocabulary + R"(,"merges":)" + merges + "}}";
}

TEST(TokenizerJson, WritesTheBytesThatTheReferenceLibraryWrote) {
  for (const char* name : {"characters.json", "bpe.json"}) {
    const std::string text = read_golden(name);
    TokenizerFile file = parse_tokenizer_json(text, name);
    EXPECT_EQ(write_tokenizer_json(file), text) << name;
    file.added_tokens.pop_back();
    EXPECT_NE(write_tokenizer_json(file), text) << name;
  }
}

TEST(TokenizerJson, ReadsBothFormsOfMerges) {
  const std::string vocabulary = R"({"[UNK]":0,"a":1,"b":2,"ab":3})";
  const TokenizerFile pairs = parse_tokenizer_json(document(vocabulary, R"([["a","b"]])"), "pairs");
  const TokenizerFile strings = parse_tokenizer_json(document(vocabulary, R"(["#version: 0.2","a b"])"), "strings");
  EXPECT_EQ(pairs, strings);
  ASSERT_EQ(pairs.merges.size(), 1U);
  EXPECT_EQ(pairs.merges[0], (std::pair<std::string, std::string>("a", "b")));
}

TEST(TokenizerJson, KeepsTokensThatJsonEscapes) {
  TokenizerFile file;
  file.vocabulary = {{"[UNK]", 0}, {"\"", 1}, {"\\", 2}, {"\n", 3}, {"é", 4}, {"😀", 5}, {"\x01", 6}};
  EXPECT_EQ(parse_tokenizer_json(write_tokenizer_json(file), "copy"), file);
}

struct Broken {
  std::string text;
  std::string message;
};

TEST(TokenizerJson, RefusesWhatItCannotReproduceAndSaysWhy) {
  const std::string plain = R"({"[UNK]":0,"a":1})";
  const std::vector<Broken> table{
      {"", "not JSON"},
      {"[]", "not an object"},
      {"{}", "'pre_tokenizer' is missing"},
      {R"({"pre_tokenizer":{"type":"ByteLevel"}})", "ByteLevel"},
      {document(R"({"[UNK]":0,"a":0})", "[]"), "share an id"},
      {document(R"({"[UNK]":0,"a":-1})", "[]"), "out of range"},
      {document(R"({"[UNK]":0,"a":99999999999})", "[]"), "out of range"},
      {document(R"({"a":0})", "[]"), "unknown token"},
      {document(R"({"[UNK]":0,"a":1,"a":2})", "[]"), "occurs twice"},
      {document(plain, R"(["a b"])"), "merge 'a b'"},
      {document(plain, R"(["a"])"), "not two tokens"},
      {document(plain, R"([["a","a","a"]])"), "not two tokens"},
      {document(plain, "{}"), "no list"},
      {document(plain, "[]", R"([{"id":1,"content":"[X]"}])"), "share an id"},
      {document(plain, "[]", R"([{"id":2,"content":"a"}])"), "two ids"},
      {document(plain, "[]", R"([{"id":2,"content":""}])"), "empty"},
      {document(plain, "[]", R"([{"id":2,"content":"[X]","lstrip":true}])"), "lstrip"},
      {document(plain, "[]", "[]", R"("normalizer":{"type":"NFC"},)"), "normalizer"},
      {std::string(100, '[') + std::string(100, ']'), "nested too deeply"},
  };
  for (const Broken& row : table) {
    try {
      static_cast<void>(parse_tokenizer_json(row.text, "tokenizer.json"));
      ADD_FAILURE() << "accepted: " << row.text;
    } catch (const core::DataError& error) {
      EXPECT_THAT(error.what(), HasSubstr(row.message)) << row.text;
      EXPECT_THAT(error.what(), HasSubstr("tokenizer.json"));
    }
  }
}

}  // namespace
}  // namespace myxtts::formats
