#include "machine/machine_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace myxtts::machine {
namespace {

struct CheckRow {
  Check check;
  int section;
  const char* name;
};

constexpr std::array<CheckRow, 21> kChecks{{
    {Check::kDriver, 1, "NVIDIA driver"},
    {Check::kLibtorch, 1, "libtorch"},
    {Check::kLibtorchGpus, 1, "GPUs that libtorch sees"},
    {Check::kIndices, 2, "GPU indices"},
    {Check::kVisibleDevices, 2, "Visible devices"},
    {Check::kDataGrowth, 2, "Memory growth of the data GPU"},
    {Check::kModelGrowth, 2, "Memory growth of the model GPU"},
    {Check::kTransferPolicy, 2, "Transfer policy"},
    {Check::kModelCreated, 3, "Model creation"},
    {Check::kForwardPass, 3, "Forward pass"},
    {Check::kDataCreated, 4, "Data on the data GPU"},
    {Check::kTransfer, 4, "Transfer to the model GPU"},
    {Check::kIntegrity, 4, "Data integrity after transfer"},
    {Check::kDataset, 5, "Dataset on the data GPU"},
    {Check::kPipelineModel, 5, "Model on the model GPU"},
    {Check::kBatches, 5, "Processing of 3 batches"},
    {Check::kPipeline, 5, "Pipeline simulation"},
    {Check::kDataOverCap, 6, "Request over the data GPU's cap"},
    {Check::kDataUnderCap, 6, "Request under the data GPU's cap"},
    {Check::kModelOverCap, 6, "Request over the model GPU's cap"},
    {Check::kModelUnderCap, 6, "Request under the model GPU's cap"},
}};

std::vector<CheckRow> checks_of(const MachineReport& report) {
  const auto end = report.isolated ? kChecks.end() : std::ranges::find(kChecks, 6, &CheckRow::section);
  return {kChecks.begin(), end};
}

std::string title_of(int section, bool shared) {
  switch (section) {
    case 1:
      return "1. Checking prerequisites...";
    case 2:
      return "2. Validating device placement configuration...";
    case 3:
      return fmt::format("3. Testing model creation on GPU:{}...", shared ? 0 : 1);
    case 4:
      return "4. Testing data transfer between GPUs...";
    case 5:
      return "5. Simulating training pipeline...";
    default:
      return "6. Testing memory isolation...";
  }
}

std::vector<CheckResult> failures(const MachineReport& report) {
  std::vector<CheckResult> failed;
  for (const auto& [check, result] : report.results) {
    if (!result.ok) failed.push_back(result);
  }
  return failed;
}

// Why a check could not run: the detail of the last failure before it, else of the report's first failure.
std::string obstacle(const CheckRow& row, const MachineReport& report) {
  std::string why;
  for (const auto& [check, result] : report.results) {
    if (!result.ok && (check < row.check || why.empty())) why = result.detail;
  }
  return why;
}

std::string closing_block(const MachineReport& report) {
  if (all_passed(report)) {
    return "🎉 All validation checks passed!\nYour system is ready for dual-GPU training.\n";
  }
  const std::vector<CheckResult> failed = failures(report);
  std::string text = fmt::format("❌ Validation failed: {} of {} checks\n", failed.size(), checks_of(report).size());
  for (const CheckResult& failure : failed) text += fmt::format("   {}\n", failure.advice);
  return text;
}

nlohmann::ordered_json document_of(const GpuInfo& gpu) {
  nlohmann::ordered_json document = {{"index", gpu.index},       {"name", gpu.name},       {"uuid", gpu.uuid},
                                     {"total_mb", gpu.total_mb}, {"used_mb", gpu.used_mb}, {"free_mb", gpu.free_mb}};
  document["utilization"] = gpu.utilization_percent ? nlohmann::json(*gpu.utilization_percent) : nlohmann::json();
  document["peer_to"] = gpu.peer_to;
  return document;
}

}  // namespace

std::string name_of(Check check) { return std::ranges::find(kChecks, check, &CheckRow::check)->name; }

bool all_passed(const MachineReport& report) {
  return std::ranges::all_of(checks_of(report), [&](const CheckRow& row) {
    const auto found = report.results.find(row.check);
    return found != report.results.end() && found->second.ok;
  });
}

std::string to_text(const MachineReport& report) {
  const std::string rule(60, '=');
  std::string text = "Dual-GPU Pipeline Validation\n" + rule + "\n\n";
  int section = 0;
  for (const CheckRow& row : checks_of(report)) {
    if (row.section != section) {
      if (section > 0) text += "\n";
      section = row.section;
      text += title_of(section, report.shared) + "\n";
    }
    const auto found = report.results.find(row.check);
    text += found == report.results.end()
                ? fmt::format("   ⏭ {}: {}\n", row.name, obstacle(row, report))
                : fmt::format("   {} {}\n", found->second.ok ? "✅" : "❌", found->second.detail);
  }
  for (const std::string& line : report.recommendation) text += line + "\n";
  return text + "\n" + rule + "\n" + closing_block(report) + rule + "\n";
}

std::string to_json(const MachineReport& report) {
  nlohmann::ordered_json checks = nlohmann::ordered_json::array();
  for (const CheckRow& row : checks_of(report)) {
    const auto found = report.results.find(row.check);
    const bool ran = found != report.results.end();
    checks.push_back({{"section", row.section},
                      {"name", row.name},
                      {"ok", ran ? nlohmann::ordered_json(found->second.ok) : nlohmann::ordered_json()},
                      {"detail", ran ? found->second.detail : obstacle(row, report)}});
  }
  nlohmann::ordered_json gpus = nlohmann::ordered_json::array();
  for (const GpuInfo& gpu : report.gpus) gpus.push_back(document_of(gpu));
  nlohmann::ordered_json document = {{"checks", checks}, {"gpus", gpus}};
  if (report.isolated) document["recommendation"] = report.recommendation;
  return document.dump();
}

}  // namespace myxtts::machine
