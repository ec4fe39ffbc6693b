"""What is trained after what, from 32×32 up to 1024×1024."""

import dataclasses

# 192 channels up to 32×32, then 128, 64, 32, 16, 8: 9 MB in float16.
SYNTHESIS_KWARGS = {"fmap_base": 4096, "fmap_max": 192, "fmap_min": 8}


@dataclasses.dataclass(frozen=True)
class Stage:
    """One resolution's part of the training.

    Attributes:
      resolution: of the pictures that are compared.
      set_size: size of the rendered set that they are averaged down from.
      steps, batch_size: how much.
      learning_rate, final_learning_rate: it falls along a half cosine.
      perceptual: weight of the perceptual distance.
      perceptual_batch: of so many pictures of a batch only, as it costs more than the network.
      frontal_steps: poses grow from a quarter of their range to all of it over so many steps.
      trained_from: blocks of lower resolution stay as they are.
    """

    resolution: int
    set_size: int
    steps: int
    batch_size: int
    learning_rate: float
    final_learning_rate: float
    perceptual: float = 0.2
    perceptual_batch: int = 4
    frontal_steps: int = 0
    trained_from: int = 4


# Pose, shape and light are learnt small, where a step is cheap; features of 32-pixel pictures
# say little that their pixels do not. The last two stages have few
# pictures, as large ones are slow to render: they train fine blocks only.
STAGES = (
    Stage(32, 256, 7000, 16, 1.2e-2, 4e-3, perceptual=0.0, frontal_steps=3000),
    Stage(64, 256, 3000, 16, 8e-3, 2e-3),
    Stage(128, 256, 1500, 12, 5e-3, 1e-3),
    Stage(256, 256, 1000, 8, 4e-3, 7e-4, perceptual_batch=2),
    Stage(512, 1024, 250, 4, 3e-3, 7e-4, perceptual_batch=1, trained_from=256),
    Stage(1024, 1024, 250, 2, 3e-3, 3e-4, perceptual_batch=1, trained_from=512),
)
