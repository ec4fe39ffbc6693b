"""Packaging of stylegan-video; `make` installs it in place."""

from setuptools import find_packages, setup

setup(
    name="stylegan-video",
    version="0.1.0",
    description="Emotion videos at 1024×1024 from a pre-trained StyleGAN latent space",
    license="Apache-2.0",
    python_requires=">=3.11,<3.12",
    packages=find_packages(
        include=["stylegan_tf*", "encoder*", "emotion*", "synthesis*", "tools*"]
    ),
    package_data={
        "stylegan_tf": ["assets/*"],
        "encoder": ["assets/*"],
        "emotion": ["assets/**/*"],
        "synthesis": ["study/assets/*"],
    },
)
