"""Writes tests/golden/audio/*.txt: numbers of torchaudio and librosa that tests/audio compares MyXTTS with.

    python tests/golden/make_audio_golden.py

Needs torch, torchaudio and librosa. Made with torchaudio 2.11 and librosa 0.11. A line holds an index (a frame, a band
or the first sample of a stretch) and then the values there. The input is golden_signal() of tests/audio/golden.hpp.
"""

import pathlib

import librosa
import numpy as np
import torch
import torchaudio

FOLDER = pathlib.Path(__file__).parent / "audio"
FRAMES = (0, 1, 7, 40, 85, 86)
BANDS = (0, 1, 20, 41, 79)
STRETCH = 24


def golden_signal(rate_hz: int, samples: int) -> torch.Tensor:
    n = np.arange(samples)
    t = n / rate_hz
    chirp_hz_a_second = 5000.0
    x = 0.3 * np.sin(2 * np.pi * 220.0 * t) + 0.2 * np.sin(2 * np.pi * 1333.0 * t)
    x += 0.25 * np.sin(2 * np.pi * (100.0 * t + 0.5 * chirp_hz_a_second * t * t))
    state, noise = 1, np.empty(samples)
    for i in range(samples):  # a linear congruential generator (Numerical Recipes)
        state = (1664525 * state + 1013904223) % 2**32
        noise[i] = state / 2**32 - 0.5
    return torch.from_numpy(x + 0.04 * noise)


def write(name: str, rows: dict) -> None:
    lines = [" ".join([str(index)] + [f"{float(v):.9g}" for v in values]) for index, values in rows.items()]
    (FOLDER / f"{name}.txt").write_text("\n".join(lines) + "\n")


def log_mel(fft_samples: int, mel_scale: str = "htk") -> torch.Tensor:
    mel = torchaudio.transforms.MelSpectrogram(
        sample_rate=22050, n_fft=fft_samples, win_length=1024, hop_length=256, f_min=0, f_max=8000, n_mels=80,
        power=2, norm="slaney", mel_scale=mel_scale, center=True, pad_mode="reflect")
    return torch.log(torch.clamp(mel(golden_signal(22050, 22050).float()), min=1e-5)).T


def speaker_log_mel() -> torch.Tensor:
    mel = torchaudio.transforms.MelSpectrogram(
        sample_rate=16000, n_fft=512, win_length=400, hop_length=160, window_fn=torch.hamming_window, n_mels=64)
    x = golden_signal(16000, 16000).float()[None, None]
    kernel = torch.tensor([[[-0.97, 1.0]]])
    emphasised = torch.nn.functional.conv1d(torch.nn.functional.pad(x, (1, 0), "reflect"), kernel)[0, 0]
    return torch.log(mel(emphasised) + 1e-6).T


def resampled(source_hz: int, target_hz: int) -> dict:
    y = torchaudio.functional.resample(
        golden_signal(source_hz, source_hz // 4), source_hz, target_hz, lowpass_filter_width=64,
        rolloff=0.9475937167399596, resampling_method="sinc_interp_kaiser", beta=14.769656459379492)
    starts = (0, len(y) // 3, len(y) - STRETCH)
    return {start: y[start:start + STRETCH] for start in starts}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, mel in (("codec_mel", log_mel(1024)), ("conditioning_mel", log_mel(2048)),
                      ("speaker_mel", speaker_log_mel()), ("wrong_scale_mel", log_mel(1024, "slaney"))):
        write(name, {frame: mel[frame] for frame in FRAMES})
    bank = librosa.filters.mel(sr=22050, n_fft=1024, n_mels=80, fmin=0, fmax=8000, htk=True, norm="slaney")
    write("librosa_bank", {band: bank[band] for band in BANDS})
    for source_hz, target_hz in ((48000, 22050), (44100, 22050), (22050, 24000), (22050, 16000), (8000, 22050),
                                 (16000, 22050), (24000, 22050), (96000, 22050), (192000, 22050),
                                 (11127, 22050)):
        write(f"resample_{source_hz}_{target_hz}", resampled(source_hz, target_hz))


if __name__ == "__main__":
    main()
