"""The names that other people's scripts rely on."""

import ast
import importlib
import inspect
import pathlib

import pytest

ROOT = pathlib.Path(__file__).parents[1]
NAMES = {
    "stylegan_tf": [
        *("Discriminator", "Generator", "InputError", "Networks", "PickleFormatError"),
        *("ProganGenerator", "UnsafePickleError", "load_networks", "save_networks", "to_uint8"),
    ],
    "encoder": [
        "CoarseEncoder",
        "Face",
        "LatentOptimizer",
        "PerceptualModel",
        "align_face",
        "describe_face",
        "detect_faces",
        "identity_distance",
        "load_latent",
        "read_image",
        "save_latent",
        "write_image",
    ],
    "emotion": [
        "Emotion",
        "EmotionSequenceModel",
        "fit_directions",
        "load_direction",
        "load_labeller",
    ],
    "synthesis": [
        "ContentDistance",
        "EMOTION_COEFFICIENT",
        "EmotionPlan",
        "EmotionTimeline",
        "FRAMES_BETWEEN",
        "LayerMask",
        "TimelineRow",
        "Track",
        "add_and_subtract",
        "average_content_distance",
        "interpolate",
        "limit_timeline",
        "make_keyframe",
        "make_keyframes",
        "mix_styles",
        "read_frames",
        "render_frames",
        "smooth_alignment",
        "track_frames",
        "transfer_pose",
        "write_video",
    ],
}
# Names, and the arguments that scripts give by name or leave out; `=` stands before a default.
SIGNATURES = {
    "stylegan_tf.load_networks": ["path_or_name", "dtype=None"],
    "stylegan_tf.save_networks": ["path", "nets"],
    "stylegan_tf.to_uint8": ["images"],
    "stylegan_tf.Generator.sample_z": ["self", "seeds"],
    "stylegan_tf.Generator.map": [
        *("self", "z", "labels=None", "truncation_psi=1.0", "truncation_cutoff=None"),
    ],
    "stylegan_tf.Generator.synthesize": ["self", "w", "noise='const'"],
    "stylegan_tf.Generator.generate": [
        *("self", "z", "labels=None", "truncation_psi=1.0", "truncation_cutoff=None"),
        "noise='const'",
    ],
    "stylegan_tf.ProganGenerator.generate": ["self", "z", "labels=None"],
    "stylegan_tf.Discriminator.score": ["self", "images", "labels=None"],
    "encoder.align_face": ["image", "landmarks", "output_size=1024", "padding='edge'"],
    "encoder.detect_faces": ["image", "detector='cnn'", "detection_size=640", "refine=False"],
    "encoder.LatentOptimizer": [
        "generator",
        "method='thesis'",
        "perceptual=None",
        "space='w+'",
        "batch_size=1",
        "learning_rate=None",
        "working_resolution=256",
        "skip_fine_blocks=False",
    ],
    "encoder.PerceptualModel": ["features='vgg16-conv5'", "weights='imagenet'", "seed=0"],
    "encoder.CoarseEncoder.load": ["path_or_name", "num_layers=None", "w_size=None"],
    "encoder.CoarseEncoder.encode": ["self", "images"],
    "emotion.EmotionSequenceModel.load": ["path_or_name"],
    "emotion.EmotionSequenceModel.predict": [
        "self",
        "start",
        "length",
        "method='sample'",
        "temperature=1.0",
        "top_k=3",
        "self_transitions=False",
        "seed=0",
    ],
    "emotion.fit_directions": ["latents", "emotions", "subjects", "options=None", "remove=()"],
    "emotion.load_direction": ["path_or_name", "num_layers"],
    "synthesis.EmotionTimeline.read": ["path"],
    "synthesis.LayerMask": ["spec='emotion'"],
    "synthesis.LayerMask.apply": ["self", "original", "changed"],
    "synthesis.interpolate": ["keyframes", "frames_between=32", "kind='linear'", "loop=False"],
    "synthesis.write_video": [
        "path",
        "frames",
        "fps=30.0",
        "crf=18",
        "audio=None",
        "audio_start=0.0",
    ],
    "synthesis.average_content_distance": [
        "frames",
        "pairing='consecutive'",
        "detector='cnn'",
        "detection_size=256",
        "descriptor=None",
    ],
}
ATTRIBUTES = ("resolution", "num_layers", "latent_size", "w_avg")


@pytest.mark.parametrize("package", NAMES)
def test_exact_names(package):
    module = importlib.import_module(package)
    assert list(module.__all__) == sorted(NAMES[package])
    for name in module.__all__:
        value = getattr(module, name)
        assert inspect.getdoc(value), f"{package}.{name} has no docstring"


@pytest.mark.parametrize("package", NAMES)
def test_what_type_checkers_see_is_what_is_imported(package):
    module = importlib.import_module(package)
    tree = ast.parse((ROOT / package / "__init__.py").read_text())
    (block,) = (node for node in tree.body if isinstance(node, ast.If))
    seen = {}
    for node in block.body:
        assert isinstance(node, ast.ImportFrom)
        for alias in node.names:
            assert alias.asname == alias.name  # a re-export, to type checkers
            seen[alias.name] = node.module
    assert seen == module._HOMES


@pytest.mark.parametrize("name", SIGNATURES)
def test_signatures(name):
    package, *path = name.split(".")
    value = importlib.import_module(package)
    for part in path:
        value = getattr(value, part)
    parameters = inspect.signature(value).parameters.values()
    assert [
        p.name if p.default is p.empty else f"{p.name}={p.default!r}" for p in parameters
    ] == SIGNATURES[name]


def test_attributes_of_a_generator():
    from stylegan_tf import Generator

    G = Generator.create(resolution=8, fmap_base=16, mapping_layers=1)
    assert [getattr(G, name) for name in ATTRIBUTES[:3]] == [8, 4, 512]
    assert G.w_avg.shape == (512,)
    assert all(hasattr(G, name) for name in ATTRIBUTES)


def test_the_order_of_emotions():
    from emotion import Emotion

    names = ["calm", "anger", "happiness", "surprise", "disgust", "fear", "sadness"]
    assert [emotion.label for emotion in Emotion] == names
    assert [int(emotion) for emotion in Emotion] == list(range(7))
