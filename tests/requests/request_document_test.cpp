#include "requests/request_document.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>

#include "config/presets.hpp"
#include "core/error.hpp"
#include "requests/request_fields.hpp"

namespace myxtts::requests {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Gives a value that no member has by default; texts hold what a document must escape.
struct ChangeValue {
  static void change(bool& value) { value = !value; }
  static void change(double& value) { value = std::nextafter(value + 0.1, 1e9); }
  static void change(std::string& value) { value += "say \"this\" \\ and\n\tthat\x01 é🎯"; }
  static void change(core::Path& value) { value = "a folder/\"x\"/"; }
  static void change(config::RunStart& value) { value = config::RunStart::kReset; }
  static void change(Comparison& value) { value = Comparison::kPlain; }
  static void change(machine::DeviceMode& value) { value = machine::DeviceMode::kDualGpu; }
  template <std::integral Number>
  static void change(Number& value) {
    value = std::numeric_limits<Number>::max() - 1;
  }
  template <typename T>
  static void change(std::optional<T>& value) {
    change(value.emplace());
  }
  template <typename T>
  static void change(std::vector<T>& values) {
    values.clear();
    change(values.emplace_back());
    values.emplace_back();
  }
  template <typename Key, typename T>
  static void change(std::map<Key, T>& values) {
    change(values[Key::kModelUnderCap]);
    values[Key::kDriver];
  }
  template <typename T>
  static void change(T& value) {
    visit_fields(value, [](const std::string&, auto& member) { change(member); });
  }
};

template <typename Command>
class RequestOf : public ::testing::Test {};

template <typename Variant>
struct TestedTypes;
template <typename... Commands>
struct TestedTypes<std::variant<Commands...>> {
  using Types = ::testing::Types<Commands...>;
};
TYPED_TEST_SUITE(RequestOf, TestedTypes<Request>::Types);

// The document as it is written says all that there is to compare.
TYPED_TEST(RequestOf, ComesBackWithEveryFieldOffItsDefault) {
  TypeParam request;
  ChangeValue::change(request);
  const std::string written = to_json(request);
  const Request back = from_json(written);
  ASSERT_TRUE(std::holds_alternative<TypeParam>(back));
  EXPECT_EQ(to_json(back), written);
  const json fields = json::parse(written).at(TypeParam::kCommand);
  const json defaults = json::parse(to_json(TypeParam{})).at(TypeParam::kCommand);
  EXPECT_EQ(fields.size(), defaults.size());
  for (const auto& [name, value] : defaults.items()) EXPECT_NE(fields.at(name), value) << name;
}

TYPED_TEST(RequestOf, ComesBackWithItsDefaults) {
  const std::string written = to_json(TypeParam{});
  EXPECT_EQ(to_json(from_json(written)), written);
}

TYPED_TEST(RequestOf, NamesEachMissingField) {
  const json whole = json::parse(to_json(TypeParam{}));
  const json fields = whole.at(TypeParam::kCommand);
  for (const auto& [name, value] : fields.items()) {
    json without = whole;
    without[TypeParam::kCommand].erase(name);
    try {
      (void)from_json(without.dump());
      ADD_FAILURE() << "no error without " << name;
    } catch (const core::ConfigError& error) {
      EXPECT_THAT(error.what(),
                  AllOf(HasSubstr("missing field"), HasSubstr(std::string(TypeParam::kCommand) + "." + name),
                        HasSubstr("Start ./myxtts instead.")));
    }
  }
}

std::string refusal(const std::string& document) {
  try {
    (void)from_json(document);
  } catch (const core::ConfigError& error) {
    return error.what();
  }
  return "no error";
}

// The document of an empty TrainRequest with one value changed.
std::string with(const std::string& pointer, const json& value) {
  json document = json::parse(to_json(TrainRequest{}));
  document[json::json_pointer("/train/" + pointer)] = value;
  return document.dump();
}

TEST(Requests, MembersComeBackAsTheyWere) {
  TrainRequest train;
  train.settings = config::preset("small");
  train.settings.data.train = {"my \"data\"\nhere", "[other]:2"};
  train.device_plan.mode = machine::DeviceMode::kSharedGpu;
  train.device_plan.model_gpu = {1, 3, "GPU-three", "A \"GPU\"", 49152};
  train.output = "runs/a";
  train.start = config::RunStart::kResume;
  train.log_lines = {"first", "", "third"};
  const auto back = std::get<TrainRequest>(from_json(to_json(train)));
  EXPECT_EQ(back.settings.data.train, train.settings.data.train);
  EXPECT_EQ(back.settings.model.width, train.settings.model.width);
  EXPECT_EQ(back.settings.data.validation_share, std::nullopt);
  EXPECT_EQ(back.device_plan.mode, machine::DeviceMode::kSharedGpu);
  EXPECT_EQ(back.device_plan.model_gpu.physical_index, 3);
  EXPECT_EQ(back.output, "runs/a");
  EXPECT_EQ(back.start, config::RunStart::kResume);
  EXPECT_EQ(back.max_steps, std::nullopt);
  EXPECT_THAT(back.log_lines, ElementsAre("first", "", "third"));
}

TEST(Requests, NumbersKeepEveryBit) {
  SynthesizeRequest request;
  request.settings.run.seed = std::numeric_limits<std::int64_t>::min();
  request.seed = std::numeric_limits<std::uint64_t>::max();
  request.top_k = (std::int64_t{1} << 53) + 1;  // no double is this number
  for (const double fraction : {0.1 + 0.2, 1.0, -0.0, 5e-324, 1.7976931348623157e308}) {
    request.speed = fraction;
    request.temperature = fraction;
    const auto back = std::get<SynthesizeRequest>(from_json(to_json(request)));
    EXPECT_EQ(back.settings.run.seed, request.settings.run.seed);
    EXPECT_EQ(back.seed, request.seed);
    EXPECT_EQ(back.top_k, request.top_k);
    EXPECT_EQ(std::bit_cast<std::uint64_t>(back.speed), std::bit_cast<std::uint64_t>(fraction));
    EXPECT_EQ(std::bit_cast<std::uint64_t>(*back.temperature), std::bit_cast<std::uint64_t>(fraction));
  }
}

// The engine then names a path that it does not find, instead of crashing.
TEST(Requests, BrokenUtf8IsReplacedNotFatal) {
  TrainRequest request;
  request.settings.data.train = {"data/\xff\xfe"};
  request.output = "runs/\xc3";
  const auto back = std::get<TrainRequest>(from_json(to_json(request)));
  EXPECT_THAT(back.settings.data.train.front(), HasSubstr("data/\uFFFD"));
  EXPECT_THAT(back.output.string(), HasSubstr("runs/\uFFFD"));
}

TEST(Requests, AnUnknownCommandIsNamed) {
  EXPECT_THAT(refusal(R"({"trian": {}})"), AllOf(HasSubstr("unknown command"), HasSubstr("'trian'")));
  EXPECT_THAT(refusal(R"({"": {}})"), HasSubstr("unknown command"));
}

TEST(Requests, AnUnknownFieldIsNamed) {
  EXPECT_THAT(refusal(with("outptu", "run")), AllOf(HasSubstr("unknown field"), HasSubstr("train.outptu")));
  EXPECT_THAT(refusal(with("settings/run.sede", 1)), HasSubstr("train.settings.run.sede"));
  EXPECT_THAT(refusal(with("device_plan/model_gpu/index", 1)), HasSubstr("train.device_plan.model_gpu.index"));
}

TEST(Requests, AMissingFieldOfAMemberIsNamed) {
  json document = json::parse(to_json(TrainRequest{}));
  document["train"]["settings"].erase("run.seed");
  EXPECT_THAT(refusal(document.dump()), AllOf(HasSubstr("missing field"), HasSubstr("train.settings.run.seed")));
}

TEST(Requests, AValueOfAnotherTypeIsNamed) {
  for (const auto& [field, value] :
       std::vector<std::pair<std::string, json>>{{"output", 5},
                                                 {"start", "again"},
                                                 {"start", 0},
                                                 {"max_steps", 5.0},
                                                 {"max_steps", UINT64_MAX},
                                                 {"max_steps", "5"},
                                                 {"log_lines", "one"},
                                                 {"log_lines", {1}},
                                                 {"settings", "toml"},
                                                 {"settings", nullptr},
                                                 {"settings/run.seed", 0.5},
                                                 {"settings/run.deterministic", 1},
                                                 {"settings/model.dropout", 1},
                                                 {"device_plan/mode", "dua"},
                                                 {"device_plan/model_gpu/typed_index", INT64_MAX}}) {
    const std::string name = field.substr(field.rfind('/') + 1);
    EXPECT_THAT(refusal(with(field, value)), AllOf(HasSubstr(name), HasSubstr("expected"))) << value;
  }
}

TEST(Requests, SettingsOutOfRangeAreNamed) {
  TrainRequest request;
  EXPECT_NO_THROW(check_settings(request));
  request.settings.model.heads = 0;
  EXPECT_THROW(check_settings(request), core::UsageError);
  request.settings.model.heads = 3;
  EXPECT_THROW(check_settings(request), core::ConfigError);
  SynthesizeRequest other;
  other.settings.run.threads = -4;
  EXPECT_THROW(check_settings(other), core::UsageError);
}

TEST(Requests, ADocumentOfAnotherKindIsRefused) {
  for (const char* document : {"", "{", "[]", "{}", "null", "5", R"({"train": {}, "evaluate": {}})", R"({"train": 5})",
                               R"({"train": []})", "\xff"}) {
    EXPECT_THAT(refusal(document), HasSubstr("Start ./myxtts instead.")) << document;
  }
}

}  // namespace
}  // namespace myxtts::requests
