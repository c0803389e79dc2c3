#include "formats/safetensors.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <sstream>

#include "core/error.hpp"
#include "support/places.hpp"

namespace myxtts::formats {
namespace {

using ::testing::HasSubstr;

std::string read_golden(const std::string& name) {
  std::ifstream file(support::source_folder() / "tests/golden/formats" / name, std::ios::binary);
  EXPECT_TRUE(file) << name;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string joined(const SafetensorsImage& image) {
  std::string bytes;
  for (const std::string_view part : image.parts()) bytes += part;
  return bytes;
}

std::string with_header(const std::string& header, std::size_t data_bytes) {
  const std::uint64_t length = header.size();
  std::string bytes(sizeof(length), '\0');
  std::memcpy(bytes.data(), &length, sizeof(length));
  return bytes + header + std::string(data_bytes, 'd');
}

TEST(Safetensors, ReadsWhatTheReferenceImplementationWrote) {
  const std::string bytes = read_golden("reference.safetensors");
  const SafetensorsFile file = parse_safetensors(bytes, "reference");
  ASSERT_EQ(file.tensors.size(), 4U);
  EXPECT_EQ(file.metadata.at("kind"), "golden");
  const TensorView& weight = file.at("weight");
  EXPECT_EQ(weight.dtype, DType::f32);
  EXPECT_EQ(weight.shape, (std::vector<std::int64_t>{2, 3}));
  float values[6];
  ASSERT_EQ(weight.bytes.size(), sizeof(values));
  std::memcpy(values, weight.bytes.data(), sizeof(values));
  for (int i = 0; i < 6; ++i) EXPECT_EQ(values[i], static_cast<float>(i));
  EXPECT_TRUE(file.at("empty").bytes.empty());
  EXPECT_TRUE(file.at("scalar").shape.empty());
}

TEST(Safetensors, WritesTheBytesOfTheReferenceImplementationInAnyOrder) {
  for (const char* name : {"reference.safetensors", "mixed.safetensors"}) {
    const std::string bytes = read_golden(name);
    SafetensorsFile file = parse_safetensors(bytes, name);
    EXPECT_EQ(joined(make_safetensors(file.tensors, file.metadata)), bytes) << name;
    std::vector<TensorView> reversed(file.tensors.rbegin(), file.tensors.rend());
    EXPECT_EQ(joined(make_safetensors(reversed, file.metadata)), bytes) << name;
    file.tensors.front().name += "x";
    EXPECT_NE(joined(make_safetensors(file.tensors, file.metadata)), bytes) << name;
  }
}

TEST(Safetensors, AlignsTheDataAndCopiesNoTensor) {
  const std::string data(24, 'x');
  const SafetensorsImage image = make_safetensors({{"a", DType::u8, {3}, std::string_view(data).substr(0, 3)},
                                                   {"b", DType::f64, {2}, std::string_view(data).substr(0, 16)}},
                                                  {});
  EXPECT_EQ(image.header.size() % 8, 0U);
  ASSERT_EQ(image.parts().size(), 3U);
  EXPECT_EQ(image.parts()[1].data(), data.data());
  EXPECT_EQ(image.parts()[1].size(), 16U);  // the wide one comes first
}

TEST(Safetensors, NamesTheMissingTensorAndTheNearest) {
  const std::string bytes = read_golden("reference.safetensors");
  const SafetensorsFile file = parse_safetensors(bytes, "reference");
  EXPECT_EQ(file.find("weigth"), nullptr);
  try {
    static_cast<void>(file.at("weigth"));
    FAIL();
  } catch (const core::CheckpointError& error) {
    EXPECT_THAT(error.what(), HasSubstr("weigth"));
    EXPECT_THAT(error.what(), HasSubstr("The nearest name is weight"));
  }
}

struct Broken {
  std::string bytes;
  std::string message;
};

TEST(Safetensors, RefusesBrokenFilesAndSaysWhy) {
  const std::vector<Broken> table{
      {"", "too short"},
      {std::string("\xff\xff\xff\xff\xff\xff\xff\xff", 8), "length is out of range"},
      {with_header("{", 0), "not JSON"},
      {with_header("[]", 0), "not an object"},
      {with_header(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", 3), "out of range"},
      {with_header(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", 5), "after the last tensor"},
      {with_header(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}})", 4), "do not fit its shape"},
      {with_header(R"({"a":{"dtype":"F99","shape":[1],"data_offsets":[0,4]}})", 4), "F99"},
      {with_header(R"({"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}})", 4), "out of range"},
      {with_header(R"({"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}})", 4), "out of range"},
      {with_header(R"({"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}})", 0), "counted"},
      {with_header(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}})", 4), "out of range"},
      {with_header(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}})", 4), "out of range"},
      {with_header(R"({"a":{"shape":[1],"data_offsets":[0,4]}})", 4), "dtype"},
      {with_header(R"({"a":3})", 0), "not an object"},
      {with_header(R"({"__metadata__":{"a":3}})", 0), "not a string"},
      {with_header(
           R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}})",
           2),
       "occurs twice"},
      {with_header(
           R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}})",
           3),
       "overlaps"},
      {with_header(
           R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}})",
           3),
       "hole"},
  };
  for (const Broken& row : table) {
    try {
      static_cast<void>(parse_safetensors(row.bytes, "voice.safetensors"));
      ADD_FAILURE() << "accepted: " << row.message;
    } catch (const core::CheckpointError& error) {
      EXPECT_THAT(error.what(), HasSubstr(row.message));
      EXPECT_THAT(error.what(), HasSubstr("voice.safetensors"));
    }
  }
}

TEST(Safetensors, RefusesEveryTruncation) {
  const std::string bytes = read_golden("mixed.safetensors");
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_THROW(static_cast<void>(parse_safetensors(std::string_view(bytes).substr(0, length), "cut")),
                 core::CheckpointError)
        << length;
  }
}

TEST(Safetensors, RefusesToWriteWhatItCouldNotRead) {
  const std::string data(8, 'x');
  const TensorView good{"a", DType::f32, {2}, data};
  EXPECT_THROW(static_cast<void>(make_safetensors({good, good}, {})), core::CheckpointError);
  EXPECT_THROW(static_cast<void>(make_safetensors({{"a", DType::f32, {3}, data}}, {})), core::CheckpointError);
  EXPECT_THROW(static_cast<void>(make_safetensors({{"__metadata__", DType::f32, {2}, data}}, {})),
               core::CheckpointError);
  EXPECT_THROW(static_cast<void>(make_safetensors({{"\xff", DType::f32, {2}, data}}, {})), core::CheckpointError);
}

}  // namespace
}  // namespace myxtts::formats
