#pragma once
// Updates of a codebook from the latents: moving averages, replacement of dead entries, and initial entries by k-means.
// No function waits for the device.

#include <torch/types.h>

#include <cstdint>

#include "model/codec.hpp"

namespace myxtts::model {

struct CodebookUpdateOptions {
  double decay = 0.95;       // of the moving averages
  double dead_count = 0.05;  // an entry with an average count below this is dead
};

class CodebookUpdate {
 public:
  explicit CodebookUpdate(const CodebookUpdateOptions& options) : options_(options) {}

  // Moves every entry towards the latents assigned to it; a latent of the batch replaces a dead entry, with count 1.
  // Has no effect if found_inf is not 0, like the optimiser.
  // Shapes: latents [R, C, dimensions], chosen int64 [R, C], found_inf float32 [], replacements int64 [codes]: for each
  // entry the flat position (below R * C) of the latent that replaces it if it is dead.
  // Source: van den Oord et al., "Neural discrete representation learning" (2017), appendix A.1, with XTTS v2's Laplace
  // smoothing of the counts (1e-5). Deviation: dead entries are replaced.
  void apply(Codec& codec, const torch::Tensor& latents, const torch::Tensor& chosen, const torch::Tensor& found_inf,
             const torch::Tensor& replacements) const;

 private:
  CodebookUpdateOptions options_;
};

// Sets the codec's entries to `centres`, each with count 1. Shapes: centres [codes, dimensions].
void set_entries(Codec& codec, const torch::Tensor& centres);

// The random vectors that kmeans() takes: positions of `vectors` (N > 0) in a row for its start and one for each round,
// on the CPU. No position comes twice in a row if there are enough.
// Shapes: -> int64 [rounds + 1, centres].
[[nodiscard]] torch::Tensor kmeans_draws(std::int64_t vectors, std::int64_t centres, std::int64_t rounds,
                                         std::uint64_t seed);

// Cluster centres by Lloyd's algorithm, which starts from the first row of `draws`; in each round, a centre that is
// nearest to no vector is replaced by the round's draw. The host waits for nothing.
// Shapes: vectors float32 [N, D], draws by kmeans_draws(), on the same device -> [centres, D].
[[nodiscard]] torch::Tensor kmeans(const torch::Tensor& vectors, const torch::Tensor& draws);

}  // namespace myxtts::model
