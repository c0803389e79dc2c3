#include "system/preflight.hpp"

#include "engine/commands.hpp"

namespace myxtts::engine {

int run(const requests::PreflightRequest& request, core::Console& console) {
  return system::preflight(request, console) ? 0 : 1;
}

}  // namespace myxtts::engine
