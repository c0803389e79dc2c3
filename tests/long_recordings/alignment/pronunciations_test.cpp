#include "long_recordings/alignment/pronunciations.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace myxtts::long_recordings {
namespace {

using ::testing::ElementsAre;

TEST(Pronunciations, OfADictionaryAreAllOfThem) {
  const Pronunciations pronunciations("a AH\na(2) EY\nwood W UH D\n\nbroken\n");
  EXPECT_THAT(pronunciations.of("a"), ElementsAre("AH", "EY"));
  EXPECT_THAT(pronunciations.of("wood"), ElementsAre("W UH D"));
}

TEST(Pronunciations, OfCompoundsAreThoseOfTheirParts) {
  const Pronunciations pronunciations("wood W UH D\ncutters K AH T ER Z\n");
  EXPECT_THAT(pronunciations.of("woodcutters"), ElementsAre("W UH D K AH T ER Z"));
}

TEST(Pronunciations, OfUnknownWordsAreSpelled) {
  const Pronunciations pronunciations("");
  EXPECT_THAT(pronunciations.of("schoeffer"), ElementsAre("SH OW F ER"));
  EXPECT_THAT(pronunciations.of("missal"), ElementsAre("M IH S AE L"));
  EXPECT_THAT(pronunciations.of("đž"), ElementsAre("AH"));
}

}  // namespace
}  // namespace myxtts::long_recordings
