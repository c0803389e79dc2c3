#include "run/gpu_sampler.hpp"

#include <gtest/gtest.h>

#include "core/stopwatch.hpp"
#include "support/await.hpp"
#include "support/fake_inventory.hpp"

namespace myxtts::run {
namespace {

using namespace std::chrono_literals;

std::vector<machine::GpuInfo> two_gpus() {
  std::vector<machine::GpuInfo> gpus = support::fake_gpus(2, 1000);
  gpus[0].utilization_percent = 40;
  gpus[0].used_mb = 500;
  gpus[1].utilization_percent = 90;
  gpus[1].used_mb = 850;
  return gpus;
}

// What is sampled until `rounds` are complete. A round asks each GPU twice.
GpuSampler::Both samples_of(const support::FakeInventory& inventory, GpuSampler& sampler, int gpus, int rounds) {
  support::await([&] { return inventory.asked > 2 * gpus * rounds; });
  return sampler.take();
}

TEST(GpuSampler, EachRoleHasItsOwnGpu) {
  const support::FakeInventory inventory(two_gpus());
  GpuSampler sampler(inventory, 0, 1, 1ms);
  const GpuSampler::Both samples = samples_of(inventory, sampler, 2, 3);
  EXPECT_GE(samples.data.utilisation.count(), 3);
  EXPECT_GE(samples.model.utilisation.count(), 3);
  EXPECT_NEAR(samples.data.utilisation.mean(), 0.4, 1e-9);
  EXPECT_NEAR(samples.model.utilisation.percentile(50), 0.9, 1e-9);
  EXPECT_NEAR(samples.data.max_memory.value(), 0.5, 1e-9);
  EXPECT_NEAR(samples.model.max_memory.value(), 0.85, 1e-9);
}

// Or else the table would hold what both roles do against what the data role is promised to do.
TEST(GpuSampler, OneGpuIsNotToldTwice) {
  const support::FakeInventory inventory(two_gpus());
  GpuSampler sampler(inventory, 1, 1, 1ms);
  const GpuSampler::Both samples = samples_of(inventory, sampler, 1, 3);
  EXPECT_NEAR(samples.model.utilisation.mean(), 0.9, 1e-9);
  EXPECT_EQ(samples.data.utilisation.count(), 0);
  EXPECT_FALSE(samples.data.max_memory.has_value());
}

TEST(GpuSampler, ADriverThatCannotSayIsNoSample) {
  std::vector<machine::GpuInfo> gpus = two_gpus();
  gpus[1].utilization_percent.reset();
  const support::FakeInventory inventory(gpus);
  GpuSampler sampler(inventory, 0, 1, 1ms);
  const GpuSampler::Both samples = samples_of(inventory, sampler, 2, 3);
  EXPECT_GE(samples.data.utilisation.count(), 3);
  EXPECT_EQ(samples.model.utilisation.count(), 0);
}

TEST(GpuSampler, EndsAtOnceHoweverLongItsInterval) {
  const support::FakeInventory inventory(two_gpus());
  const core::Stopwatch watch;
  { const GpuSampler sampler(inventory, 0, 1, 1h); }
  EXPECT_LT(watch.seconds(), support::kHangs.count());
}

}  // namespace
}  // namespace myxtts::run
