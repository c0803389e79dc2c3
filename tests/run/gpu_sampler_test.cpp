#include "run/gpu_sampler.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "core/stopwatch.hpp"
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

GpuSampler::Both samples_of(GpuSampler& sampler) {
  const core::Stopwatch watch;
  GpuSampler::Both samples = sampler.take();
  while (samples.model.utilisation.count() == 0 && watch.seconds() < 10) {
    std::this_thread::sleep_for(1ms);
    samples = sampler.take();
  }
  return samples;
}

TEST(GpuSampler, EachRoleHasItsOwnGpu) {
  const support::FakeInventory inventory(two_gpus());
  GpuSampler sampler(inventory, 0, 1, 1ms);
  (void)samples_of(sampler);
  std::this_thread::sleep_for(30ms);
  const GpuSampler::Both samples = sampler.take();
  EXPECT_GT(samples.data.utilisation.count(), 1);
  EXPECT_NEAR(samples.data.utilisation.mean(), 0.4, 1e-9);
  EXPECT_NEAR(samples.model.utilisation.percentile(50), 0.9, 1e-9);
  EXPECT_NEAR(samples.data.most_memory.value(), 0.5, 1e-9);
  EXPECT_NEAR(samples.model.most_memory.value(), 0.85, 1e-9);
}

// Or else the table would hold what both roles do against what the data role is promised to do.
TEST(GpuSampler, OneGpuIsNotToldTwice) {
  const support::FakeInventory inventory(two_gpus());
  GpuSampler sampler(inventory, 1, 1, 1ms);
  const GpuSampler::Both samples = samples_of(sampler);
  EXPECT_NEAR(samples.model.utilisation.mean(), 0.9, 1e-9);
  EXPECT_EQ(samples.data.utilisation.count(), 0);
  EXPECT_FALSE(samples.data.most_memory.has_value());
}

TEST(GpuSampler, ADriverThatCannotSayIsNoSample) {
  std::vector<machine::GpuInfo> gpus = two_gpus();
  gpus[1].utilization_percent.reset();
  const support::FakeInventory inventory(gpus);
  GpuSampler sampler(inventory, 0, 1, 1ms);
  std::this_thread::sleep_for(30ms);
  EXPECT_EQ(sampler.take().model.utilisation.count(), 0);
}

TEST(GpuSampler, EndsAtOnceHoweverLongItsInterval) {
  const support::FakeInventory inventory(two_gpus());
  const core::Stopwatch watch;
  { const GpuSampler sampler(inventory, 0, 1, 1h); }
  EXPECT_LT(watch.seconds(), 5);
}

}  // namespace
}  // namespace myxtts::run
