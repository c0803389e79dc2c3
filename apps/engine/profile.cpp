#include "engine/commands.hpp"
#include "system/profile_run.hpp"

namespace myxtts::engine {

int run(const requests::ProfileRequest& request, core::Console& console) {
  system::profile(request, console);
  return 0;
}

}  // namespace myxtts::engine
