"""Writes tests/golden/model/*.txt: numbers of XTTS v2's own PyTorch modules that tests/model compares MyXTTS with.

    python tests/golden/make_model_golden.py

Needs torch, transformers and coqui-tts. Made with torch 2.11 and coqui-tts 0.28. A line holds a name and its values.
Weights and inputs are hashes of their places: golden_values() and fill() of tests/model/golden.hpp make the same ones.
keys_*.tsv (every key of a model built at XTTS v2's sizes) and weight_decay_groups.tsv (the groups of its trainer's
optimiser, for two layers) are listings of the same package, not made here.
"""

import math
import pathlib

import numpy as np
import torch
from TTS.tts.layers.tortoise.autoregressive import ConditioningEncoder
from TTS.tts.layers.xtts.dvae import DiscreteVAE
from TTS.tts.layers.xtts.gpt import GPT
from TTS.tts.layers.xtts.perceiver_encoder import PerceiverResampler

FOLDER = pathlib.Path(__file__).parent / "model"


def golden_values(stream: int, *shape: int) -> torch.Tensor:
    """Uniform in [-1, 1): a hash of (stream, place)."""
    with np.errstate(over="ignore"):
        h = np.arange(1, math.prod(shape) + 1, dtype=np.uint64) * np.uint64(6364136223846793005)
        h += np.uint64(stream + 1) * np.uint64(1442695040888963407)
        h ^= h >> np.uint64(33)
        h *= np.uint64(0xFF51AFD7ED558CCD)
        h ^= h >> np.uint64(33)
    values = (h >> np.uint64(11)).astype(np.float64) / 2.0**52 - 1.0
    return torch.from_numpy(values.astype(np.float32)).reshape(shape)


def fill(module: torch.nn.Module) -> None:
    """Parameters in the order of their names; matrices keep a signal's size, vectors are near their usual start."""
    with torch.no_grad():
        for stream, (name, parameter) in enumerate(sorted(module.named_parameters())):
            values = golden_values(stream, *parameter.shape)
            if parameter.dim() > 1:
                parameter.copy_(values * math.sqrt(3.0 / (parameter.numel() / parameter.shape[0])))
            else:
                parameter.copy_(0.1 * values + (0.0 if name.endswith("bias") else 1.0))


def write(name: str, **tensors: torch.Tensor) -> None:
    lines = []
    for key, tensor in tensors.items():
        values = tensor.detach().reshape(-1).tolist()
        lines.append(" ".join([key, *(f"{v:.8g}" for v in values)]))
    (FOLDER / f"{name}.txt").write_text("\n".join(lines) + "\n")


def codec() -> None:
    model = DiscreteVAE(channels=80, normalization=None, positional_dims=1, num_tokens=16, codebook_dim=6, hidden_dim=8,
                        num_resnet_blocks=2, kernel_size=3, num_layers=2, use_transposed_convs=False)
    fill(model)
    book = model.codebook
    book.embed.copy_(golden_values(100, 6, 16))
    book.embed_avg.copy_(golden_values(101, 6, 16))
    book.cluster_size.copy_(1.5 + golden_values(102, 16))
    mels = 2.0 * golden_values(200, 2, 80, 24)
    model.eval()
    latents = model.encoder(mels).permute(0, 2, 1)
    codes = model.get_codebook_indices(mels)
    decoded, _ = model.decode(codes)
    odd = model.encoder(mels[:, :, :21]).permute(0, 2, 1)
    book.decay = 0.95
    book.train()
    _, _, commitment = book(latents.detach())
    write("codec", latents=latents, codes=codes, decoded=decoded[:, ::7, ::3], odd_latents=odd, commitment=commitment,
          updated_embed=book.embed, updated_cluster_size=book.cluster_size, updated_embed_avg=book.embed_avg)


def conditioning() -> None:
    frames = golden_values(201, 2, 80, 19)
    for name, width in (("conditioning", 64), ("conditioning_projected", 64)):
        encoder = ConditioningEncoder(80, width, attn_blocks=2, num_attn_heads=2)
        perceiver = PerceiverResampler(dim=64 if name == "conditioning" else 48, dim_context=width)
        fill(encoder)
        fill(perceiver)
        context = encoder(frames).permute(0, 2, 1)
        latents = perceiver(context)
        write(name, context=context[:, ::4], latents=latents[:, ::6])


def voice() -> None:
    model = GPT(layers=2, model_dim=64, heads=2, max_text_tokens=402, max_mel_tokens=605, number_text_tokens=20,
                num_audio_tokens=12, start_audio_token=10, stop_audio_token=11, start_text_token=18, stop_text_token=19,
                use_perceiver_resampler=True)
    fill(model)
    model.eval()
    prompt = golden_values(202, 1, 80, 13)
    text = torch.tensor([[18, 3, 1, 4, 1, 5, 19]])
    audio = torch.tensor([[10, 9, 2, 6, 5, 3, 5, 8, 11, 11, 11]])
    latents = model.get_style_emb(prompt).transpose(1, 2)
    text_embedded = model.text_embedding(text) + model.text_pos_embedding(text)
    audio_embedded = model.mel_embedding(audio) + model.mel_pos_embedding(audio)
    text_logits, audio_logits = model.get_logits(
        text_embedded, model.text_head, audio_embedded, model.mel_head, prompt=latents)
    trunk = model.gpt(inputs_embeds=golden_values(203, 1, 9, 64)).last_hidden_state
    write("voice", latents=latents[:, ::6], trunk=trunk, text_logits=text_logits.transpose(1, 2),
          audio_logits=audio_logits.transpose(1, 2))


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    with torch.no_grad():
        codec()
        conditioning()
        voice()
