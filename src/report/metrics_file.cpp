#include "report/metrics_file.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "core/error.hpp"

namespace myxtts::report {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

// Adds the losses at the same level as the other fields, so that a row is flat.
void add_losses(ordered_json& row, const core::Losses& losses) {
  for (const auto& [name, value] : losses) row[name] = value;
}

// True for a complete row of `stage` whose step is at most `step`; false for anything else, also an incomplete line.
bool is_row_until(std::string_view line, std::string_view stage, std::int64_t step) {
  const json row = json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!row.is_object() || !row.contains("stage") || !row.contains("step")) return false;
  if (!row["stage"].is_string() || !row["step"].is_number_integer()) return false;
  return row["stage"].get<std::string>() == stage && row["step"].get<std::int64_t>() <= step;
}

// Number of bytes of `text` up to the end of the last such row.
std::size_t bytes_until(std::string_view text, std::string_view stage, std::int64_t step) {
  std::size_t kept = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    if (end == std::string_view::npos) break;  // incomplete line: its write was interrupted
    if (is_row_until(text.substr(begin, end - begin), stage, step)) kept = end + 1;
    begin = end + 1;
  }
  return kept;
}

}  // namespace

MetricsFile::MetricsFile(core::FileSystem& files, core::Path file) : files_(files), file_(std::move(file)) {}

MetricsFile::~MetricsFile() {
  try {
    flush();
  } catch (const core::Error&) {
    // If rows remain at destruction, another error is already being reported.
  }
}

void MetricsFile::on_step(const core::StepReport& report) {
  ordered_json row{{"stage", report.stage}, {"step", report.step}, {"epoch", report.epoch}};
  add_losses(row, report.losses);
  row["grad_norm"] = report.grad_norm;
  row["lr"] = report.learning_rate;
  row["step_ms"] = report.step_ms;
  row["stall_ms"] = report.stall_ms;
  row["produce_ms"] = report.produce_ms;
  row["transfer_ms"] = report.transfer_ms;
  row["audio_s"] = report.audio_seconds;
  row["padding"] = report.padding;
  row["buffer"] = report.buffered;
  row["skipped"] = report.skipped;
  row["broken"] = report.broken;
  add(row.dump());
}

void MetricsFile::on_validation(const core::ValidationReport& report) {
  ordered_json row{{"stage", report.stage}, {"step", report.step}, {"validation", true}, {"best", report.is_best}};
  add_losses(row, report.losses);
  add(row.dump());
}

void MetricsFile::on_end(const core::RunReport&) { flush(); }

void MetricsFile::add(std::string_view row) {
  const std::scoped_lock lock(mutex_);
  rows_.append(row).append("\n");
}

void MetricsFile::forget() {
  const std::scoped_lock lock(mutex_);
  rows_.clear();
}

void MetricsFile::flush() {
  const std::scoped_lock lock(mutex_);
  if (rows_.empty()) return;
  const std::string rows = std::exchange(rows_, {});  // a write that failed in the middle is not tried again
  files_.append(file_, rows);
}

void MetricsFile::keep_until(std::string_view stage, std::int64_t step) {
  rows_.clear();
  if (!files_.exists(file_)) return;
  const std::string text = files_.read(file_);
  const std::size_t kept = bytes_until(text, stage, step);
  if (kept < text.size()) core::write_atomically(files_, file_, std::string_view(text).substr(0, kept));
}

}  // namespace myxtts::report
