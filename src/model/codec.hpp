#pragma once
// Mels to audio codes and back: a discrete variational autoencoder under XTTS v2's parameter names ("dvae.pth").

#include <torch/nn/module.h>
#include <torch/types.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "architecture/model_options.hpp"
#include "model/layers.hpp"

namespace myxtts::model {

using architecture::CodecOptions;

// The entries and their moving averages. They are buffers, because CodebookUpdate sets them, not a gradient.
class Codebook final : public torch::nn::Module {
 public:
  Codebook(std::int64_t codes, std::int64_t dimensions, Initialiser& initialiser);

  torch::Tensor embed;         // [dimensions, codes]
  torch::Tensor cluster_size;  // [codes], average count of vectors in a batch
  torch::Tensor embed_avg;     // [dimensions, codes], average sum of those vectors
};

class ResidualBlock;

class Codec final : public torch::nn::Module {
 public:
  enum class Bottleneck { kQuantised, kOpen };

  struct Output {
    torch::Tensor reconstruction;  // [R, M, T]
    torch::Tensor commitment;      // [R, C]: mean squared distance from each latent to its entry
    torch::Tensor codes;           // int64 [R, C]
    torch::Tensor latents;         // [R, C, dimensions]
  };

  Codec(const CodecOptions& options, Initialiser& initialiser);

  // Encodes, quantises and decodes the mels; the gradient passes straight through the quantisation. kOpen decodes the
  // unquantised latents (codes and commitment as usual): for the steps before the first codebook is set.
  // Shapes: mels [R, M, T].
  [[nodiscard]] Output forward(const torch::Tensor& mels, Bottleneck bottleneck = Bottleneck::kQuantised) const;

  // Shapes: mels [R, M, T] -> [R, C, dimensions], C = ceil(T / 4).
  [[nodiscard]] torch::Tensor encode(const torch::Tensor& mels) const;
  // The nearest entry of each latent; distances are float32 for any dtype of the latents.
  // Shapes: [R, C, dimensions] -> int64 [R, C].
  [[nodiscard]] torch::Tensor quantise(const torch::Tensor& latents) const;
  // Shapes: int64 [R, C] -> [R, C, dimensions].
  [[nodiscard]] torch::Tensor entries(const torch::Tensor& codes) const;
  // Mels of codes (int64 [R, C]) or of quantised vectors ([R, C, dimensions]).
  // Shapes: -> [R, M, 4 C].
  [[nodiscard]] torch::Tensor decode(const torch::Tensor& codes_or_vectors) const;
  // The audio codes of mels. Shapes: [R, M, T] -> int64 [R, C].
  [[nodiscard]] torch::Tensor codes(const torch::Tensor& mels) const { return quantise(encode(mels)); }

  // Sets a new codec's biases from the data's mean: the first convolution acts as if the mean were subtracted from the
  // mels, and the mean is the bias of the decoder's output. Call once, before training. Shapes: mel_mean [M].
  void set_mean(const torch::Tensor& mel_mean);

  [[nodiscard]] const CodecOptions& options() const { return options_; }
  [[nodiscard]] Codebook& codebook() { return *codebook_; }
  [[nodiscard]] const Codebook& codebook() const { return *codebook_; }

 private:
  void add_encoder(Initialiser& initialiser);
  void add_decoder(Initialiser& initialiser);

  CodecOptions options_;
  std::vector<std::shared_ptr<Convolution>> downsampling_;
  std::vector<std::shared_ptr<ResidualBlock>> encoder_blocks_;
  std::shared_ptr<Convolution> to_latents_;
  std::shared_ptr<Convolution> from_latents_;
  std::vector<std::shared_ptr<ResidualBlock>> decoder_blocks_;
  std::vector<std::shared_ptr<Convolution>> upsampling_;
  std::shared_ptr<Convolution> to_mels_;
  std::shared_ptr<Codebook> codebook_;
};

}  // namespace myxtts::model
