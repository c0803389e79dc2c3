#include "evaluation/preflight.hpp"

#include <fmt/format.h>

#include "device/out_of_memory.hpp"
#include "device/planned_devices.hpp"
#include "evaluation/clip_losses.hpp"
#include "evaluation/evaluation_options.hpp"
#include "quality/preflight.hpp"
#include "report/preflight_report.hpp"

namespace myxtts::evaluation {

bool preflight(const requests::PreflightRequest& request, core::Console& console) {
  core::FileSystem& files = core::local_file_system();
  const auto runtime = device::runtime_of(request.settings, request.device_plan);
  quality::Preflight found;
  const auto measure = [&] {
    const auto session = runtime->enter(device::Role::kModel);
    const speech::LoadedVoice voice =
        speech::load_voice_model(request.checkpoint, runtime->device(device::Role::kModel), console);
    found = quality::preflight(files, request.settings, quality::Depth::kSamples);
    console.info(fmt::format("Measuring the voice model's loss on {} clips ...", found.checked.dataset.size()));
    const device::Precision precision = device::set_arithmetic(request.settings.run, voice.device);
    found.losses = clip_losses(voice, found.checked.dataset, precision);
  };
  device::translate_out_of_memory(device::Role::kModel, *runtime, measure, device::Work::kSpeech);
  report::publish_preflight(found, {.json = request.json, .html = request.html.value_or("")}, files, console);
  return found.passed();
}

}  // namespace myxtts::evaluation
