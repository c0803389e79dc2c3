#include "model/codec.hpp"

#include <string>

#include "architecture/speech.hpp"
#include "device/precision.hpp"

namespace myxtts::model {

// x + three convolutions of x, under the names net.0, net.2, net.4.
class ResidualBlock final : public torch::nn::Module {
 public:
  ResidualBlock(std::int64_t channels, Initialiser& initialiser) {
    const auto add = [&](const std::string& path, std::int64_t kernel) {
      return register_at(*this, path, std::make_shared<Convolution>(channels, channels, kernel, 1, initialiser));
    };
    first_ = add("net.0", 3);
    second_ = add("net.2", 3);
    last_ = add("net.4", 1);
  }

  [[nodiscard]] torch::Tensor forward(const torch::Tensor& x) const {
    return last_->forward(second_->forward(first_->forward(x).relu_()).relu_()) + x;
  }

 private:
  std::shared_ptr<Convolution> first_, second_, last_;
};

Codebook::Codebook(std::int64_t codes, std::int64_t dimensions, Initialiser& initialiser) {
  embed = register_buffer("embed", initialiser.normal({dimensions, codes}, 1.0));
  cluster_size = register_buffer("cluster_size", initialiser.constant({codes}, 0.0));
  embed_avg = register_buffer("embed_avg", embed.clone());
}

Codec::Codec(const CodecOptions& options, Initialiser& initialiser) : options_(options) {
  // Published files hold these buffers of a loss that XTTS v2 never uses; they are registered so that our files match.
  const auto unused = register_module("discrete_loss", std::make_shared<torch::nn::Module>());
  const auto counter = torch::dtype(torch::kInt64).device(initialiser.device());
  constexpr std::int64_t kPastBatches = 100;
  unused->register_buffer("accumulator_index", torch::zeros({1}, counter));
  unused->register_buffer("accumulator_filled", torch::zeros({1}, counter));
  unused->register_buffer("accumulator", initialiser.constant({kPastBatches, options.codes}, 0.0));
  add_encoder(initialiser);
  add_decoder(initialiser);
  codebook_ = register_module("codebook", std::make_shared<Codebook>(options.codes, options.dimensions, initialiser));
}

void Codec::add_encoder(Initialiser& initialiser) {
  const std::int64_t inner = 2 * options_.hidden;
  const auto convolution = [&](const std::string& path, std::int64_t inputs, std::int64_t outputs, std::int64_t kernel,
                               std::int64_t stride) {
    return register_at(*this, path, std::make_shared<Convolution>(inputs, outputs, kernel, stride, initialiser));
  };
  downsampling_ = {convolution("encoder.0.0", architecture::kMelBins, options_.hidden, 3, 2),
                   convolution("encoder.1.0", options_.hidden, inner, 3, 2)};
  for (std::int64_t i = 0; i < options_.blocks; ++i) {
    const std::string path = "encoder." + std::to_string(2 + i);
    encoder_blocks_.push_back(register_at(*this, path, std::make_shared<ResidualBlock>(inner, initialiser)));
  }
  to_latents_ = convolution("encoder." + std::to_string(2 + options_.blocks), inner, options_.dimensions, 1, 1);
}

void Codec::add_decoder(Initialiser& initialiser) {
  const std::int64_t inner = 2 * options_.hidden;
  const auto convolution = [&](const std::string& path, std::int64_t inputs, std::int64_t outputs,
                               std::int64_t kernel) {
    return register_at(*this, path, std::make_shared<Convolution>(inputs, outputs, kernel, 1, initialiser));
  };
  from_latents_ = convolution("decoder.0", options_.dimensions, inner, 1);
  for (std::int64_t i = 0; i < options_.blocks; ++i) {
    const std::string path = "decoder." + std::to_string(1 + i);
    decoder_blocks_.push_back(register_at(*this, path, std::make_shared<ResidualBlock>(inner, initialiser)));
  }
  const auto place = [&](std::int64_t after) { return "decoder." + std::to_string(1 + options_.blocks + after); };
  upsampling_ = {convolution(place(0) + ".0.conv", inner, inner, 3),
                 convolution(place(1) + ".0.conv", inner, options_.hidden, 3)};
  to_mels_ = convolution(place(2), options_.hidden, architecture::kMelBins, 1);
}

Codec::Output Codec::forward(const torch::Tensor& mels, Bottleneck bottleneck) const {
  Output output;
  output.latents = encode(mels);
  output.codes = quantise(output.latents.detach());
  const torch::Tensor nearest = entries(output.codes);
  output.commitment = (nearest - output.latents).square().mean(-1);
  const torch::Tensor passed =
      bottleneck == Bottleneck::kOpen ? output.latents : output.latents + (nearest - output.latents).detach();
  output.reconstruction = decode(passed).narrow(2, 0, mels.size(2));
  return output;
}

torch::Tensor Codec::encode(const torch::Tensor& mels) const {
  torch::Tensor x = mels;
  for (const auto& convolution : downsampling_) x = convolution->forward(x).relu_();
  for (const auto& block : encoder_blocks_) x = block->forward(x);
  return to_latents_->forward(x).transpose(1, 2);
}

torch::Tensor Codec::quantise(const torch::Tensor& latents) const {
  const torch::NoGradGuard no_gradient;
  const device::FullPrecision full_precision;
  const torch::Tensor& embed = codebook_->embed;
  const torch::Tensor vectors = latents.to(torch::kFloat32).reshape({-1, embed.size(0)});
  // |v - e|^2 without |v|^2, which is the same for every entry.
  const torch::Tensor distances = torch::addmm(embed.square().sum(0, /*keepdim=*/true), vectors, embed, 1, -2);
  return distances.argmin(1).view({latents.size(0), latents.size(1)});
}

torch::Tensor Codec::entries(const torch::Tensor& codes) const {
  return torch::embedding(codebook_->embed.transpose(0, 1), codes);
}

torch::Tensor Codec::decode(const torch::Tensor& codes_or_vectors) const {
  const torch::Tensor vectors = codes_or_vectors.is_floating_point() ? codes_or_vectors : entries(codes_or_vectors);
  torch::Tensor x = from_latents_->forward(vectors.transpose(1, 2));
  for (const auto& block : decoder_blocks_) x = block->forward(x);
  for (const auto& convolution : upsampling_) {
    x = convolution->forward(torch::upsample_nearest1d(x, {2 * x.size(2)})).relu_();
  }
  return to_mels_->forward(x);
}

void Codec::set_mean(const torch::Tensor& mel_mean) {
  const torch::NoGradGuard no_gradient;
  Convolution& first = *downsampling_.front();
  first.bias.sub_(first.weight.sum(2).mv(mel_mean));
  to_mels_->bias.copy_(mel_mean);
}

}  // namespace myxtts::model
