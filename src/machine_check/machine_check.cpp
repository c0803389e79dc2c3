#include "machine_check/machine_check.hpp"

#include <fmt/format.h>
#include <torch/cuda.h>

#include <cmath>
#include <functional>

#include "core/error.hpp"
#include "device/cuda_driver.hpp"
#include "device/out_of_memory.hpp"
#include "device/planned_devices.hpp"
#include "device/role_thread.hpp"
#include "machine_check/smallest_stage.hpp"
#include "pipeline/pipeline.hpp"
#include "pipeline/placement.hpp"
#include "training/training_loop.hpp"

namespace myxtts::machine_check {
namespace {

using device::Role;
using machine::Check;

// Max memory of a role before it has made any object: less than the first segments of the allocator.
constexpr std::int64_t kMaxReservedBytes = 64 << 20;

[[noreturn]] void fail(const std::string& why) { throw core::DeviceError(why); }

std::string message_of(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const c10::Error& error) {
    return error.what_without_backtrace();
  } catch (const std::exception& error) {
    return error.what();
  }
}

class MachineChecks {
 public:
  MachineChecks(machine::MachineReport& report, const machine::DevicePlan& plan, device::DeviceRuntime& runtime)
      : report_(report), plan_(plan), runtime_(runtime) {}

  void run() {
    if (!check_placement()) return;
    const auto session = runtime_.enter(Role::kModel);
    if (check_model() && check_transfer()) (void)check_pipeline();
    if (!plan_.isolated) return;
    batch_ = {};  // everything is freed before the caps are tested
    data_ = {};
    learner_.reset();
    stage_.reset();
    check_caps();
  }

 private:
  // Runs `f` and records the result; the check fails if `f` throws. Returns whether it passed.
  bool check(Check which, const std::string& passed, const std::function<void()>& f) {
    try {
      f();
      report_.pass(which, passed);
      return true;
    } catch (...) {
      const std::string name = machine::name_of(which);
      const std::string why = message_of(std::current_exception());
      report_.fail(which, fmt::format("{}: {}", name, why), fmt::format("{}: {}", name, advice_for(which)));
      return false;
    }
  }

  static const char* advice_for(Check which) {
    switch (which) {
      case Check::kTransfer:
      case Check::kIntegrity:
        return "train with --verify-transfer, and check the GPUs' link with nvidia-smi topo -m";
      case Check::kDataOverCap:
      case Check::kDataUnderCap:
      case Check::kModelOverCap:
      case Check::kModelUnderCap:
        return "free the GPU's memory (nvidia-smi shows who holds it), or lower the caps";
      default:
        return "check the driver and the GPUs with nvidia-smi";
    }
  }

  [[nodiscard]] std::string data_gpu() const { return "GPU:0"; }
  [[nodiscard]] std::string model_gpu() const { return report_.shared ? "GPU:0" : "GPU:1"; }

  void require_nothing_reserved(Role role) {
    const device::MemoryUse memory = runtime_.memory(role);
    const std::int64_t kept = memory.reserved - memory.live;
    if (kept > kMaxReservedBytes) fail(fmt::format("{}MB are reserved before anything is made", kept >> 20));
  }

  bool check_placement() {
    const int data = plan_.data_gpu.physical_index;
    const int model = plan_.model_gpu.physical_index;
    // Their UUIDs and order were compared with the plan when the runtime was made.
    report_.pass(Check::kVisibleDevices, fmt::format("Set visible devices: GPU {} and GPU {}", data, model));
    const auto growth = [](int gpu) { return fmt::format("Memory growth configured for GPU {}", gpu); };
    return check(Check::kDataGrowth, growth(data), [this] { require_nothing_reserved(Role::kData); }) &&
           check(Check::kModelGrowth, growth(model), [this] { require_nothing_reserved(Role::kModel); }) &&
           check(Check::kTransferPolicy, fmt::format("Transfer policy set to '{}'", device::name_of(runtime_.route())),
                 [this] {
                   const bool local = runtime_.route() == device::TransferRoute::kLocal;
                   if (local != report_.shared)
                     fail(local ? "two GPUs, and no route between them" : "one GPU, and a route to another");
                 });
  }

  bool check_model() {
    return check(Check::kModelCreated, fmt::format("Model created successfully on {}", model_gpu()),
                 [this] {
                   stage_ = std::make_unique<SmallestStage>(runtime_);
                   learner_ = stage_->new_learner();
                   require_trained_parts();
                 }) &&
           check(Check::kForwardPass, "Forward pass successful", [this] { forward(); });
  }

  void forward() {
    data_ = stage_->new_data();
    device::run_as(runtime_, Role::kData,
                   [this] { batch_ = data_.training->prepare(data_.training->decode(data_.schedule->at(0))); });
    transfer::TransferLane lane(runtime_);
    contracts::DeviceBatch moved = lane.move(batch_);
    const core::Losses losses = learner_->combine(learner_->evaluate(moved));
    moved.lease.release();
    for (const auto& [name, value] : losses) {
      if (!std::isfinite(value)) fail(fmt::format("{} is {}", name, value));
    }
  }

  bool check_transfer() {
    transfer::TransferLane lane(runtime_);
    contracts::DeviceBatch moved;
    const bool passed = check(Check::kDataCreated, fmt::format("Created data on {}", data_gpu()),
                              [&] { pipeline::require_role(batch_, Role::kData, runtime_, "a prepared batch"); }) &&
                        check(Check::kTransfer, fmt::format("Transferred data to {}", model_gpu()),
                              [&] {
                                moved = lane.move(batch_);
                                pipeline::require_role(moved.batch, Role::kModel, runtime_, "a transferred batch");
                              }) &&
                        check(Check::kIntegrity, "Data integrity verified after transfer", [&] {
                          if (!pipeline::same_values(batch_, moved.batch)) fail("the batch arrived changed");
                        });
    moved.lease.release();
    return passed;
  }

  bool check_pipeline() {
    return check(Check::kDataset, fmt::format("Created dataset on {}", data_gpu()),
                 [this] {
                   for (const torch::Tensor& tensor : data_.training->kept_tensors()) {
                     pipeline::require_role(tensor, Role::kData, runtime_, "what the preparation keeps");
                   }
                 }) &&
           check(Check::kPipelineModel, fmt::format("Created model on {}", model_gpu()),
                 [this] {
                   learner_ = stage_->new_learner();
                   require_trained_parts();
                 }) &&
           check(Check::kBatches, fmt::format("Processed {} batches successfully", SmallestStage::kBatches),
                 [this] { train(); }) &&
           check(Check::kPipeline, "Pipeline simulation successful", [this] { require_trained_parts(); });
  }

  // Requires weights, gradients and the optimiser's moments in the model role's memory.
  void require_trained_parts() {
    contracts::TrainState state;
    learner_->save(state);
    for (const auto& [name, tensor] : state.weights.at(stage_->weights())) {
      pipeline::require_role(tensor, Role::kModel, runtime_, name);
    }
    for (const torch::Tensor& parameter : learner_->trained_parameters()) {
      if (parameter.grad().defined()) pipeline::require_role(parameter.grad(), Role::kModel, runtime_, "a gradient");
    }
    for (const auto& [name, tensor] : state.optimizer) pipeline::require_role(tensor, Role::kModel, runtime_, name);
  }

  void train() {
    device::SpanRecorder spans(runtime_);
    pipeline::PipelineOptions options;
    options.workers = 2;
    options.buffer = SmallestStage::kBatches;
    options.end_sequence = static_cast<std::uint64_t>(SmallestStage::kBatches);
    transfer::TransferLane lane(runtime_, {}, &spans);
    pipeline::Pipeline pipeline(runtime_, *data_.schedule, *data_.training, lane, options, spans);
    pipeline::PlacedSource source(pipeline, runtime_);
    training::LoopOptions loop;
    loop.last_step = SmallestStage::kBatches;
    contracts::StageProgress progress;
    progress.planned_steps = SmallestStage::kBatches;
    training::TrainingLoop(runtime_, *learner_, source, loop, {}).run(progress);
    if (progress.step != SmallestStage::kBatches) fail(fmt::format("{} batches came", progress.step));
    if (progress.skipped_updates > 0) fail(fmt::format("{} updates were not finite", progress.skipped_updates));
  }

  void check_caps() {
    check_cap(Role::kData, plan_.data_gpu.physical_index, plan_.data_cap_mb, Check::kDataOverCap, Check::kDataUnderCap);
    check_cap(Role::kModel, plan_.model_gpu.physical_index, plan_.model_cap_mb, Check::kModelOverCap,
              Check::kModelUnderCap);
  }

  void check_cap(Role role, int gpu, std::int64_t cap_mb, Check over, Check under) {
    const std::string request = fmt::format("{} GPU {}: a request ", role == Role::kData ? "Data" : "Model", gpu);
    device::run_as(runtime_, role, [&] {
      runtime_.release_cached_memory(role);
      check(over, fmt::format("{}over {}MB is refused", request, cap_mb), [&] { require_refusal(role, cap_mb); });
      check(under, fmt::format("{}under {}MB is served", request, cap_mb), [&] { request_what_is_left(role, cap_mb); });
    });
  }

  torch::Tensor request_bytes(Role role, std::int64_t bytes) {
    return torch::empty({bytes}, torch::dtype(torch::kUInt8).device(runtime_.device(role)));
  }

  void require_refusal(Role role, std::int64_t cap_mb) {
    try {
      (void)request_bytes(role, (cap_mb + 1) << 20);
    } catch (const device::AllocationRefused&) {
      return;
    }
    fail("it was served");
  }

  // Requests seven eighths of the free memory under the cap, because the allocator rounds up.
  void request_what_is_left(Role role, std::int64_t cap_mb) {
    const device::MemoryUse memory = runtime_.memory(role);
    const std::int64_t left = (cap_mb << 20) - memory.reserved - memory.overhead;
    if (left <= 0) fail("nothing is left under it");
    (void)request_bytes(role, left / 8 * 7);
    runtime_.release_cached_memory(role);
  }

  machine::MachineReport& report_;
  const machine::DevicePlan& plan_;
  device::DeviceRuntime& runtime_;
  std::unique_ptr<SmallestStage> stage_;
  std::unique_ptr<contracts::Learner> learner_;
  stages::StageData data_;
  contracts::Batch batch_;  // prepared, on the data device
};

// Null if the engine cannot serve the plan; the report then has a failure.
std::unique_ptr<device::DeviceRuntime> find_gpus(machine::MachineReport& report, const config::Settings& settings,
                                                 const machine::DevicePlan& plan) {
  const auto failed = [&](Check which, const char* advice) {
    const std::string name = machine::name_of(which);
    report.fail(which, fmt::format("{}: {}", name, message_of(std::current_exception())), name + ": " + advice);
    return nullptr;
  };
  try {
    auto runtime = device::runtime_of(settings, plan);
    const auto seen = static_cast<int>(torch::cuda::device_count());
    const int planned = plan.mode == machine::DeviceMode::kDualGpu ? 2 : 1;
    if (seen != planned) fail(fmt::format("{}, expected {}", seen, planned));
    report.pass(Check::kLibtorchGpus, fmt::format("libtorch can see {} GPUs", seen));
    return runtime;
  } catch (const device::DriverTooOld&) {
    return failed(Check::kDriver, "update it, or train on the CPU with ./myxtts train --device cpu");
  } catch (...) {
    return failed(Check::kLibtorchGpus,
                  "build the engine for GPUs with MYXTTS_FLAVOUR=cuda ./myxtts, and compare with nvidia-smi -L");
  }
}

}  // namespace

void check_machine(machine::MachineReport& report, const machine::DevicePlan& plan, device::DeviceRuntime& runtime) {
  MachineChecks(report, plan, runtime).run();
}

bool validate_machine(const requests::ValidateRequest& request) {
  machine::MachineReport report = request.report;
  if (const auto runtime = find_gpus(report, request.settings, request.device_plan)) {
    check_machine(report, request.device_plan, *runtime);
  }
  fmt::print("{}", request.json ? machine::to_json(report) + "\n" : machine::to_text(report));
  return machine::all_passed(report);
}

}  // namespace myxtts::machine_check
