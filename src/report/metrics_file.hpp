#pragma once
// metrics.jsonl: one JSON object per line, each for an optimiser step or a validation.

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "core/file_system.hpp"
#include "core/reports.hpp"

namespace myxtts::report {

// Rows are collected in memory and written by flush(), before each checkpoint, so that the file is never behind one.
// A value that is not finite is null: JSON has no such numbers.
// Thread: any, so that a checkpoint can be written in the background; keep_until() before training.
class MetricsFile : public core::TrainingObserver {
 public:
  // The first flush creates `file`; existing rows are kept.
  MetricsFile(core::FileSystem& files, core::Path file);
  // Writes the remaining rows, so that those before an error can be read; an error of this write is not reported.
  ~MetricsFile() override;
  MetricsFile(const MetricsFile&) = delete;
  MetricsFile& operator=(const MetricsFile&) = delete;

  void on_step(const core::StepReport& report) override;
  void on_validation(const core::ValidationReport& report) override;
  void on_end(const core::RunReport& report) override;

  // Appends the collected rows to the file.
  // Throws: core::Error that names the file and the system's reason.
  void flush();
  // Drops the rows that are not written yet.
  void forget();

  // Atomically removes every row after the last row of `stage` whose step is at most `step`: what an interrupted run
  // did after the checkpoint from which it is resumed, including an incomplete last line. If no row matches, all rows
  // are removed (a stage of "" empties the file).
  void keep_until(std::string_view stage, std::int64_t step);

 private:
  void add(std::string_view row);

  core::FileSystem& files_;
  core::Path file_;
  std::mutex mutex_;  // of rows_ and of the order in which they are written
  std::string rows_;
};

}  // namespace myxtts::report
