#pragma once
// metrics.jsonl: one JSON object a line, an optimiser step or a validation each.

#include <cstdint>
#include <string>
#include <string_view>

#include "core/file_system.hpp"
#include "core/reports.hpp"

namespace myxtts::report {

// Rows are gathered in memory and written by flush(), before each checkpoint, so that the file is never behind one.
// A value that is not finite is null: JSON has no such numbers.
// Thread: the model role's thread only.
class MetricsFile : public core::TrainingObserver {
 public:
  // `file` is made by the first flush; rows that are there already are kept.
  MetricsFile(core::FileSystem& files, core::Path file);
  // Writes what is left, so that the rows before an error can be read; an error while doing so is not reported.
  ~MetricsFile() override;
  MetricsFile(const MetricsFile&) = delete;
  MetricsFile& operator=(const MetricsFile&) = delete;

  void on_step(const core::StepReport& report) override;
  void on_validation(const core::ValidationReport& report) override;
  void on_end(const core::RunReport& report) override;

  // Appends the gathered rows to the file.
  // Throws: core::Error that names the file and the system's reason.
  void flush();

  // Removes, atomically, every row after the last one of `stage` that has at most `step`: what an interrupted run did
  // beyond the checkpoint it is resumed from, a half-written last line included. Nothing is left where no row matches
  // (a stage of "" starts the file anew).
  void keep_until(std::string_view stage, std::int64_t step);

 private:
  core::FileSystem& files_;
  core::Path file_;
  std::string rows_;
};

}  // namespace myxtts::report
