#include "text/normaliser.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "config/fields.hpp"
#include "core/error.hpp"

namespace myxtts::text {
namespace {

using ::testing::HasSubstr;

TEST(Normaliser, HasEveryLanguageThatItNames) {
  for (const std::string& language : normaliser_languages()) EXPECT_EQ(make_normaliser(language)->normalise(""), "");
}

TEST(Normaliser, HasTheLanguagesThatTheSettingsAllow) {
  config::Settings settings;
  const auto all = config::fields(settings);
  const auto field = std::ranges::find(all, "text.language", &config::Field::key);
  ASSERT_NE(field, all.end());
  EXPECT_EQ(field->choices, normaliser_languages());
}

TEST(Normaliser, NamesTheKnownLanguages) {
  try {
    static_cast<void>(make_normaliser("xx"));
    FAIL();
  } catch (const core::ConfigError& error) {
    EXPECT_THAT(error.what(), HasSubstr("'xx'; expected one of en, fa"));
  }
}

}  // namespace
}  // namespace myxtts::text
