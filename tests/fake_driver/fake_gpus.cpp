#include "fake_gpus.hpp"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string_view>

namespace fake_driver {
namespace {

std::string made_up_uuid(const char* kind, int gpu, int slice) {
  char text[64];
  std::snprintf(text, sizeof text, "%s-%08x-fa4e-4000-8000-%012x", kind, 0x10000000 * (gpu + 1), slice);
  return text;
}

std::vector<int> all_but(int index, int count) {
  const char* links = std::getenv("MYXTTS_FAKE_PEER_LINKS");
  std::vector<int> others;
  for (int other = 0; other < count; ++other) {
    if (other != index && (links == nullptr || std::string_view(links) != "0")) others.push_back(other);
  }
  return others;
}

Gpu gpu_of(const nlohmann::json& document, int index, int count) {
  Gpu gpu;
  gpu.index = index;
  gpu.total_mb = document.at("total_mb");
  gpu.used_mb = document.value("used_mb", 0ULL);
  gpu.utilization = document.value("utilization", 0U);
  gpu.name = document.value("name", "Fake GPU " + std::to_string(gpu.total_mb) + "MB");
  gpu.uuid = document.value("uuid", made_up_uuid("GPU", index, 0));
  gpu.peers = document.value("peers", all_but(index, count));
  for (const nlohmann::json& process : document.value("processes", nlohmann::json::array())) {
    gpu.processes.push_back({process.at("pid"), process.at("used_mb")});
  }
  int slice = 0;
  for (const nlohmann::json& part : document.value("mig", nlohmann::json::array())) {
    Gpu mig = gpu_of(part, index, 0);
    mig.uuid = part.value("uuid", made_up_uuid("MIG", index, ++slice));
    gpu.mig_slices.push_back(std::move(mig));
  }
  return gpu;
}

int number_in(const char* variable, int otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::atoi(text);
}

nlohmann::json gpus_of_sizes(const char* sizes) {
  nlohmann::json gpus = nlohmann::json::array();
  std::istringstream words(sizes);
  for (std::string word; std::getline(words, word, ',');) gpus.push_back({{"total_mb", std::stoull(word)}});
  return gpus;
}

}  // namespace

std::vector<Gpu> read_gpus(const char* own_file) {
  nlohmann::json documents = nlohmann::json::array();
  const char* file = own_file == nullptr ? nullptr : std::getenv(own_file);
  if (file == nullptr) file = std::getenv("MYXTTS_FAKE_GPU_FILE");
  if (file != nullptr) {
    std::ifstream stream(file);
    documents = nlohmann::json::parse(stream).at("gpus");
  } else if (const char* sizes = std::getenv("MYXTTS_FAKE_GPUS")) {
    documents = gpus_of_sizes(sizes);
  }
  std::vector<Gpu> gpus;
  const int count = static_cast<int>(documents.size());
  for (int index = 0; index < count; ++index) {
    gpus.push_back(gpu_of(documents[static_cast<std::size_t>(index)], index, count));
  }
  return gpus;
}

int cuda_version() { return number_in("MYXTTS_FAKE_CUDA_VERSION", 13000); }

int compute_capability_major() { return number_in("MYXTTS_FAKE_COMPUTE_CAPABILITY", 9); }

__attribute__((weak)) unsigned long long own_bytes(const Gpu& /*gpu*/) { return 0; }

unsigned int own_id() {
  constexpr int kHostIds = 1'000'000;
  return static_cast<unsigned int>(::getpid() + (number_in("MYXTTS_FAKE_HOST_IDS", 0) != 0 ? kHostIds : 0));
}

unsigned int pci_bus(const Gpu& gpu) { return static_cast<unsigned int>(gpu.index) + 1; }

}  // namespace fake_driver
