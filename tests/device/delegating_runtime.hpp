#pragma once
// A runtime that leaves everything to another one; a test changes a part.

#include "device/runtime.hpp"

namespace myxtts::device {

class DelegatingRuntime : public DeviceRuntime {
 public:
  explicit DelegatingRuntime(DeviceRuntime& inner) : inner_(inner) {}

  torch::Device device(Role role) const override { return inner_.device(role); }
  int threads(Role role) const override { return inner_.threads(role); }
  std::unique_ptr<RoleSession> enter(Role role) override { return inner_.enter(role); }
  std::unique_ptr<RoleSession> enter_transfer() override { return inner_.enter_transfer(); }
  Event record(Stream stream) override { return inner_.record(stream); }
  void wait_on_device(const Event& event, Stream stream) override { inner_.wait_on_device(event, stream); }
  Event record_timed(Stream stream) override { return inner_.record_timed(stream); }
  std::optional<double> seconds_of(const Event& event) const override { return inner_.seconds_of(event); }
  double now_seconds() const override { return inner_.now_seconds(); }
  void wait_on_host(const Event& event) override { inner_.wait_on_host(event); }
  torch::Tensor allocate_transfer_buffer(std::int64_t bytes) override { return inner_.allocate_transfer_buffer(bytes); }
  void copy_async(const torch::Tensor& destination, const torch::Tensor& source) override {
    inner_.copy_async(destination, source);
  }
  TransferRoute route() const override { return inner_.route(); }
  void measure_overhead() override { inner_.measure_overhead(); }
  MemoryUse memory(Role role) const override { return inner_.memory(role); }
  void release_cached_memory(Role role) override { inner_.release_cached_memory(role); }

 private:
  DeviceRuntime& inner_;
};

}  // namespace myxtts::device
