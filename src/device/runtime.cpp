#include "device/runtime.hpp"

namespace myxtts::device {

std::string_view name_of(TransferRoute route) {
  switch (route) {
    case TransferRoute::kLocal:
      return "local";
    case TransferRoute::kPeer:
      return "peer";
    case TransferRoute::kStaged:
      return "staged";
  }
  return "unknown";
}

}  // namespace myxtts::device
