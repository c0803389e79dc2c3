#pragma once
// The real front beside an engine that only says what it was handed, run in a folder of the test's own.

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "config/engine_request.hpp"
#include "core/file_system.hpp"
#include "support/fake_file_system.hpp"

namespace myxtts::front_test {

struct Outcome {
  int exit_code = -1;  // 128 + N where signal N ended it
  std::string out;
  std::string err;
  double milliseconds = 0;  // without what was waited for a processor that others kept busy
};

class FrontProgram : public testing::Test {
 protected:
  FrontProgram();

  // Runs `myxtts ARGUMENTS` in work(), by default on a machine without GPUs.
  [[nodiscard]] Outcome run(const std::vector<std::string>& arguments) const;
  // Of several runs, until one takes at most `limit_ms`: other work on the machine only ever adds to a time.
  [[nodiscard]] double shortest_ms(const std::vector<std::string>& arguments, double limit_ms) const;
  // What the engine was handed; fails the test where it was not reached.
  [[nodiscard]] config::EngineRequest handed_over(const std::vector<std::string>& arguments) const;
  // The request in what a run of the front printed.
  [[nodiscard]] static config::EngineRequest request_in(const Outcome& outcome);

  // From now on there are GPUs of so many MiB ("24576,24576"), and an engine for them beside the other.
  void add_gpus(const std::string& megabytes);
  // A variable of the program's environment.
  void set(const std::string& name, const std::string& value) { environment_[name] = value; }

  void write(const core::Path& file, const std::string& text) const;
  // A run folder that was made with `settings`.
  void make_run(const core::Path& folder, const config::Settings& settings) const;
  // Every file, folder and link of work() with its content: what a mistake may not change.
  [[nodiscard]] std::map<std::string, std::string> listing() const;

  [[nodiscard]] core::Path work() const { return temporary_.path() / "place" / "work"; }

 private:
  void write_engine(const std::string& name) const;

  support::TemporaryFolder temporary_;
  std::map<std::string, std::string> environment_ = {{"CUDA_VISIBLE_DEVICES", "-1"}};  // whatever this machine has
};

}  // namespace myxtts::front_test
