"""Sound inputs, small ones, for runs in which something else is hostile."""

import pathlib

import imageio_ffmpeg
import numpy as np
from PIL import Image

from emotion.emotion import Emotion


def make(folder: pathlib.Path) -> pathlib.Path:
    """Writes them."""
    random = np.random.RandomState(0)
    for name in ("photos", "latents", "labelled", "clips"):
        (folder / name).mkdir(parents=True)
    for name in "abcdefghij":
        picture = Image.fromarray(random.randint(0, 256, (64, 64, 3), np.uint8))
        if name in "ab":
            picture.save(folder / "photos" / f"{name}.png")
        for emotion in Emotion:
            target = folder / "labelled" / emotion.label
            target.mkdir(exist_ok=True)
            picture.save(target / f"{name}.png")
    lines = ["name,subject,emotion"]
    for emotion in Emotion:
        for subject in range(2):
            name = f"{emotion.label}{subject}"
            latent = random.randn(18, 512).astype(np.float32)
            np.save(folder / "latents" / f"{name}.npy", latent)
            lines.append(f"{name},s{subject},{emotion.label}")
    (folder / "latents" / "labels.csv").write_text("\n".join(lines) + "\n")
    np.save(folder / "a.npy", latent)
    (folder / "sequence.csv").write_text("emotion\n" + "fear\ncalm\nanger\ncalm\n" * 8)
    for path in (folder / "clip.mp4", folder / "clips" / "a.mp4"):
        writer = imageio_ffmpeg.write_frames(str(path), (64, 64), fps=10)
        writer.send(None)
        for level in range(6):
            writer.send(np.full((64, 64, 3), 40 * level, np.uint8))
        writer.close()
    return folder
