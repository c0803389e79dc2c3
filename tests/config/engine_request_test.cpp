#include "config/engine_request.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/fields.hpp"
#include "config/presets.hpp"
#include "core/error.hpp"

namespace myxtts::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

EngineRequest handed_over(const EngineRequest& request) { return EngineRequest::from_json(request.to_json()); }

TEST(EngineRequest, ComesBackWhole) {
  EngineRequest request("synthesize", preset("small"));
  request.settings.data.train = {"my \"data\"\nhere", "[other]:2"};
  request.set("text", "say \"this\" \\ and\nthat\t\x01");
  request.set_number("temperature", 0.1 + 0.2);
  request.set_flag("greedy", true);
  request.set_flag("json", false);
  request.arguments["references"] = {"a.wav", "", "é🎯.flac"};
  const EngineRequest back = handed_over(request);
  EXPECT_EQ(back.command, "synthesize");
  EXPECT_THAT(differing_keys(back.settings, request.settings), ElementsAre());
  EXPECT_EQ(back.text("text"), request.text("text"));
  EXPECT_EQ(back.number("temperature"), 0.1 + 0.2);
  EXPECT_TRUE(back.flag("greedy"));
  EXPECT_FALSE(back.flag("json"));
  EXPECT_THAT(back.texts("references"), ElementsAre("a.wav", "", "é🎯.flac"));
}

TEST(EngineRequest, WhatWasNotSetHasItsFallback) {
  const EngineRequest request("train", {});
  EXPECT_EQ(request.text("output"), "");
  EXPECT_EQ(request.text("output", "runs"), "runs");
  EXPECT_EQ(request.number("max_steps"), std::nullopt);
  EXPECT_THAT(request.texts("references"), ElementsAre());
}

// Bytes that are no UTF-8 cannot travel: the engine then names a path that it does not find, instead of crashing.
TEST(EngineRequest, BrokenUtf8IsReplacedNotFatal) {
  EngineRequest request("train", {});
  request.settings.data.train = {"data/\xff\xfe"};
  request.set("output", "runs/\xc3");
  const EngineRequest back = handed_over(request);
  EXPECT_THAT(back.settings.data.train.front(), HasSubstr("data/\uFFFD"));
  EXPECT_THAT(back.text("output"), HasSubstr("runs/\uFFFD"));
}

TEST(EngineRequest, SaysWhereADocumentIsNoRequest) {
  for (const char* document : {"", "{", "[]", "{}", R"({"command": 5, "settings": "", "arguments": {}})",
                               R"({"command": "train", "settings": "", "arguments": {"a": "no list"}})"}) {
    try {
      (void)EngineRequest::from_json(document);
      FAIL() << "no error: " << document;
    } catch (const core::ConfigError& error) {
      EXPECT_THAT(error.what(), HasSubstr("Start ./myxtts instead."));
    }
  }
}

}  // namespace
}  // namespace myxtts::config
