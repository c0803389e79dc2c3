#include "transfer/transfer_lane.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "concurrency/cancelled.hpp"
#include "device/out_of_memory.hpp"
#include "device/role_allocator.hpp"

namespace myxtts::transfer {
namespace {

using contracts::Batch;
using contracts::CodecBatch;
using contracts::DeviceBatch;
using contracts::VoiceBatch;
using device::Event;
using device::Role;
using device::Stream;

Batch codec_batch(std::int64_t rows, std::int64_t frames) {
  const device::RoleScope scope(Role::kData);
  Batch batch;
  batch.payload = CodecBatch{torch::randn({rows, 8, frames}), torch::rand({rows, frames})};
  return batch;
}

// Every field filled with random values of its own length; no valid batch, which the lane need not know.
Batch voice_batch(std::mt19937_64& random) {
  const device::RoleScope scope(Role::kData);
  VoiceBatch voice;
  for (std::uint64_t groups = 1 + random() % 3; groups > 0; --groups) {
    contracts::PackedRows& rows = voice.groups.emplace_back();
    contracts::for_each_tensor(rows, [&](torch::Tensor& tensor) {
      const auto length = static_cast<std::int64_t>(random() % 50);  // 0 too
      tensor = torch::randint(0, 1'000'000, {length}, torch::kInt64);
    });
    rows.text_weights = torch::rand(rows.text_targets.sizes());
    rows.audio_weights = torch::rand(rows.audio_targets.sizes());
    rows.prompt_mels = torch::randn({static_cast<std::int64_t>(random() % 60), 80}).t().contiguous().t();
    rows.row_offsets = {0, 7};
  }
  Batch batch;
  batch.header.sequence = random();
  batch.payload = std::move(voice);
  return batch;
}

std::vector<torch::Tensor> tensors_of(Batch& batch) {
  std::vector<torch::Tensor> tensors;
  contracts::for_each_tensor(batch, [&](torch::Tensor& tensor) { tensors.push_back(tensor); });
  return tensors;
}

std::vector<torch::Tensor> clones_of(Batch& batch) {
  std::vector<torch::Tensor> clones;
  for (const torch::Tensor& tensor : tensors_of(batch)) clones.push_back(tensor.clone());
  return clones;
}

void expect_equal(Batch& batch, const std::vector<torch::Tensor>& expected) {
  const std::vector<torch::Tensor> tensors = tensors_of(batch);
  ASSERT_EQ(tensors.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(tensors[i].scalar_type(), expected[i].scalar_type()) << i;
    EXPECT_TRUE(torch::equal(tensors[i], expected[i])) << i;
  }
}

template <class T>
bool blocks(std::future<T>& future) {
  return future.wait_for(std::chrono::milliseconds(50)) == std::future_status::timeout;
}

class TransferLaneTest : public testing::Test {
 protected:
  void TearDown() override { device::set_cap(Role::kModel, 0); }
  std::unique_ptr<device::DeviceRuntime> runtime_ = device::make_cpu_runtime({});
};

TEST_F(TransferLaneTest, RandomBatchesArriveWhole) {
  TransferLane lane(*runtime_, {.slots = 2, .verify = false});
  std::mt19937_64 random(1);
  for (int i = 0; i < 100; ++i) {
    Batch batch = random() % 4 == 0 ? codec_batch(1 + i % 3, 1 + i) : voice_batch(random);
    const std::vector<torch::Tensor> expected = clones_of(batch);
    const std::uint64_t sequence = batch.header.sequence;
    DeviceBatch moved = lane.move(std::move(batch));
    EXPECT_EQ(moved.batch.header.sequence, sequence);
    expect_equal(moved.batch, expected);
    moved.lease.release();
  }
}

TEST_F(TransferLaneTest, HostFieldsComeAlong) {
  TransferLane lane(*runtime_);
  std::mt19937_64 random(2);
  const DeviceBatch moved = lane.move(voice_batch(random));
  for (const contracts::PackedRows& group : std::get<VoiceBatch>(moved.batch.payload).groups) {
    EXPECT_EQ(group.row_offsets, (contracts::RowOffsets{0, 7}));
  }
}

TEST_F(TransferLaneTest, EveryTensorBelongsToTheModelRole) {
  TransferLane lane(*runtime_);
  std::mt19937_64 random(3);
  Batch batch = voice_batch(random);
  const std::vector<torch::Tensor> sources = tensors_of(batch);
  std::thread([&, batch = std::move(batch)]() mutable {
    const device::RoleScope scope(Role::kData);  // whichever thread moves it
    DeviceBatch moved = lane.move(std::move(batch));
    const std::vector<torch::Tensor> tensors = tensors_of(moved.batch);
    for (std::size_t i = 0; i < tensors.size(); ++i) {
      EXPECT_EQ(device::role_of(sources[i]), Role::kData) << i;
      EXPECT_EQ(device::role_of(tensors[i]), Role::kModel) << i;
      EXPECT_FALSE(tensors[i].is_alias_of(sources[i])) << i;
    }
  }).join();
}

TEST_F(TransferLaneTest, SteadyStateAllocatesNothing) {
  TransferLane lane(*runtime_, {.slots = 2, .verify = false});
  for (int i = 0; i < 2; ++i) (void)lane.move(codec_batch(4, 100));
  const std::int64_t live = device::live_bytes(Role::kModel);
  device::reset_peak_bytes(Role::kModel);
  for (int i = 0; i < 50; ++i) {
    (void)lane.move(codec_batch(4, 100 - i));  // smaller ones fit too
    EXPECT_EQ(device::live_bytes(Role::kModel), live);
  }
  EXPECT_EQ(device::peak_bytes(Role::kModel), live);
}

TEST_F(TransferLaneTest, BuffersGrowSeldomWithTheBatches) {
  TransferLane lane(*runtime_, {.slots = 1, .verify = false});
  int growths = 0;
  std::int64_t live = -1;
  for (std::int64_t frames = 100; frames < 1000; ++frames) {
    (void)lane.move(codec_batch(1, frames));
    if (device::live_bytes(Role::kModel) != live) ++growths;
    live = device::live_bytes(Role::kModel);
  }
  EXPECT_LE(growths, 2 * 7);  // of two tensors, by half each time
}

TEST_F(TransferLaneTest, LeasedSlotIsNeverOverwritten) {
  TransferLane lane(*runtime_, {.slots = 2, .verify = false});
  Batch first = codec_batch(2, 50);
  const std::vector<torch::Tensor> expected = clones_of(first);
  DeviceBatch leased = lane.move(std::move(first));
  for (int i = 0; i < 20; ++i) (void)lane.move(codec_batch(2, 50 + i));  // all through the other slot
  expect_equal(leased.batch, expected);
}

TEST_F(TransferLaneTest, MoveWaitsForALease) {
  TransferLane lane(*runtime_, {.slots = 2, .verify = false});
  DeviceBatch first = lane.move(codec_batch(1, 4));
  const DeviceBatch second = lane.move(codec_batch(1, 4));
  auto third = std::async(std::launch::async, [&] { return lane.move(codec_batch(1, 4)); });
  EXPECT_TRUE(blocks(third));
  first.lease.release();
  EXPECT_NO_THROW((void)third.get());
}

TEST_F(TransferLaneTest, CancelWakesAMoveThatWaits) {
  TransferLane lane(*runtime_, {.slots = 1, .verify = false});
  DeviceBatch leased = lane.move(codec_batch(1, 4));
  auto waiting = std::async(std::launch::async, [&] { return lane.move(codec_batch(1, 4)); });
  EXPECT_TRUE(blocks(waiting));
  lane.cancel();
  EXPECT_THROW((void)waiting.get(), concurrency::Cancelled);
  EXPECT_NO_THROW(leased.lease.release());
  EXPECT_THROW((void)lane.move(codec_batch(1, 4)), concurrency::Cancelled);
}

TEST_F(TransferLaneTest, LeaseMayOutliveTheLane) {
  DeviceBatch leased;
  {
    TransferLane lane(*runtime_, {.slots = 1, .verify = false});
    leased = lane.move(codec_batch(1, 4));
  }
  EXPECT_NO_THROW(leased.lease.release());
}

TEST_F(TransferLaneTest, LaneGoesOnAfterTheCapWasHit) {
  TransferLane lane(*runtime_, {.slots = 1, .verify = false});
  (void)lane.move(codec_batch(1, 10));
  device::set_cap(Role::kModel, device::live_bytes(Role::kModel) + 1000);
  EXPECT_THROW((void)lane.move(codec_batch(100, 10)), device::AllocationRefused);
  Batch small = codec_batch(1, 10);
  const std::vector<torch::Tensor> expected = clones_of(small);
  DeviceBatch moved = lane.move(std::move(small));
  expect_equal(moved.batch, expected);
}

TEST_F(TransferLaneTest, NeedsASlot) {
  EXPECT_THROW(TransferLane(*runtime_, {.slots = 0, .verify = false}), std::invalid_argument);
}

TEST_F(TransferLaneTest, ConsumerOnAThreadOfItsOwnSeesEveryBatchWhole) {
  TransferLane lane(*runtime_, {.slots = 2, .verify = false});
  std::atomic<bool> failed = false;
  std::vector<std::thread> consumers;
  for (int i = 0; i < 200; ++i) {
    if (consumers.size() == 2) {
      for (std::thread& consumer : consumers) consumer.join();
      consumers.clear();
    }
    Batch batch;
    batch.payload = CodecBatch{torch::full({2, 8, 30}, i), torch::full({2, 30}, i)};
    consumers.emplace_back([&failed, i, moved = lane.move(std::move(batch))]() mutable {
      const auto& codec = std::get<CodecBatch>(moved.batch.payload);
      for (int reads = 0; reads < 5; ++reads) {
        if (!(codec.mels == i).all().item<bool>() || !(codec.frame_weights == i).all().item<bool>()) failed = true;
      }
      moved.lease.release();
    });
  }
  for (std::thread& consumer : consumers) consumer.join();
  EXPECT_FALSE(failed);
}

// Notes every order between streams that the lane asks for.
class RecordingRuntime final : public device::DeviceRuntime {
 public:
  struct Moment final : Event::State {
    explicit Moment(std::string name_) : name(std::move(name_)) {}
    std::string name;
  };

  torch::Device device(Role) const override { return torch::kCPU; }
  int threads(Role) const override { return 1; }
  std::unique_ptr<device::RoleSession> enter(Role) override {
    log.emplace_back("work of a role");
    return nullptr;
  }
  std::unique_ptr<device::RoleSession> enter_transfer() override {
    log.emplace_back("work of the transfer");
    return nullptr;
  }
  Event record(Stream stream) override { return Event(std::make_shared<Moment>(name_of(stream))); }
  void wait_on_device(const Event& event, Stream stream) override {
    log.push_back(static_cast<Moment*>(event.state())->name + " before " + name_of(stream));
  }
  void wait_on_host(const Event&) override { log.emplace_back("the host waits"); }
  torch::Tensor allocate_transfer_buffer(std::int64_t bytes) override { return torch::empty({bytes}, torch::kUInt8); }
  void copy_async(const torch::Tensor& destination, const torch::Tensor& source) override {
    destination.copy_(source);
    log.emplace_back("copy");
  }
  Event record_timed(Stream stream) override { return record(stream); }
  std::optional<double> seconds_of(const Event&) const override { return std::nullopt; }
  double now_seconds() const override { return 0; }
  device::TransferRoute route() const override { return device::TransferRoute::kLocal; }
  device::MemoryUse memory(Role) const override { return {}; }
  void release_cached_memory(Role) override {}

  std::vector<std::string> log;

 private:
  static std::string name_of(Stream stream) {
    if (stream == Stream::kTransfer) return "transfer";
    return stream == Stream::kData ? "data" : "model";
  }
};

TEST(TransferLaneOrder, CopiesFollowTheDataAndPrecedeTheModelWithoutTheHost) {
  RecordingRuntime runtime;
  TransferLane lane(runtime, {.slots = 1, .verify = false});
  const std::vector<std::string> once = {"data before transfer", "copy", "copy", "transfer before model"};
  (void)lane.move(codec_batch(1, 4));
  EXPECT_EQ(runtime.log, once);
  runtime.log.clear();
  (void)lane.move(codec_batch(1, 4));  // into the slot that the model's work has read
  std::vector<std::string> again = {"model before transfer"};
  again.insert(again.end(), once.begin(), once.end());
  EXPECT_EQ(runtime.log, again);
}

TEST(TransferLaneOrder, ChecksumsAreTheTransfersWork) {
  RecordingRuntime runtime;
  TransferLane lane(runtime, {.slots = 1, .verify = true});
  (void)lane.move(codec_batch(1, 4));
  EXPECT_EQ(runtime.log, (std::vector<std::string>{"data before transfer", "work of the transfer", "copy", "copy",
                                                   "transfer before model"}));
}

TEST(TransferLaneOrder, AStepNeverWaitsForABatchThatItDoesNotRead) {
  RecordingRuntime runtime;
  TransferLane lane(runtime);
  SentBatch sent = lane.send(codec_batch(1, 4), runtime.record(Stream::kData));
  EXPECT_EQ(runtime.log, (std::vector<std::string>{"data before transfer", "copy", "copy"}));
  runtime.log.clear();
  (void)lane.accept(std::move(sent));
  EXPECT_EQ(runtime.log, (std::vector<std::string>{"transfer before model"}));
}

}  // namespace
}  // namespace myxtts::transfer
