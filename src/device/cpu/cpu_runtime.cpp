// The runtime without streams: all work is done when the call returns.

#include <stdexcept>

#include "core/stopwatch.hpp"
#include "device/role_allocator.hpp"
#include "device/runtime.hpp"
#include "device/thread_budget.hpp"

namespace myxtts::device {
namespace {

class CpuSession final : public RoleSession {
 public:
  CpuSession(Role role, int threads) : role_(role), budget_(threads) {
    if (role == Role::kData) lower_thread_priority();
  }

 private:
  RoleScope role_;
  ThreadBudget budget_;
};

struct CpuMoment final : Event::State {
  explicit CpuMoment(double at) : seconds(at) {}
  double seconds;
};

class CpuRuntime final : public DeviceRuntime {
 public:
  explicit CpuRuntime(const RuntimeOptions& options) : options_(options) {}

  torch::Device device(Role role) const override {
    require_role(role);
    return torch::kCPU;
  }

  int threads(Role role) const override {
    require_role(role);
    return role == Role::kData ? options_.data_threads : options_.model_threads;
  }

  std::unique_ptr<RoleSession> enter(Role role) override { return std::make_unique<CpuSession>(role, threads(role)); }

  Event record(Stream) override { return {}; }
  Event record_timed(Stream) override { return Event(std::make_shared<CpuMoment>(watch_.seconds())); }
  std::optional<double> seconds_of(const Event& event) const override {
    const auto* moment = dynamic_cast<const CpuMoment*>(event.state());
    return moment == nullptr ? std::nullopt : std::optional(moment->seconds);
  }
  double now_seconds() const override { return watch_.seconds(); }
  void wait_on_device(const Event&, Stream) override {}
  void wait_on_host(const Event&) override {}

  torch::Tensor allocate_transfer_buffer(std::int64_t bytes) override {
    const RoleScope scope(Role::kModel);
    return torch::empty({bytes}, torch::kUInt8);
  }

  void copy_async(const torch::Tensor& destination, const torch::Tensor& source) override {
    const torch::NoGradGuard no_grad;
    destination.copy_(source);
  }

  TransferRoute route() const override { return TransferRoute::kLocal; }

  MemoryUse memory(Role role) const override {
    require_role(role);
    const std::int64_t live = device::live_bytes(role);
    return {live, device::peak_bytes(role), live, 0, device::cap(role)};
  }
  void release_cached_memory(Role) override {}  // freed memory is never kept

 private:
  static void require_role(Role role) {
    if (role == Role::kNone) throw std::logic_error("only the data role and the model role have a device");
  }

  RuntimeOptions options_;
  core::Stopwatch watch_;
};

}  // namespace

std::unique_ptr<DeviceRuntime> make_cpu_runtime(const RuntimeOptions& options) {
  if (!options.data_device.is_cpu() || !options.model_device.is_cpu()) {
    throw std::invalid_argument("the CPU runtime serves the CPU only");
  }
  install_role_allocator();
  set_cap(Role::kData, options.data_cap_bytes);
  set_cap(Role::kModel, options.model_cap_bytes);
  return std::make_unique<CpuRuntime>(options);
}

}  // namespace myxtts::device
