#include "engine/commands.hpp"
#include "speech/speech.hpp"

namespace myxtts::engine {

int run(const requests::SynthesizeRequest& request, core::Console& console) {
  speech::synthesize(request, console);
  return 0;
}

}  // namespace myxtts::engine
