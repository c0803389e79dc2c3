// How fast the data role decodes, resamples and makes mels, and how fast each could be at best.
//   media_speed THREADS SECONDS FILE...
// Every part is done for so many seconds, by so many threads that take the files in turn. Prints one JSON object:
// seconds of audio a second of each part, and of its floor:
//   decode    libsndfile alone, into one buffer
//   resample  the multiplications and additions of a filter of this quality, at the speed of a large matrix product
//   mel       the Fourier transforms alone, of frames that lie there windowed
#include <fmt/format.h>
#include <sndfile.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "core/stopwatch.hpp"
#include "device/thread_budget.hpp"
#include "media/audio_file.hpp"
#include "preparation/speech_mels.hpp"

namespace {

using myxtts::core::Stopwatch;
using myxtts::preparation::kSampleRateHz;
using myxtts::preparation::SpeechMels;

struct Clip {
  std::string file;
  myxtts::media::Samples samples;
  torch::Tensor resampled;  // [S]
  torch::Tensor frames;     // [T, F], windowed
  double seconds = 0;
};

struct Settings {
  int threads = 1;
  double seconds = 1;
};

// What a worker keeps between clips.
struct Worker {
  SpeechMels mels{torch::kCPU};
  std::vector<float> buffer;
};

using Work = std::function<void(Worker&, const Clip&)>;

// Seconds of audio a second that all workers together get through.
double speed_of(const Settings& settings, const std::vector<Clip>& clips, const Work& work) {
  std::atomic<std::size_t> next{0};
  std::atomic<double> audio_seconds{0};
  std::atomic<int> warm{0};
  std::atomic<double> wall_seconds{0};
  std::vector<std::jthread> threads;
  for (int i = 0; i < settings.threads; ++i) {
    threads.emplace_back([&] {
      const torch::NoGradGuard no_grad;
      const myxtts::device::ThreadBudget budget(1);
      Worker worker;
      work(worker, clips.front());
      ++warm;
      while (warm < settings.threads) std::this_thread::yield();
      const Stopwatch watch;
      while (watch.seconds() < settings.seconds) {
        const Clip& clip = clips[next++ % clips.size()];
        work(worker, clip);
        audio_seconds += clip.seconds;
      }
      wall_seconds += watch.seconds() / settings.threads;
    });
  }
  threads.clear();
  return audio_seconds / wall_seconds;
}

void decode_by_libsndfile(Worker& worker, const Clip& clip) {
  SF_INFO info{};
  SNDFILE* file = sf_open(clip.file.c_str(), SFM_READ, &info);
  if (file == nullptr) throw std::runtime_error("cannot open " + clip.file);
  worker.buffer.resize(static_cast<std::size_t>(info.frames * info.channels));
  (void)sf_readf_float(file, worker.buffer.data(), info.frames);
  sf_close(file);
}

// Operations a second of a large matrix product, of all threads together.
double peak_flops(const Settings& settings) {
  constexpr std::int64_t kSide = 768;
  const torch::Tensor left = torch::rand({kSide, kSide});
  const torch::Tensor right = torch::rand({kSide, kSide});
  const std::vector<Clip> product = {{.file = {}, .samples = {}, .resampled = {}, .frames = {}, .seconds = 1}};
  const double products = speed_of(settings, product, [&](Worker&, const Clip&) { (void)torch::mm(left, right); });
  return products * 2 * kSide * kSide * kSide;
}

// Of a filter with as many taps as ours to an output.
double resampling_floor(const Settings& settings, int source_hz) {
  using namespace myxtts::audio;
  const double taps = 2 * kLowpassZeroCrossings / kLowpassRolloff * std::max(1.0, double(source_hz) / kSampleRateHz);
  return peak_flops(settings) / (2 * taps * kSampleRateHz);
}

std::vector<Clip> read_clips(const std::vector<std::string>& files) {
  const torch::NoGradGuard no_grad;
  const auto options = myxtts::audio::codec_mel_options();
  SpeechMels mels(torch::kCPU);
  std::vector<Clip> clips;
  for (const std::string& file : files) {
    Clip& clip = clips.emplace_back();
    clip.file = file;
    clip.samples = myxtts::media::read_audio(file);
    clip.resampled = mels.resampled(clip.samples);
    clip.frames = clip.resampled.unfold(0, options.fft_samples, options.hop_samples) * analysis_window(options);
    clip.seconds = static_cast<double>(clip.resampled.size(0)) / kSampleRateHz;
  }
  return clips;
}

void print_speeds(const Settings& settings, const std::vector<Clip>& clips) {
  const auto speed = [&](const Work& work) { return speed_of(settings, clips, work); };
  const double decode = speed([](Worker&, const Clip& clip) { (void)myxtts::media::read_audio(clip.file); });
  const double resample = speed([](Worker& worker, const Clip& clip) { (void)worker.mels.resampled(clip.samples); });
  const double mel = speed([](Worker& worker, const Clip& clip) { (void)worker.mels.codec_mel(clip.resampled); });
  const double all = speed([](Worker& worker, const Clip& clip) {
    (void)worker.mels.codec_mel(worker.mels.resampled(myxtts::media::read_audio(clip.file)));
  });
  const double decode_floor = speed(decode_by_libsndfile);
  const double resample_floor = resampling_floor(settings, clips.front().samples.sample_rate_hz);
  const double mel_floor = speed([](Worker&, const Clip& clip) { (void)torch::fft_rfft(clip.frames); });
  const double all_floor = 1 / (1 / decode_floor + 1 / resample_floor + 1 / mel_floor);
  fmt::print(
      "{{\"decode\": {}, \"resample\": {}, \"mel\": {}, \"all\": {}, \"floor\": "
      "{{\"decode\": {}, \"resample\": {}, \"mel\": {}, \"all\": {}}}}}\n",
      decode, resample, mel, all, decode_floor, resample_floor, mel_floor, all_floor);
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 4) {
    fmt::print(stderr, "usage: media_speed THREADS SECONDS FILE...\n");
    return 2;
  }
  try {
    const Settings settings{.threads = std::atoi(arguments[1]), .seconds = std::atof(arguments[2])};
    print_speeds(settings, read_clips({arguments + 3, arguments + count}));
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "media_speed: {}\n", error.what());
    return 1;
  }
}
