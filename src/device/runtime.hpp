#pragma once
// Where each role's work runs: devices, streams, events, copies and thread budgets. A CPU has no streams: there every
// event is complete when it is recorded and every copy when it is made.

#include <torch/torch.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "device/role.hpp"

namespace myxtts::device {

// Queues of work; each keeps its own order and is ordered with another only by events.
enum class Stream { kData, kModel, kTransfer };

// A moment of a stream. Copies share it; a default one has always passed.
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
  kLocal,   // they are one device
  kPeer,    // straight from GPU to GPU; the pair has passed a probe
  kStaged,  // by way of pinned host memory
};

// "local", "peer", "staged"
[[nodiscard]] std::string_view name_of(TransferRoute route);

// What a role holds on its device. Units: bytes.
struct MemoryUse {
  std::int64_t live = 0;      // of tensors
  std::int64_t peak = 0;      // of `live`
  std::int64_t reserved = 0;  // live, and what the allocator keeps for reuse
  std::int64_t overhead = 0;  // context, libraries and workspaces: what the process takes beside the allocator
  std::int64_t cap = 0;       // of reserved and overhead together; 0: none
};

// While it lives, its thread works for a role.
class RoleSession {
 public:
  virtual ~RoleSession() = default;
};

struct RuntimeOptions {
  torch::Device data_device{torch::kCPU};
  torch::Device model_device{torch::kCPU};
  int data_threads = 1;  // of the thread that works for the data role
  int model_threads = 1;
  std::int64_t data_cap_bytes = 0;  // 0: no cap
  std::int64_t model_cap_bytes = 0;
  std::int64_t pinned_cap_bytes = std::int64_t{1} << 30;  // of page-locked host memory, which staged copies go through
  // What the driver says that this process takes on a role's GPU, context and libraries included; nothing where it
  // cannot say. Units: bytes.
  std::function<std::optional<std::int64_t>(Role)> process_bytes;
};

// Thread: all calls are thread-safe. The runtime outlives its events, its sessions and whatever it is lent to.
class DeviceRuntime {
 public:
  virtual ~DeviceRuntime() = default;

  // The device of a role. Throws: std::logic_error for kNone.
  [[nodiscard]] virtual torch::Device device(Role role) const = 0;

  // The thread budget of a role's thread. Throws: std::logic_error for kNone.
  [[nodiscard]] virtual int threads(Role role) const = 0;

  // Makes the calling thread work for `role`: its allocations are counted as the role's, its operators use the role's
  // thread budget and stream. The data role's thread also yields to the model's: its priority is lowered, and stays so
  // for the rest of the thread's life (an ordinary user cannot raise it again).
  // Thread: the session ends on the thread that began it.
  [[nodiscard]] virtual std::unique_ptr<RoleSession> enter(Role role) = 0;
  // As enter() for the model role, but operators use the transfer stream, whichever device they run on.
  [[nodiscard]] virtual std::unique_ptr<RoleSession> enter_transfer() { return enter(Role::kModel); }

  // An event that passes when all work enqueued on `stream` so far is done.
  [[nodiscard]] virtual Event record(Stream stream) = 0;
  // Work enqueued on `stream` from now on starts after the event; the host goes on at once.
  virtual void wait_on_device(const Event& event, Stream stream) = 0;
  // As record(), and seconds_of() can tell when it passed.
  [[nodiscard]] virtual Event record_timed(Stream stream) = 0;
  // When an event of record_timed() passed: seconds since the runtime was made, on one clock for all devices; nothing
  // while it has not passed. Never waits.
  [[nodiscard]] virtual std::optional<double> seconds_of(const Event& event) const = 0;
  // Now, on the same clock: for work of host threads.
  [[nodiscard]] virtual double now_seconds() const = 0;
  // Blocks the calling thread until the event has passed.
  virtual void wait_on_host(const Event& event) = 0;

  // A flat buffer on the model device that belongs to the model role and is written by the transfer stream.
  // Shapes: uint8 [bytes]. Throws: AllocationRefused over the model role's cap.
  [[nodiscard]] virtual torch::Tensor allocate_transfer_buffer(std::int64_t bytes) = 0;

  // Enqueues a copy of `source` into `destination`, which is contiguous and on the model device; `source` may be
  // dropped as soon as the call returns.
  // Shapes: both alike, in dtype too. Stream: transfer.
  virtual void copy_async(const torch::Tensor& destination, const torch::Tensor& source) = 0;

  [[nodiscard]] virtual TransferRoute route() const = 0;

  // Replaces the reserve for what the process takes beside the allocator (1 GiB on a GPU, nothing on a CPU) by what it
  // is seen to take: to be called once both roles have done their first step, and whenever it may have grown.
  virtual void measure_overhead() {}
  // What a role holds on its device now. Throws: std::logic_error for kNone.
  [[nodiscard]] virtual MemoryUse memory(Role role) const = 0;
  // Gives back what the role's allocator keeps for reuse and no tensor needs.
  virtual void release_cached_memory(Role role) = 0;
};

// Both roles on the CPU, on threads and budgets of their own; installs the role allocator and sets its caps.
// Throws: std::invalid_argument when a device of the options is no CPU.
[[nodiscard]] std::unique_ptr<DeviceRuntime> make_cpu_runtime(const RuntimeOptions& options);

// The runtime for the options' devices. Defined once in each flavour of the engine: cpu/flavour/ and cuda/.
// Throws: core::DeviceError when this flavour or this machine cannot serve them.
[[nodiscard]] std::unique_ptr<DeviceRuntime> make_runtime(const RuntimeOptions& options);

}  // namespace myxtts::device
