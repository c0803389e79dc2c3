#include "machine/visible_devices.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_inventory.hpp"

namespace myxtts::machine {
namespace {

using support::fake_gpus;
using testing::ElementsAre;

std::vector<std::string> visible(const std::optional<std::string>& list, const std::vector<GpuInfo>& gpus) {
  std::vector<std::string> names;
  int typed = 0;
  for (const PlannedGpu& gpu : visible_gpus(gpus, list)) {
    EXPECT_EQ(gpu.typed_index, typed++);
    names.push_back(visible_name(gpu));
  }
  return names;
}

std::vector<std::string> visible(const std::optional<std::string>& list) { return visible(list, fake_gpus(4)); }

TEST(VisibleGpus, AreAllWhereNothingIsSet) {
  EXPECT_THAT(visible(std::nullopt), ElementsAre("0", "1", "2", "3"));
  EXPECT_THAT(visible(std::nullopt, {}), ElementsAre());
}

TEST(VisibleGpus, FollowTheListsOrder) {
  EXPECT_THAT(visible("3,1"), ElementsAre("3", "1"));
  EXPECT_THAT(visible(" 2 , 0"), ElementsAre("2", "0"));
  EXPECT_THAT(visible("1gpu,2"), ElementsAre("1", "2")) << "CUDA reads the digits only";
}

TEST(VisibleGpus, EndAtTheFirstEntryThatNamesNothing) {
  EXPECT_THAT(visible(""), ElementsAre());
  EXPECT_THAT(visible("-1"), ElementsAre());
  EXPECT_THAT(visible("NoDevFiles"), ElementsAre());
  EXPECT_THAT(visible("0,-1,1"), ElementsAre("0"));
  EXPECT_THAT(visible("2,4,1"), ElementsAre("2"));
  EXPECT_THAT(visible("1,,2"), ElementsAre("1"));
  EXPECT_THAT(visible("0,99999999999999999999999"), ElementsAre("0"));
  EXPECT_THAT(visible("0," + fake_gpus(2)[1].uuid), ElementsAre("0")) << "kinds do not mix";
}

TEST(VisibleGpus, AreNoneWhereOneIsNamedTwice) {
  EXPECT_THAT(visible("1,1"), ElementsAre());
  EXPECT_THAT(visible("0,2,0"), ElementsAre());
}

TEST(VisibleGpus, MayBeNamedByUuidsInFullOrCutShort) {
  const auto gpus = fake_gpus(4);
  EXPECT_THAT(visible(gpus[2].uuid + "," + gpus[0].uuid), ElementsAre("2", "0"));
  EXPECT_THAT(visible("GPU-00000003,GPU-00000001"), ElementsAre("3", "1"));
  EXPECT_THAT(visible("GPU-0000000"), ElementsAre()) << "it could be any";
  EXPECT_THAT(visible("GPU-00000002,GPU-ffff,GPU-00000001"), ElementsAre("2"));
  EXPECT_THAT(visible("GPU-00000002,1"), ElementsAre("2"));
}

TEST(VisibleGpus, MayBeAMigSlice) {
  auto gpus = fake_gpus(2);
  gpus[1].mig_slices = {{"MIG-aaaa", 4864}, {"MIG-bbbb", 9728}};
  const auto slice = visible_gpus(gpus, "MIG-b");
  ASSERT_EQ(slice.size(), 1U);
  EXPECT_EQ(slice[0].uuid, "MIG-bbbb");
  EXPECT_EQ(slice[0].total_mb, 9728);
  EXPECT_EQ(slice[0].physical_index, 1);
  EXPECT_TRUE(is_mig_slice(slice[0]));
  EXPECT_THAT(visible("1", gpus), ElementsAre("MIG-aaaa")) << "the first slice of a divided GPU";
  EXPECT_THAT(visible("MIG-aaaa,MIG-bbbb", gpus), ElementsAre("MIG-aaaa", "MIG-bbbb"));
  EXPECT_THAT(visible("MIG-cccc", gpus), ElementsAre());
}

TEST(VisibleGpus, KeepTheirPhysicalIndexAndSize) {
  const auto gpus = visible_gpus({support::fake_gpu(0, 8192), support::fake_gpu(1, 49152)}, "1,0");
  ASSERT_EQ(gpus.size(), 2U);
  EXPECT_EQ(gpus[0].physical_index, 1);
  EXPECT_EQ(gpus[0].total_mb, 49152);
  EXPECT_EQ(gpus[0].name, "Fake GPU");
  EXPECT_FALSE(is_mig_slice(gpus[0]));
}

}  // namespace
}  // namespace myxtts::machine
