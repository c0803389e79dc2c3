#include "device/cuda/peer_route.hpp"

#include <ATen/cuda/PeerToPeerAccess.h>

#include "device/role.hpp"

namespace myxtts::device {
namespace {

constexpr std::int64_t kProbeWords = std::int64_t{1} << 20;  // 8 bytes each
constexpr int kProbes = 4;

// Each word has a different value, also between probes, so that lost, moved and old words are detected.
torch::Tensor words_of(int probe) {
  constexpr std::int64_t kOddMultiplier = 0x1E3779B97F4A7C15;
  return (torch::arange(kProbeWords, torch::kInt64) + probe * kProbeWords).mul_(kOddMultiplier);
}

torch::Tensor copy_of(const torch::Tensor& words, Role role, const torch::Device& device) {
  const RoleScope scope(role);  // so that it counts for its GPU's role, and is refused over that role's cap
  return words.to(device);
}

bool arrives_whole(const torch::Device& source, const torch::Device& destination) {
  const torch::NoGradGuard no_grad;
  const torch::Tensor received = copy_of(torch::zeros({kProbeWords}, torch::kInt64), Role::kModel, destination);
  for (int probe = 0; probe < kProbes; ++probe) {
    const torch::Tensor words = words_of(probe);
    const torch::Tensor sent = copy_of(words, Role::kData, source);
    received.copy_(sent);
    if (!torch::equal(received.cpu(), words)) return false;
  }
  return true;
}

}  // namespace

TransferRoute find_route(const torch::Device& source, const torch::Device& destination) {
  if (source == destination) return TransferRoute::kLocal;
  const bool offered = at::cuda::get_p2p_access(source.index(), destination.index());
  return offered && arrives_whole(source, destination) ? TransferRoute::kPeer : TransferRoute::kStaged;
}

}  // namespace myxtts::device
