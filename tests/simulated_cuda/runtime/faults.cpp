#include "simulated_cuda/runtime/faults.hpp"

#include <atomic>
#include <random>
#include <thread>

#include "simulated_cuda/runtime/settings.hpp"

namespace myxtts::simulated_cuda {
namespace {

std::atomic<std::int64_t> peer_copies{0};
std::atomic<std::int64_t> waits{0};
std::atomic<std::int64_t> records{0};

}  // namespace

std::chrono::nanoseconds random_delay(const Item& item) {
  if (settings().seed == 0) return {};
  std::seed_seq seed{settings().seed, static_cast<std::uint64_t>(item.stream), item.number};
  std::minstd_rand random(seed);
  if (random() % 8 != 0) return {};
  return std::chrono::nanoseconds(random() % 1'000'000);
}

void delay_copy() {
  if (settings().copy_delay_us > 0) std::this_thread::sleep_for(std::chrono::microseconds(settings().copy_delay_us));
}

bool corrupts_peer_copy() {
  const std::int64_t corrupt = settings().corrupt_peer_copy;
  return corrupt < 0 || ++peer_copies == corrupt;
}

bool forgets_wait() {
  return settings().forget_waits > 0 && waits++ % settings().forget_waits == settings().forget_wait;
}

bool forgets_record() {
  return settings().forget_records > 0 && records++ % settings().forget_records == settings().forget_record;
}

}  // namespace myxtts::simulated_cuda
