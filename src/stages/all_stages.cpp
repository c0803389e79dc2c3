#include "stages/all_stages.hpp"

#include <array>

#include "stages/catalogue/catalogue.hpp"
#include "stages/codec.hpp"
#include "stages/voice.hpp"

namespace myxtts::stages {

StageList all_stages() {
  static const std::array<const Stage*, 2> stages{&codec_stage(), &voice_stage()};
  return stages;
}

const Stage& speaking_stage() { return stage_named(all_stages(), kSpeaking.name); }

}  // namespace myxtts::stages
