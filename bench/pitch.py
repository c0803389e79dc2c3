#!/usr/bin/env python3
"""Median pitch of WAV files: pitch.py FILE... prints a line `HZ FILE` for each.

Autocorrelation of 40 ms frames at about 5.5 kHz, 60 to 400 Hz; frames whose peak is under half of their energy are
unvoiced and left out.
"""
import array
import statistics
import sys
import wave

DECIMATION = 4


def samples_of(path):
    with wave.open(path) as file:
        assert file.getsampwidth() == 2 and file.getnchannels() == 1, path
        rate = file.getframerate()
        samples = array.array("h", file.readframes(file.getnframes()))
    whole = len(samples) // DECIMATION * DECIMATION
    return rate / DECIMATION, [sum(samples[i : i + DECIMATION]) / DECIMATION for i in range(0, whole, DECIMATION)]


def frame_pitch(frame, rate):
    energy = sum(x * x for x in frame)
    if energy < 1e4 * len(frame):
        return None
    best, best_lag = 0.0, 0
    for lag in range(int(rate / 400), int(rate / 60) + 1):
        product = sum(x * y for x, y in zip(frame, frame[lag:])) / (1 - lag / len(frame))
        if product > best * 1.02:  # of two alike the shorter lag: a period, not two
            best, best_lag = product, lag
    return rate / best_lag if best > 0.5 * energy else None


def median_pitch(path):
    rate, samples = samples_of(path)
    size = int(0.04 * rate)
    frames = (samples[i : i + size] for i in range(0, len(samples) - size, size))
    pitches = [p for p in (frame_pitch(frame, rate) for frame in frames) if p]
    return statistics.median(pitches) if pitches else 0.0


for name in sys.argv[1:]:
    print(f"{median_pitch(name):.1f} {name}")
