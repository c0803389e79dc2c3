#!/usr/bin/env python3
"""media_speed.py THREADS SECONDS FILE...: what bench/media_speed.cpp measures, done with torchaudio.

As many processes as threads, each with one thread of its own, so that Python's lock costs nothing. The resampler and
the mels are the ones that coqui-tts makes with torchaudio, which are also ours.
"""
import json
import multiprocessing
import sys
import time

RATE_HZ = 22050
PARTS = ("decode", "resample", "mel", "all")


def load(path):
    import torchaudio

    samples, rate = torchaudio.load(path)
    return samples.mean(0), rate


def functions_of(rate):
    import torch
    import torchaudio

    resample = torchaudio.transforms.Resample(
        rate, RATE_HZ, "sinc_interp_kaiser", lowpass_filter_width=64, rolloff=0.9475937167399596, beta=14.769656459379492
    )
    spectrogram = torchaudio.transforms.MelSpectrogram(
        RATE_HZ, n_fft=1024, win_length=1024, hop_length=256, power=2, normalized=False, f_min=0, f_max=8000, n_mels=80, norm="slaney"
    )
    return resample, lambda samples: torch.log(torch.clamp(spectrogram(samples), min=1e-5))


def measure(worker, workers, seconds, files, barrier, results):
    import torch

    torch.set_num_threads(1)
    with torch.inference_mode():
        decoded = [load(path) for path in files]
        resample, mel = functions_of(decoded[0][1])
        resampled = [resample(samples) for samples, _ in decoded]
        lengths = [len(samples) / RATE_HZ for samples in resampled]
        work = {
            "decode": lambda i: load(files[i]),
            "resample": lambda i: resample(decoded[i][0]),
            "mel": lambda i: mel(resampled[i]),
            "all": lambda i: mel(resample(load(files[i])[0])),
        }
        speeds = {}
        for part in PARTS:
            work[part](0)
            barrier.wait()
            begin, audio, index = time.perf_counter(), 0.0, worker
            while time.perf_counter() - begin < seconds:
                clip = index % len(files)
                work[part](clip)
                audio += lengths[clip]
                index += workers
            speeds[part] = audio / (time.perf_counter() - begin)
    results.put(speeds)


def main():
    threads, seconds, files = int(sys.argv[1]), float(sys.argv[2]), sys.argv[3:]
    context = multiprocessing.get_context("spawn")
    barrier, results = context.Barrier(threads), context.SimpleQueue()
    workers = [context.Process(target=measure, args=(i, threads, seconds, files, barrier, results)) for i in range(threads)]
    for worker in workers:
        worker.start()
    speeds = [results.get() for _ in workers]
    print(json.dumps({part: sum(each[part] for each in speeds) for part in PARTS}))


if __name__ == "__main__":
    main()
