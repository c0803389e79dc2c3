#include "engine/commands.hpp"
#include "system/speech.hpp"

namespace myxtts::engine {

int run(const requests::ResynthesizeRequest& request, core::Console& console) {
  system::resynthesize(request, console);
  return 0;
}

}  // namespace myxtts::engine
