# mypy: ignore-errors
"""Times the original MoCoGAN; run by tools/benchmark_baseline.py with a Python that has PyTorch.

Arguments: the folder of the original's models.py, width, clips a step, images a step, steps. Prints
JSON: seconds of the clock and of the processor for training steps and for generation.
"""

import json
import sys
import time

import torch
from torch import nn

CLASSES, CONTENT, MOTION, FRAMES, SIZE = 6, 50, 10, 16, 64


def main(folder: str, width: int, clips: int, images: int, steps: int) -> None:
    """Times both."""
    sys.path.insert(0, folder)
    import models

    make = models.VideoGenerator(3, CONTENT, CLASSES, MOTION, FRAMES, ngf=width)
    of_images = models.PatchImageDiscriminator(3, ndf=width)
    of_videos = models.VideoDiscriminator(3, n_output_neurons=1 + CLASSES, ndf=width)
    descents = [
        torch.optim.Adam(m.parameters(), lr=2e-4, betas=(0.5, 0.999), weight_decay=1e-5)
        for m in (of_images, of_videos, make)
    ]
    pictures = torch.rand(images, 3, SIZE, SIZE) * 2 - 1
    videos = torch.rand(clips, 3, FRAMES, SIZE, SIZE) * 2 - 1
    labels = torch.randint(CLASSES, (clips,))
    logistic, choice = nn.BCEWithLogitsLoss(), nn.CrossEntropyLoss()

    def told(logits: torch.Tensor, value: float) -> torch.Tensor:
        return logistic(logits, torch.full_like(logits, value))

    def train() -> None:
        descents[0].zero_grad()
        drawn, _ = make.sample_images(images)
        loss = told(of_images(pictures)[0], 1.0) + told(of_images(drawn.detach())[0], 0.0)
        loss.backward()
        descents[0].step()
        descents[1].zero_grad()
        drawn, _ = make.sample_videos(clips)
        real, fake = of_videos(videos)[0], of_videos(drawn.detach())[0]
        loss = told(real[:, :1], 1.0) + told(fake[:, :1], 0.0) + choice(real[:, 1:], labels)
        loss.backward()
        descents[1].step()
        descents[2].zero_grad()
        drawn, _ = make.sample_images(images)
        loss = told(of_images(drawn)[0], 1.0)
        drawn, wanted = make.sample_videos(clips)
        fake = of_videos(drawn)[0]
        (loss + told(fake[:, :1], 1.0) + choice(fake[:, 1:], wanted.long())).backward()
        descents[2].step()

    def draw() -> None:
        with torch.no_grad():
            make.sample_videos(clips)

    result = {}
    for name, action in (("training", train), ("generation", draw)):
        if name == "generation":
            make.eval()
        action()
        clock, processor = time.perf_counter(), time.process_time()
        for _ in range(steps):
            action()
        result[name] = [time.perf_counter() - clock, time.process_time() - processor]
    print(json.dumps(result))


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
