#include "core/console.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace myxtts::core {
namespace {

struct Streams {
  std::string out, err;
};

template <typename Action>
Streams captured(Action action) {
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  action();
  Streams streams;
  streams.out = testing::internal::GetCapturedStdout();
  streams.err = testing::internal::GetCapturedStderr();
  return streams;
}

TEST(Console, KeepsInformationAndMistakesApart) {
  const Streams streams = captured([] {
    Console console;
    console.info("step 1");
    console.warning("slow");
    console.error("broken");
  });
  EXPECT_EQ(streams.out, "step 1\n");
  EXPECT_EQ(streams.err, "warning: slow\nbroken\n");
}

TEST(Console, LeavesStdoutToJson) {
  const Streams streams = captured([] {
    Console console(true);
    console.info("step 1");
    console.progress("50 %");
  });
  EXPECT_EQ(streams.out, "");
  EXPECT_EQ(streams.err, "step 1\n");
}

TEST(Console, DrawsNoProgressWhereThereIsNoTerminal) {
  const Streams streams = captured([] { Console().progress("50 %"); });
  EXPECT_EQ(streams.out + streams.err, "");
}

TEST(Console, KeepsEveryLineButProgressUntilTheSinkIsTaken) {
  std::vector<std::string> kept;
  captured([&] {
    Console console;
    console.info("before");
    console.keep_in([&](std::string_view line) { kept.emplace_back(line); });
    console.info("a");
    console.warning("b");
    console.error("c");
    console.progress("d");
    console.keep_in({});
    console.info("after");
  });
  EXPECT_EQ(kept, (std::vector<std::string>{"a", "warning: b", "c"}));
}

TEST(Console, LinesOfManyThreadsStayWhole) {
  const Streams streams = captured([] {
    Console console;
    std::vector<std::jthread> threads;
    for (const char letter : {'a', 'b', 'c', 'd'}) {
      threads.emplace_back([&console, letter] {
        for (int i = 0; i < 200; ++i) console.info(std::string(50, letter));
      });
    }
  });
  std::size_t lines = 0;
  for (std::size_t start = 0; start < streams.out.size(); start += 51, ++lines) {
    ASSERT_EQ(streams.out.substr(start, 51), std::string(50, streams.out[start]) + "\n");
  }
  EXPECT_EQ(lines, 800U);
}

}  // namespace
}  // namespace myxtts::core
