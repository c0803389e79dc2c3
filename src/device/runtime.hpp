#pragma once
// Where each role's work runs: devices, streams, events, copies and thread budgets. A CPU has no streams: every event
// is complete as soon as it is recorded, and every copy when the call returns.

#include <torch/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "device/role.hpp"

namespace myxtts::device {

// Queues of work; each keeps its own order, and only events order one with respect to another.
enum class Stream { kData, kModel, kTransfer };

// A point in a stream's work. Copies share it; a default-constructed one has always passed.
class Event {
 public:
  struct State {
    virtual ~State() = default;
  };

  Event() = default;
  explicit Event(std::shared_ptr<State> state) : state_(std::move(state)) {}
  [[nodiscard]] State* state() const { return state_.get(); }

 private:
  std::shared_ptr<State> state_;
};

// How a batch gets from the data role's device to the model role's.
enum class TransferRoute {
  kLocal,   // both roles use one device
  kPeer,    // directly from GPU to GPU; the pair has passed a probe
  kStaged,  // through pinned host memory
};

// "local", "peer", "staged"
[[nodiscard]] std::string_view name_of(TransferRoute route);

// What a role holds on its device. Units: bytes.
struct MemoryUse {
  std::int64_t live = 0;      // bytes of tensors
  std::int64_t peak = 0;      // maximum of `live`
  std::int64_t reserved = 0;  // live, plus what the allocator keeps for reuse
  std::int64_t overhead = 0;  // context, libraries and workspaces: what the process takes outside the allocator
  std::int64_t cap = 0;       // limit of reserved plus overhead; 0: no cap
};

// As long as it exists, the thread that made it works for a role.
class RoleSession {
 public:
  virtual ~RoleSession() = default;
};

struct RuntimeOptions {
  torch::Device data_device{torch::kCPU};
  torch::Device model_device{torch::kCPU};
  int data_threads = 1;  // thread budget of the data role's thread
  int model_threads = 1;
  std::int64_t data_cap_bytes = 0;  // 0: no cap
  std::int64_t model_cap_bytes = 0;
  // The driver's figure for the memory of this process on a role's GPU, context and libraries included; no value if the
  // driver does not know it. Units: bytes.
  std::function<std::optional<std::int64_t>(Role)> process_bytes;
};

// Thread: all calls are thread-safe. The runtime must outlive its events, its sessions and all objects that refer to
// it.
class DeviceRuntime {
 public:
  virtual ~DeviceRuntime() = default;

  // The device of a role. Throws: std::logic_error for kNone.
  [[nodiscard]] virtual torch::Device device(Role role) const = 0;

  // The thread budget of a role's thread. Throws: std::logic_error for kNone.
  [[nodiscard]] virtual int threads(Role role) const = 0;

  // Makes the calling thread work for `role`: its allocations are counted for the role, and its operators use the
  // role's thread budget and stream. The data role's thread also gets a lower priority than the model's, for the rest
  // of the thread's life (an ordinary user cannot raise it again).
  // Thread: the session ends on the thread that began it.
  [[nodiscard]] virtual std::unique_ptr<RoleSession> enter(Role role) = 0;
  // Same as enter() for the model role, but operators use the transfer stream on whichever device they run.
  [[nodiscard]] virtual std::unique_ptr<RoleSession> enter_transfer() { return enter(Role::kModel); }

  // An event that passes when all work enqueued on `stream` so far is done.
  [[nodiscard]] virtual Event record(Stream stream) = 0;
  // Work enqueued on `stream` from now on starts after the event; the host does not wait.
  virtual void wait_on_device(const Event& event, Stream stream) = 0;
  // Same as record(), but with a time that seconds_of() can read.
  [[nodiscard]] virtual Event record_timed(Stream stream) = 0;
  // The time when an event of record_timed() passed: seconds since the runtime was made, on one clock for all devices;
  // no value if it has not passed yet. Never waits.
  [[nodiscard]] virtual std::optional<double> seconds_of(const Event& event) const = 0;
  // The current time on the same clock, to measure work of host threads.
  [[nodiscard]] virtual double now_seconds() const = 0;
  // Blocks the calling thread until the event has passed.
  virtual void wait_on_host(const Event& event) = 0;

  // A flat buffer on the model device that is counted for the model role and written on the transfer stream.
  // Shapes: uint8 [bytes]. Throws: AllocationRefused over the model role's cap.
  [[nodiscard]] virtual torch::Tensor allocate_transfer_buffer(std::int64_t bytes) = 0;

  // Enqueues a copy of `source` into `destination`, which is contiguous and on the model device; the caller may release
  // `source` as soon as the call returns.
  // Shapes: both have the same shape and dtype. Stream: transfer.
  virtual void copy_async(const torch::Tensor& destination, const torch::Tensor& source) = 0;

  [[nodiscard]] virtual TransferRoute route() const = 0;

  // Measures what the process takes outside the allocator and uses it instead of the reserve (1 GiB on a GPU, 0 on a
  // CPU). Call it once both roles have done their first step, and whenever the overhead may have grown.
  virtual void measure_overhead() {}
  // What a role holds on its device now. Throws: std::logic_error for kNone.
  [[nodiscard]] virtual MemoryUse memory(Role role) const = 0;
  // Frees the memory that the role's allocator keeps for reuse and no tensor needs.
  virtual void release_cached_memory(Role role) = 0;
};

// Both roles on the CPU, each with its own threads and budget; installs the role allocator and sets its caps.
// Throws: std::invalid_argument when a device of the options is no CPU.
[[nodiscard]] std::unique_ptr<DeviceRuntime> make_cpu_runtime(const RuntimeOptions& options);

// The runtime for the options' devices. Defined once in each flavour of the engine: cpu/flavour/ and cuda/.
// Throws: core::DeviceError when this flavour or this machine cannot serve them.
[[nodiscard]] std::unique_ptr<DeviceRuntime> make_runtime(const RuntimeOptions& options);

}  // namespace myxtts::device
