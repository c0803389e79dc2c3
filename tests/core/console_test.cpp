#include "core/console.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
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

// What is drawn of a progress bar on a terminal.
std::string drawn_on_a_terminal() {
  const int terminal = ::posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
  EXPECT_EQ(::grantpt(terminal) + ::unlockpt(terminal), 0);
  const int end = ::open(::ptsname(terminal), O_RDWR | O_NOCTTY);
  const int stdout_before = ::dup(STDOUT_FILENO);
  std::fflush(stdout);
  ::dup2(end, STDOUT_FILENO);
  Console().progress("50 %");
  ::dup2(stdout_before, STDOUT_FILENO);
  std::array<char, 64> text{};
  const ssize_t bytes = ::read(terminal, text.data(), text.size());
  for (const int descriptor : {terminal, end, stdout_before}) ::close(descriptor);
  return {text.data(), static_cast<std::size_t>(std::max<ssize_t>(bytes, 0))};
}

TEST(Console, DrawsProgressOnATerminalUnlessItIsToBePlain) {
  ::unsetenv("NO_COLOR");
  EXPECT_EQ(drawn_on_a_terminal(), "\r\033[K50 %");
  ::setenv("NO_COLOR", "1", 1);
  EXPECT_EQ(drawn_on_a_terminal(), "");
  ::unsetenv("NO_COLOR");
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
