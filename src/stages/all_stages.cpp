#include "stages/all_stages.hpp"

#include <array>

#include "stages/codec.hpp"
#include "stages/voice.hpp"

namespace myxtts::stages {

StageList all_stages() {
  static const std::array<const Stage*, 2> stages{&codec_stage(), &voice_stage()};
  return stages;
}

}  // namespace myxtts::stages
