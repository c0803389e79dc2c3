#include "engine/commands.hpp"
#include "system/speech.hpp"

namespace myxtts::engine {

int run(const requests::SynthesizeRequest& request, core::Console& console) {
  system::synthesize(request, console);
  return 0;
}

}  // namespace myxtts::engine
