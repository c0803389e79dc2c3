#include "engine/commands.hpp"
#include "profiling/profile_run.hpp"

namespace myxtts::engine {

int run(const requests::ProfileRequest& request, core::Console& console) {
  profiling::profile(request, console);
  return 0;
}

}  // namespace myxtts::engine
