#include "simulated_cuda/runtime/race_detector.hpp"

#include <gtest/gtest.h>

namespace myxtts::simulated_cuda {
namespace {

constexpr bool kRead = false, kWrite = true;

// Streams, each with its clock, and what they are given to do.
class RaceDetectorTest : public testing::Test {
 protected:
  void put(int stream, const char* name, std::uintptr_t begin, std::uintptr_t end, bool write) {
    Clock& clock = clocks_[stream];
    const std::uint64_t number = clock.tick(stream);
    detector_.check(clock, {.stream = stream, .device = 0, .number = number, .name = name}, {{begin, end, write}});
  }
  void wait(int stream, int for_stream) { clocks_[stream].join(clocks_[for_stream]); }

  Clock clocks_[3];
  RaceDetector detector_;
};

TEST_F(RaceDetectorTest, ItemsOfOneStreamAreInOrder) {
  put(0, "fill", 0, 100, kWrite);
  put(0, "sum", 0, 100, kRead);
  put(0, "fill", 50, 150, kWrite);
  EXPECT_EQ(detector_.count(), 0U);
}

TEST_F(RaceDetectorTest, ReadWithoutWaitingForTheWriteIsFound) {
  put(0, "fill", 0, 100, kWrite);
  put(1, "sum", 99, 200, kRead);
  EXPECT_EQ(detector_.count(), 1U);
}

TEST_F(RaceDetectorTest, WriteWithoutWaitingForTheReadIsFound) {
  put(0, "sum", 0, 100, kRead);
  put(1, "fill", 0, 1, kWrite);
  EXPECT_EQ(detector_.count(), 1U);
}

TEST_F(RaceDetectorTest, WriteWithoutWaitingForTheWriteIsFound) {
  put(0, "fill", 0, 100, kWrite);
  put(1, "fill", 40, 60, kWrite);
  EXPECT_EQ(detector_.count(), 1U);
}

TEST_F(RaceDetectorTest, TwoReadsNeedNoOrder) {
  put(0, "sum", 0, 100, kRead);
  put(1, "sum", 0, 100, kRead);
  EXPECT_EQ(detector_.count(), 0U);
}

TEST_F(RaceDetectorTest, NeighboursAreNotTheSameMemory) {
  put(0, "fill", 0, 100, kWrite);
  put(1, "fill", 100, 200, kWrite);
  EXPECT_EQ(detector_.count(), 0U);
}

TEST_F(RaceDetectorTest, AWaitMakesAnOrderAndIsPassedOn) {
  put(0, "fill", 0, 100, kWrite);
  wait(1, 0);
  put(1, "sum", 0, 100, kRead);
  wait(2, 1);
  put(2, "fill", 0, 100, kWrite);
  EXPECT_EQ(detector_.count(), 0U);
}

TEST_F(RaceDetectorTest, AWaitCoversOnlyWhatWasThereBeforeIt) {
  put(0, "fill", 0, 100, kWrite);
  wait(1, 0);
  put(0, "fill", 0, 100, kWrite);
  put(1, "sum", 0, 100, kRead);
  EXPECT_EQ(detector_.count(), 1U);
}

TEST_F(RaceDetectorTest, EveryReaderCountsNotTheLastOneAlone) {
  put(0, "sum", 0, 100, kRead);
  put(1, "mean", 0, 100, kRead);
  wait(2, 1);
  put(2, "fill", 0, 100, kWrite);
  EXPECT_EQ(detector_.count(), 1U);
}

TEST_F(RaceDetectorTest, AWriteToAPartLeavesTheRestAsItWas) {
  put(0, "fill", 0, 300, kWrite);
  wait(1, 0);
  put(1, "fill", 100, 200, kWrite);
  wait(2, 1);
  put(2, "sum", 0, 300, kRead);
  EXPECT_EQ(detector_.count(), 0U);
  put(1, "fill", 0, 300, kWrite);  // in each of the three parts the sum may still read
  EXPECT_EQ(detector_.count(), 3U);
}

TEST_F(RaceDetectorTest, FreedMemoryHasNoPast) {
  put(0, "fill", 0, 100, kWrite);
  detector_.forget(0, 100);
  put(1, "fill", 0, 100, kWrite);
  EXPECT_EQ(detector_.count(), 0U);
}

TEST_F(RaceDetectorTest, ARaceIsReportedOnceButCountedEachTime) {
  testing::internal::CaptureStderr();
  for (int i = 0; i < 3; ++i) {
    put(0, "fill", 0, 100, kWrite);
    put(1, "sum", 0, 100, kRead);
    wait(0, 1);
  }
  const std::string said = testing::internal::GetCapturedStderr();
  EXPECT_EQ(detector_.count(), 3U);
  EXPECT_EQ(detector_.kinds(), 1U);
  EXPECT_NE(said.find("a read after a write without an order: 'fill' (GPU 0, stream 0, item 1), then 'sum' (GPU 0, "
                      "stream 1, item 1)"),
            std::string::npos)
      << said;
}

}  // namespace
}  // namespace myxtts::simulated_cuda
