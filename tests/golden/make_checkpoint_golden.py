"""Makes golden/checkpoint/vN: a run that was stopped in its voice stage, what it says, and where its last steps lead.

    PROGRAM=build/release/bin/myxtts python3 tests/golden/make_checkpoint_golden.py tests/golden/checkpoint/v1

N is the version of the format (docs/checkpoint_format.md). A golden is made once, by the last commit that writes its version,
and never again: tests/end_to_end/old_checkpoints.sh reads it for ever.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import wave
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent / "end_to_end"))
import old_checkpoints

CLIPS = 6
WORDS = 3
STOP = 80  # steps of both stages, of 90
SETTINGS = {
    "codec.steps": 20, "codec.hidden": 8, "codec.codes": 32, "codec.dimensions": 8, "codec.blocks": 1, "codec.crop_frames": 32,
    "codec.codebook_vectors": 256, "codec.codebook_rounds": 3, "codec.codebook_step": 4, "codec.learning_rate": 0.003,
    "codec.warmup_steps": 5, "model.layers": 1, "model.width": 8, "model.heads": 2, "conditioning.width": 32,
    "conditioning.blocks": 0, "conditioning.prompt_seconds": 0.5, "voice.steps": 70, "voice.learning_rate": 0.02,
    "voice.warmup_steps": 5, "batch.size": 3, "data.statistics_clips": 8,
}


def program(*arguments: str | Path) -> None:
    subprocess.run([os.environ["PROGRAM"], *arguments], env=os.environ | old_checkpoints.ENVIRONMENT, check=True)


def cut(source: Path, target: Path, frames: int) -> None:
    """Keeps the first words: half of the rate, 8 bits."""
    with wave.open(str(source)) as clip:
        samples = memoryview(clip.readframes(2 * frames)).cast("h")
    pairs = zip(samples[::2], samples[1::2])
    with wave.open(str(target), "wb") as clip:
        clip.setparams((1, 1, 11025, 0, "NONE", ""))
        clip.writeframes(bytes(((one + other) // 2 + 32768) >> 8 for one, other in pairs))


def make_clips(folder: Path) -> None:
    (folder / "wavs").mkdir(parents=True)
    with tempfile.TemporaryDirectory() as spoken:
        program("make-data", "--output", spoken, "--count", str(CLIPS))
        lines = []
        for number, line in enumerate(Path(spoken, "metadata.csv").read_text().splitlines()):
            name, text = line.split("|")
            cut(Path(spoken, "wavs", f"{name}.wav"), folder / "wavs" / f"{name}.wav", 10000 + 250 * number)
            lines.append(f"{name}|{' '.join(text.split()[:WORDS])}\n")
    (folder / "metadata.csv").write_text("".join(lines))


def main(folder: Path) -> None:
    make_clips(folder / "clips")
    os.chdir(folder)
    settings = [part for key, value in SETTINGS.items() for part in ("--set", f"{key}={value}")]
    program("train", "--train-data", "clips", "--output", "run", "--threads", "1", "--max-steps", str(STOP), *settings)
    checkpoints = Path("run/checkpoints")
    for codec in sorted(checkpoints.glob("codec-*")):  # a voice checkpoint holds the codec as well
        codec.unlink() if codec.is_symlink() else shutil.rmtree(codec)
    Path("run/log.txt").unlink()
    program("synthesize", "--checkpoint", "run", *old_checkpoints.SPEECH, "--output", "speech.wav")
    with tempfile.TemporaryDirectory() as resumed:
        shutil.copytree("run", Path(resumed, "run"), symlinks=True)
        program("train", "--train-data", "clips", "--output", Path(resumed, "run"), "--resume", "--threads", "1")
        Path("resumed.json").write_text(old_checkpoints.figures(Path(resumed, "run")))


main(Path(sys.argv[1]))
