#pragma once
// The fields of requests and of their members, listed once: code that writes, reads or compares requests calls
// visit_fields(), which calls the callback visit(name, member) for each field.

#include <variant>

#include "config/fields.hpp"
#include "requests/requests.hpp"

namespace myxtts::requests {

template <typename Visit>
void visit_fields(config::Settings& settings, Visit visit) {
  for (const config::Field& field : config::fields(settings)) {
    std::visit([&](auto* member) { visit(field.key, *member); }, field.target);
  }
}

template <typename Visit>
void visit_fields(machine::PlannedGpu& gpu, Visit visit) {
  visit("typed_index", gpu.typed_index);
  visit("physical_index", gpu.physical_index);
  visit("uuid", gpu.uuid);
  visit("name", gpu.name);
  visit("total_mb", gpu.total_mb);
}

template <typename Visit>
void visit_fields(machine::DevicePlan& plan, Visit visit) {
  visit("mode", plan.mode);
  visit("data_gpu", plan.data_gpu);
  visit("model_gpu", plan.model_gpu);
  visit("visible_devices", plan.visible_devices);
  visit("isolated", plan.isolated);
  visit("data_cap_mb", plan.data_cap_mb);
  visit("model_cap_mb", plan.model_cap_mb);
}

template <typename Visit>
void visit_fields(machine::CheckResult& result, Visit visit) {
  visit("ok", result.ok);
  visit("detail", result.detail);
  visit("advice", result.advice);
}

template <typename Visit>
void visit_fields(machine::MigSlice& slice, Visit visit) {
  visit("uuid", slice.uuid);
  visit("total_mb", slice.total_mb);
}

template <typename Visit>
void visit_fields(machine::GpuInfo& gpu, Visit visit) {
  visit("index", gpu.index);
  visit("name", gpu.name);
  visit("uuid", gpu.uuid);
  visit("total_mb", gpu.total_mb);
  visit("used_mb", gpu.used_mb);
  visit("free_mb", gpu.free_mb);
  visit("utilization_percent", gpu.utilization_percent);
  visit("mig_slices", gpu.mig_slices);
  visit("peer_to", gpu.peer_to);
}

template <typename Visit>
void visit_fields(machine::MachineReport& report, Visit visit) {
  visit("shared", report.shared);
  visit("isolated", report.isolated);
  visit("results", report.results);
  visit("recommendation", report.recommendation);
  visit("gpus", report.gpus);
}

template <typename Visit>
void visit_fields(EngineRequest& request, Visit visit) {
  visit("settings", request.settings);
  visit("device_plan", request.device_plan);
}

template <typename Visit>
void visit_fields(TrainRequest& request, Visit visit) {
  visit_fields(static_cast<EngineRequest&>(request), visit);
  visit("output", request.output);
  visit("start", request.start);
  visit("fits_micro_batch", request.fits_micro_batch);
  visit("max_steps", request.max_steps);
  visit("spoken_sentences", request.spoken_sentences);
  visit("log_lines", request.log_lines);
}

template <typename Visit>
void visit_fields(SynthesizeRequest& request, Visit visit) {
  visit_fields(static_cast<EngineRequest&>(request), visit);
  visit("checkpoint", request.checkpoint);
  visit("text", request.text);
  visit("text_file", request.text_file);
  visit("references", request.references);
  visit("output", request.output);
  visit("language", request.language);
  visit("temperature", request.temperature);
  visit("top_k", request.top_k);
  visit("top_p", request.top_p);
  visit("repetition_penalty", request.repetition_penalty);
  visit("greedy", request.greedy);
  visit("seed", request.seed);
  visit("speed", request.speed);
}

template <typename Visit>
void visit_fields(ResynthesizeRequest& request, Visit visit) {
  visit_fields(static_cast<EngineRequest&>(request), visit);
  visit("checkpoint", request.checkpoint);
  visit("inputs", request.inputs);
  visit("output", request.output);
}

template <typename Visit>
void visit_fields(EvaluateRequest& request, Visit visit) {
  visit_fields(static_cast<EngineRequest&>(request), visit);
  visit("checkpoint", request.checkpoint);
  visit("json", request.json);
}

template <typename Visit>
void visit_fields(ProfileRequest& request, Visit visit) {
  visit_fields(static_cast<EngineRequest&>(request), visit);
  visit("steps", request.steps);
  visit("rounds", request.rounds);
  visit("stage", request.stage);
  visit("fits_micro_batch", request.fits_micro_batch);
  visit("batches", request.batches);
  visit("comparison", request.comparison);
  visit("json", request.json);
}

template <typename Visit>
void visit_fields(PreflightRequest& request, Visit visit) {
  visit_fields(static_cast<EngineRequest&>(request), visit);
  visit("checkpoint", request.checkpoint);
  visit("html", request.html);
  visit("json", request.json);
}

template <typename Visit>
void visit_fields(ValidateRequest& request, Visit visit) {
  visit_fields(static_cast<EngineRequest&>(request), visit);
  visit("report", request.report);
  visit("json", request.json);
}

}  // namespace myxtts::requests
