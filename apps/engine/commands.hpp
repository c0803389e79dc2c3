#pragma once
// The engine's commands, one file each. They return the program's exit code and throw core::Error.

#include "core/console.hpp"
#include "requests/requests.hpp"

namespace myxtts::engine {

int run(const requests::TrainRequest& request, core::Console& console);
int run(const requests::SynthesizeRequest& request, core::Console& console);
int run(const requests::ResynthesizeRequest& request, core::Console& console);
int run(const requests::EvaluateRequest& request, core::Console& console);
int run(const requests::ProfileRequest& request, core::Console& console);
int run(const requests::PreflightRequest& request, core::Console& console);
int run(const requests::ValidateRequest& request, core::Console& console);

}  // namespace myxtts::engine
