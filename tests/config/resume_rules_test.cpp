#include "config/resume_rules.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

namespace myxtts::config {
namespace {

TEST(Resumed, FoldersAreComparedByWhatTheyName) {
  for (const std::string& name : {std::string("data"), std::string("data/"), std::string("./x/../data"),
                                  std::filesystem::absolute("data").string()}) {
    EXPECT_TRUE(is_same_folder("data", name)) << name;
  }
  EXPECT_FALSE(is_same_folder("data", "data2"));
  EXPECT_FALSE(is_same_folder("", std::filesystem::current_path().string())) << "no folder is not this one";
}

TEST(Resumed, WhatTheFirstStartDecidedIsKept) {
  Settings old_settings;
  old_settings.data.train = {"data", "more:2"};
  old_settings.data.validation = "held";
  old_settings.run.codec = "codec";
  Settings settings;
  settings.data.train = {"./data/", "x/../more:2"};
  settings.data.validation = "other";
  settings.run.codec = "codec/";
  inherit_run_decisions(old_settings, settings);
  EXPECT_EQ(settings.data.train, old_settings.data.train) << "the same folders by other names";
  EXPECT_EQ(settings.data.validation, "other");
  EXPECT_EQ(settings.run.codec, "codec");
}

TEST(Resumed, AShareIsTheRunsUnlessAnotherIsSet) {
  Settings old_settings;
  old_settings.data.validation_share = kValidationShare;
  Settings settings;
  inherit_run_decisions(old_settings, settings);
  EXPECT_EQ(settings.data.validation_share, kValidationShare);
  settings.data.validation_share = 0.1;
  inherit_run_decisions(old_settings, settings);
  EXPECT_EQ(settings.data.validation_share, 0.1);
}

TEST(Resumed, APrecisionIsTheRunsUnlessAnotherIsSet) {
  Settings old_settings;
  old_settings.run.precision = "fp32";
  Settings settings;
  inherit_run_decisions(old_settings, settings);
  EXPECT_EQ(settings.run.precision, "fp32");
  settings.run.precision = "bf16";
  inherit_run_decisions(old_settings, settings);
  EXPECT_EQ(settings.run.precision, "bf16");
}

TEST(Resumed, OtherFoldersOrAnotherOrderOfThemStayAsTheyAreNamed) {
  Settings old_settings;
  old_settings.data.train = {"data", "more"};
  for (const std::vector<std::string>& names :
       {std::vector<std::string>{"./data"}, {"./more", "./data"}, {"./data", "./other"}}) {
    Settings settings;
    settings.data.train = names;
    inherit_run_decisions(old_settings, settings);
    EXPECT_EQ(settings.data.train, names);
  }
}

}  // namespace
}  // namespace myxtts::config
