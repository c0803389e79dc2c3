#include "stages/all_stages.hpp"

#include <gtest/gtest.h>

#include "stages/catalogue/catalogue.hpp"

namespace myxtts::stages {
namespace {

TEST(AllStages, AreThoseOfTheCatalogueInItsOrder) {
  ASSERT_EQ(all_stages().size(), kCatalogue.size());
  for (std::size_t i = 0; i < kCatalogue.size(); ++i) EXPECT_EQ(all_stages()[i]->entry().name, kCatalogue[i].name);
}

TEST(AllStages, HaveThePlansOfTheCatalogueInItsOrder) {
  ASSERT_EQ(all_plans().size(), kCatalogue.size());
  for (std::size_t i = 0; i < kCatalogue.size(); ++i) EXPECT_EQ(all_plans()[i], &all_stages()[i]->plan());
}

TEST(AllStages, AStageNeedsOnlyStagesBeforeIt) {
  for (std::size_t i = 0; i < kCatalogue.size(); ++i) {
    for (std::size_t later = i; later < kCatalogue.size(); ++later) {
      EXPECT_FALSE(kCatalogue[i].learns_from(kCatalogue[later].name)) << kCatalogue[i].name;
    }
  }
}

TEST(AllStages, DrawFromNumbersOfTheirOwn) {
  EXPECT_EQ(kCodec.number, 0U);  // other numbers change the bits of every run
  EXPECT_EQ(kVoice.number, 1U);
}

}  // namespace
}  // namespace myxtts::stages
