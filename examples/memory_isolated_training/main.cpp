// Trains a voice on two GPUs, each under a memory cap of its own.
//
//   memory_isolated_training DATA OUTPUT              data GPU 0, model GPU 1
//   memory_isolated_training DATA OUTPUT CONFIG cpu   both roles on the CPU under the same caps, settings from a file
//
// DATA is a folder in the LJSpeech layout; the run's folder is OUTPUT.

#include <config/fields.hpp>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <myxtts/trainer.hpp>
#include <string>
#include <vector>

namespace {

std::string read_file(const std::string& name) {
  std::ifstream stream(name);
  if (!stream) throw myxtts::core::ConfigError("cannot read " + name);
  return {std::istreambuf_iterator<char>(stream), {}};
}

void print(const char* name, const myxtts::RoleMemoryStats& stats) {
  std::printf("%s %d is %s: cap %lldMB, %lldMB of %lldMB in use (%.1f%%)\n", name, stats.id, stats.device.c_str(),
              static_cast<long long>(stats.limit_mb), static_cast<long long>(stats.info.used_mb),
              static_cast<long long>(stats.info.total_mb), stats.info.utilization);
}

int train(const std::vector<std::string>& arguments) {
  myxtts::MemoryIsolatedDualGPUTrainerOptions options;
  options.config = myxtts::config::preset("tiny");
  options.output = arguments.at(1);
  if (arguments.size() > 2) myxtts::config::load_toml(options.config, read_file(arguments[2]), arguments[2]);
  if (arguments.size() > 3) options.device = arguments[3];

  myxtts::MemoryIsolatedDualGPUTrainer trainer(options);
  const std::string run = trainer.train(arguments.at(0), "", 1);

  const myxtts::MemoryStats stats = trainer.get_memory_stats();
  print("Data GPU", stats.data_gpu);
  print("Model GPU", stats.model_gpu);
  myxtts::log_memory_stats({options.data_gpu_id, options.model_gpu_id, {}});
  std::printf("Speak: ./myxtts synthesize --checkpoint %s --text \"...\" --output speech.wav\n", run.c_str());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() < 2) {
    std::fprintf(stderr, "usage: memory_isolated_training DATA OUTPUT [CONFIG [cpu]]\n");
    return 2;
  }
  try {
    return train(arguments);
  } catch (const myxtts::core::Error& error) {  // no GPUs, an out-of-memory error, ...: this process could go on
    std::fprintf(stderr, "%s\n", error.what());
    return error.exit_code();
  }
}
