#include "dataset/clip_limit.hpp"

namespace myxtts::dataset {

bool within_limit(std::size_t rejected, std::size_t total, double max_rejected) {
  return rejected < total && static_cast<double>(rejected) <= max_rejected * static_cast<double>(total);
}

}  // namespace myxtts::dataset
