#include "config/fields.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "config/format_version.hpp"
#include "config/presets.hpp"
#include "core/error.hpp"

namespace myxtts::config {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

template <typename ErrorKind, typename Action>
std::string error_of(Action action) {
  try {
    action();
  } catch (const ErrorKind& error) {
    return error.what();
  }
  return "no error";
}

std::string load_error(std::string_view document) {
  Settings settings;
  return error_of<core::ConfigError>([&] { load_toml(settings, document, "my.toml"); });
}

std::string set_error(std::string_view key, std::string_view value) {
  Settings settings;
  return error_of<core::UsageError>([&] { set_field(settings, key, value); });
}

TEST(Dump, EveryPresetComesBackToTheLetter) {
  for (const char* size : {"tiny", "small", "normal", "big", "xtts-v2"}) {
    const Settings settings = preset(size);
    const std::string dumped = dump_toml(settings);
    Settings loaded;
    load_toml(loaded, dumped, size);
    EXPECT_EQ(dump_toml(loaded), dumped);
    EXPECT_THAT(differing_keys(loaded, settings), ElementsAre());
  }
}

TEST(Dump, BeginsWithTheVersionOfTheFormat) {
  EXPECT_THAT(dump_toml(Settings{}), StartsWith(fmt::format("format_version = {}\n\n[run]\n", kFormatVersion)));
}

TEST(Dump, EveryFieldComesBackWithItsExtremes) {
  for (const bool high : {false, true}) {
    Settings settings;
    for (const Field& field : fields(settings)) {
      const double end = high ? field.high : field.low;
      if (auto* const* number = std::get_if<std::int64_t*>(&field.target)) **number = static_cast<std::int64_t>(end);
      if (auto* const* real = std::get_if<double*>(&field.target)) **real = end + (high ? -1e-9 : 1e-9) * std::abs(end);
      if (auto* const* share = std::get_if<std::optional<double>*>(&field.target)) **share = end;
      if (auto* const* flag = std::get_if<bool*>(&field.target)) **flag = high;
      if (auto* const* texts = std::get_if<std::vector<std::string>*>(&field.target))
        (*texts)->resize(high ? 2 : 0, "x");
      if (field.choices.empty()) continue;
      *std::get<std::string*>(field.target) = high ? field.choices.back() : field.choices.front();
    }
    Settings loaded;
    load_toml(loaded, dump_toml(settings), "dumped");
    EXPECT_THAT(differing_keys(loaded, settings), ElementsAre());
  }
}

TEST(Dump, AShareThatIsNotSetStaysUnsetAndOneThatIsSetStaysSet) {
  const std::string dumped = dump_toml(Settings{});
  EXPECT_THAT(dumped, HasSubstr("\n# validation_share is not set\n"));
  Settings loaded;
  load_toml(loaded, dumped, "dumped");
  EXPECT_EQ(loaded.data.validation_share, std::nullopt);
  Settings settings;
  settings.data.validation_share = kValidationShare;
  EXPECT_THAT(differing_keys(settings, loaded), ElementsAre("data.validation_share"));
  load_toml(loaded, dump_toml(settings), "dumped");
  EXPECT_EQ(loaded.data.validation_share, kValidationShare);
}

TEST(Dump, OddTextsComeBack) {
  for (const char* text : {"", "a \"quoted\" \\ path", "two\nlines\r\n\tand a tab", "\x01\x1b[31m\x7f", "déjà/فارسی/🎯",
                           "# no comment", "'''"}) {
    Settings settings;
    settings.data.validation = text;
    settings.data.train = {std::string("[") + text, text + std::string("]")};
    Settings loaded;
    load_toml(loaded, dump_toml(settings), "dumped");
    EXPECT_EQ(loaded.data.validation, text);
    EXPECT_EQ(loaded.data.train, settings.data.train);
  }
}

TEST(Dump, NamesEachFieldOnceInOneTableAModule) {
  Settings settings;
  std::set<std::string> keys;
  std::set<std::string> closed;
  std::string table;
  for (const Field& field : fields(settings)) {
    EXPECT_TRUE(keys.insert(field.key).second) << field.key;
    const std::string module = field.key.substr(0, field.key.find('.'));
    if (module != table) {
      EXPECT_TRUE(closed.insert(module).second) << module << " stands twice";
    }
    table = module;
  }
}

TEST(Dump, EveryFieldAllowsItsDefaultOfEveryPreset) {
  for (const char* size : {"tiny", "small", "normal", "big", "xtts-v2"}) {
    Settings settings = preset(size);
    for (const Field& field : fields(settings)) {
      const auto inside = [&](double value) { return value >= field.low && value <= field.high; };
      if (auto* const* number = std::get_if<std::int64_t*>(&field.target)) {
        EXPECT_TRUE(inside(static_cast<double>(**number))) << field.key;
      } else if (auto* const* real = std::get_if<double*>(&field.target)) {
        EXPECT_TRUE(inside(**real)) << field.key;
      }
    }
  }
}

TEST(Load, ChangesOnlyWhatTheDocumentNames) {
  Settings settings = preset("small");
  load_toml(settings, "[model]\nlayers = 6\n[voice]\nlearning_rate = 1\n", "my.toml");
  EXPECT_THAT(differing_keys(settings, preset("small")), ElementsAre("model.layers", "voice.learning_rate"));
  EXPECT_EQ(settings.model.layers, 6);
}

TEST(Load, NamesTheLineOfAnUnknownKeyAndTheNearestOne) {
  EXPECT_EQ(load_error("[model]\nwidth = 64\nlayer = 4\n"),
            "unknown key: my.toml:3: 'model.layer'; expected a key that `./myxtts train --dump-config` prints. "
            "Did you mean 'model.layers'?");
  EXPECT_THAT(load_error("[modle]\nlayers = 4\n"), HasSubstr("my.toml:2: 'modle.layers'"));
  EXPECT_THAT(load_error("layers = 4\n"), HasSubstr("unknown key: my.toml:1: 'layers'"));
}

TEST(Load, RefusesWrongTypesWithTheValueThatWasFound) {
  const std::string layers = "bad value of model.layers: my.toml:2: ";
  const std::string expected = "; expected a whole number from 1 to 1024";
  EXPECT_EQ(load_error("[model]\nlayers = \"4\"\n"), layers + "'4'" + expected);
  EXPECT_EQ(load_error("[model]\nlayers = 4.5\n"), layers + "'4.5'" + expected);
  EXPECT_EQ(load_error("[model]\nlayers = true\n"), layers + "'true'" + expected);
  EXPECT_THAT(load_error("[model]\nlayers = [4]\n"), HasSubstr("4"));
  EXPECT_THAT(load_error("[model]\nlayers = 1979-05-27\n"), HasSubstr("'1979-05-27'"));
  EXPECT_EQ(load_error("[data]\ntrain = 5\n"),
            "bad value of data.train: my.toml:2: '5'; expected a text, or a list of texts");
}

TEST(Load, RefusesValuesOutOfRange) {
  EXPECT_THAT(load_error("[model]\nlayers = 0\n"), HasSubstr("'0'; expected a whole number from 1 to 1024"));
  EXPECT_THAT(load_error("[model]\ndropout = 1.5\n"), HasSubstr("'1.5'; expected a number from 0 to 0.9"));
  EXPECT_THAT(load_error("[model]\ndropout = nan\n"), HasSubstr("expected a number from 0 to 0.9"));
  EXPECT_THAT(load_error("[voice]\nclip_norm = inf\n"), HasSubstr("bad value of voice.clip_norm"));
  EXPECT_THAT(load_error("[batch]\nby = \"size\"\n"), HasSubstr("'size'; expected one of: cost, count"));
}

TEST(Load, ReadsTrueAndFalseAndNothingElseIntoASwitch) {
  Settings settings;
  load_toml(settings, "[run]\ndeterministic = true\n", "my.toml");
  EXPECT_TRUE(settings.run.deterministic);
  load_toml(settings, "[run]\ndeterministic = false\n", "my.toml");
  EXPECT_FALSE(settings.run.deterministic);
  const std::string bad = "bad value of run.deterministic: my.toml:2: ";
  EXPECT_EQ(load_error("[run]\ndeterministic = 1\n"), bad + "'1'; expected true or false");
  EXPECT_EQ(load_error("[run]\ndeterministic = \"true\"\n"), bad + "'true'; expected true or false");
}

TEST(Load, NamesTheLineOfASyntaxError) {
  EXPECT_THAT(load_error("[model]\nlayers = = 4\n"), HasSubstr("not a TOML file: my.toml:2"));
  EXPECT_THAT(load_error("model:\n  layers: 4\n"), HasSubstr("not a TOML file: my.toml:1"));
  EXPECT_THAT(load_error("[data]\ntrain = \"\xff\"\n"), HasSubstr("not a TOML file: my.toml:2"));
}

constexpr const char* kOld = "[audio]\nsample_rate_hz = 22050\n[model]\nlayers = 6\n";

TEST(Load, AKeyThatIsGoneIsAnErrorThatSaysSinceWhenAndWhy) {
  const std::string expected = "a key that is gone since format version 2: ";
  const std::string advice = "'audio.sample_rate_hz'. Leave it out. Every model hears 22050 Hz";
  EXPECT_THAT(load_error(kOld), AllOf(StartsWith(expected + "my.toml:2: "), HasSubstr(advice)));
  EXPECT_THAT(set_error("audio.sample_rate_hz", "22050"), AllOf(StartsWith(expected), HasSubstr(advice)));
}

TEST(LoadKept, DropsWhatIsGoneWithALineForTheLogAndReadsTheRest) {
  Settings settings = preset("small");
  const std::vector<std::string> dropped = load_kept_toml(settings, kOld, "run/config.toml");
  EXPECT_THAT(dropped, ElementsAre(AllOf(StartsWith("run/config.toml:2: the key audio.sample_rate_hz is gone"),
                                         HasSubstr("format version 2"))));
  EXPECT_THAT(differing_keys(settings, preset("small")), ElementsAre("model.layers"));
}

TEST(LoadKept, WhatIsGoneIsUnknownInAFileOfThisVersion) {
  Settings settings;
  const std::string document = fmt::format("format_version = {}\n{}", kFormatVersion, kOld);
  EXPECT_THAT(error_of<core::ConfigError>([&] { load_kept_toml(settings, document, "config.toml"); }),
              HasSubstr("config.toml:3: 'audio.sample_rate_hz'"));
}

TEST(LoadKept, AnUnknownKeyOfAKnownVersionIsAnErrorAsInOtherFiles) {
  Settings settings;
  EXPECT_THAT(error_of<core::ConfigError>([&] { load_kept_toml(settings, "[model]\nlayer = 4\n", "config.toml"); }),
              HasSubstr("unknown key: config.toml:2: 'model.layer'"));
}

TEST(Load, AnUnknownKeyOfANewerVersionIsAnErrorThatNamesBothVersions) {
  const std::int64_t newer = kFormatVersion + 1;
  const std::string document = fmt::format("format_version = {}\n[model]\ndepth = 4\n", newer);
  const std::string expected = fmt::format(
      "unknown key of a newer version: my.toml:3: 'model.depth'; expected a file of format version {} or older; this "
      "one "
      "has version {}. Use the program that wrote it, or a newer one.",
      kFormatVersion, newer);
  EXPECT_EQ(load_error(document), expected);
  Settings settings;
  EXPECT_EQ(error_of<core::ConfigError>([&] { load_kept_toml(settings, document, "my.toml"); }), expected);
}

TEST(Load, ReadsANewerVersionWhoseKeysItKnows) {
  Settings settings;
  load_toml(settings, fmt::format("format_version = {}\n[model]\nlayers = 6\n", kFormatVersion + 1), "my.toml");
  EXPECT_EQ(settings.model.layers, 6);
}

TEST(Load, RefusesAVersionThatIsNone) {
  for (const char* version : {"0", "-1", "\"2\"", "1.5", "true"}) {
    EXPECT_THAT(load_error(fmt::format("format_version = {}\n", version)),
                HasSubstr("bad value of format_version: my.toml:1"));
  }
}

TEST(SetField, WritesNumbersSharesAndTexts) {
  Settings settings;
  set_field(settings, "model.layers", "6");
  set_field(settings, "voice.learning_rate", "5e-4");
  set_field(settings, "data.max_rejected", "5%");
  set_field(settings, "data.train", "my data");
  EXPECT_EQ(settings.model.layers, 6);
  EXPECT_DOUBLE_EQ(settings.voice.learning_rate, 5e-4);
  EXPECT_DOUBLE_EQ(settings.data.max_rejected, 0.05);
  EXPECT_THAT(settings.data.train, ElementsAre("my data"));
  set_field(settings, "data.max_rejected", "0.125");
  EXPECT_DOUBLE_EQ(settings.data.max_rejected, 0.125);
}

TEST(Load, AListIsATextOrSeveral) {
  Settings settings;
  load_toml(settings, "[data]\ntrain = [\"a\", \"b:2\"]\n", "my.toml");
  EXPECT_THAT(settings.data.train, ElementsAre("a", "b:2"));
  load_toml(settings, "[data]\ntrain = \"[a]\"\n", "my.toml");
  EXPECT_THAT(settings.data.train, ElementsAre("[a]"));
  for (const char* wrong : {"[1]", "[\"\"]", "[[\"a\"]]", "[\"a\", true]"}) {
    EXPECT_THAT(load_error(std::string("[data]\ntrain = ") + wrong + "\n"), HasSubstr("a list of texts"));
  }
}

TEST(SetField, WritesAList) {
  Settings settings;
  set_field(settings, "data.train", "[\"a\", 'b:2']");
  EXPECT_THAT(settings.data.train, ElementsAre("a", "b:2"));
  set_field(settings, "data.train", "");
  EXPECT_THAT(settings.data.train, ElementsAre());
  EXPECT_THROW(set_field(settings, "data.train", "[a"), core::UsageError);
  set_list(settings, "data.train", {"c", "d"});
  EXPECT_THAT(settings.data.train, ElementsAre("c", "d"));
  EXPECT_TRUE(is_list("data.train"));
  EXPECT_FALSE(is_list("data.validation"));
}

TEST(SetField, WritesANumberThatIsNotSetByDefault) {
  Settings settings;
  set_field(settings, "data.validation_share", "2%");
  EXPECT_EQ(settings.data.validation_share, 0.02);
  EXPECT_EQ(set_error("data.validation_share", "0.6"),
            "bad value of data.validation_share: '0.6'; expected a number from 0 to 0.5");
}

TEST(SetField, SwitchesOnAndOff) {
  Settings settings;
  set_field(settings, "transfer.verify", "true");
  EXPECT_TRUE(settings.transfer.verify);
  set_field(settings, "transfer.verify", "false");
  EXPECT_FALSE(settings.transfer.verify);
  for (const char* value : {"", "1", "yes", "True", " true"}) {
    EXPECT_THAT(set_error("transfer.verify", value), HasSubstr("expected true or false")) << value;
  }
}

TEST(SetField, NamesKeyValueAndWhatIsAllowed) {
  EXPECT_EQ(set_error("model.layers", "x"), "bad value of model.layers: 'x'; expected a whole number from 1 to 1024");
  EXPECT_EQ(set_error("batch.by", "x"), "bad value of batch.by: 'x'; expected one of: cost, count");
  EXPECT_THAT(set_error("model.leyers", "4"), HasSubstr("Did you mean 'model.layers'?"));
  EXPECT_THAT(set_error("", "4"), HasSubstr("unknown key"));
}

TEST(SetField, LeavesTheSettingsAloneWhereItFails) {
  for (const char* value : {"", " 4", "4 ", "0x4", "4.0", "+4", "-1", "99999999999999999999", "1025", "4%"}) {
    Settings settings;
    EXPECT_THROW(set_field(settings, "model.layers", value), core::UsageError) << value;
    EXPECT_THAT(differing_keys(settings, Settings{}), ElementsAre()) << value;
  }
  for (const char* value : {"nan", "inf", "-0.1", "101%", "%", "5 %", "5%%"}) {
    Settings settings;
    EXPECT_THROW(set_field(settings, "data.max_rejected", value), core::UsageError) << value;
    EXPECT_THAT(differing_keys(settings, Settings{}), ElementsAre()) << value;
  }
}

TEST(DifferingKeys, FindsEveryField) {
  Settings changed;
  std::vector<std::string> keys;
  for (const Field& field : fields(changed)) {
    if (auto* const* number = std::get_if<std::int64_t*>(&field.target)) ++**number;
    if (auto* const* real = std::get_if<double*>(&field.target)) **real += 1e-6;
    if (auto* const* share = std::get_if<std::optional<double>*>(&field.target)) **share = 0.0;
    if (auto* const* text = std::get_if<std::string*>(&field.target)) **text += "x";
    if (auto* const* texts = std::get_if<std::vector<std::string>*>(&field.target)) (*texts)->push_back("x");
    if (auto* const* switched = std::get_if<bool*>(&field.target)) **switched = !**switched;
    keys.push_back(field.key);
  }
  EXPECT_EQ(differing_keys(Settings{}, changed), keys);
}

}  // namespace
}  // namespace myxtts::config
