#include "engine/commands.hpp"
#include "speech/speech.hpp"

namespace myxtts::engine {

int run(const requests::ResynthesizeRequest& request, core::Console& console) {
  speech::resynthesize(request, console);
  return 0;
}

}  // namespace myxtts::engine
