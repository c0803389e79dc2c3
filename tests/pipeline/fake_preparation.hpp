#pragma once
// A preparation of small tensors that are a function of the plan, and what goes wrong in it at will.

#include <chrono>
#include <functional>
#include <thread>
#include <utility>
#include <vector>

#include "preparation/preparation.hpp"

namespace myxtts::pipeline::test {

class FakePreparation final : public preparation::Preparation {
 public:
  using Hook = std::function<void(std::uint64_t sequence)>;

  FakePreparation() = default;
  FakePreparation(Hook on_decode, Hook on_prepare)
      : on_decode_(std::move(on_decode)), on_prepare_(std::move(on_prepare)) {}

  [[nodiscard]] preparation::RawBatch decode(const planning::BatchPlan& plan) const override {
    if (on_decode_) on_decode_(plan.sequence);
    preparation::RawBatch raw;
    raw.plan = plan;
    return raw;
  }

  [[nodiscard]] contracts::Batch prepare(preparation::RawBatch raw) override {
    if (on_prepare_) on_prepare_(raw.plan.sequence);
    const auto sequence = static_cast<std::int64_t>(raw.plan.sequence);
    contracts::Batch batch{preparation::header_of(raw), {}};
    const auto number = static_cast<double>(sequence);
    const torch::Tensor mels = torch::arange(24 * (1 + sequence % 3), torch::kFloat32) + number;
    batch.payload = contracts::CodecBatch{mels.view({1 + sequence % 3, 3, 8}), torch::full({2, 8}, number + 0.5)};
    return batch;
  }

  [[nodiscard]] std::vector<torch::Tensor> kept_tensors() const override { return {}; }

 private:
  Hook on_decode_;
  Hook on_prepare_;
};

inline planning::BatchPlan plan_of(std::uint64_t sequence) {
  planning::BatchPlan plan;
  plan.sequence = sequence;
  return plan;
}

inline void pause(std::chrono::milliseconds time) { std::this_thread::sleep_for(time); }

}  // namespace myxtts::pipeline::test
