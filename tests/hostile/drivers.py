"""The drivers as hostile cases meet them: flags that would do, outputs, and inputs, by name."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Driver:
    """Flags with which a driver would begin, but for the one that a case makes hostile.

    Attributes:
      flags: `{good}` is a folder of sound inputs, `{out}` the case's own folder.
      outputs: flag → the name of what it makes, which tells file, video and folder apart.
      inputs: flag → other flags that go with it, instead of those of the same names.
      command: before the flags, of a driver of several.
      several: its folder holds several results with a record each, and may hold what is there.
    """

    flags: tuple[str, ...] = ()
    outputs: dict = dataclasses.field(default_factory=dict)
    inputs: dict = dataclasses.field(default_factory=dict)
    command: str = ""
    several: bool = False


_FACE = {"latent": (), "photo": (), "directions": (), "network": ()}

DRIVERS = {
    "align_faces": Driver(("--input={good}/photos",), {"output": "out"}, {"input": ()}),
    "audit_alignment": Driver((), {"output": "a.json"}, {}),
    "audit_generator": Driver((), {"output": "a.json"}, {"network": (), "directions": ()}),
    "audit_labellers": Driver((), {"output": "a.json"}, {}),
    "benchmark": Driver((), {"output": "out"}, {}),
    "benchmark_ops": Driver((), {"output": "a.json"}, {}),
    "benchmark_precision": Driver((), {}, {"network": ()}),
    "check_parity": Driver((), {}, {"input": ()}),
    "convert_network": Driver(("--input=rendered-faces",), {"output": "a.pkl"}, {"input": ()}),
    "demo": Driver((), {"output": "out"}, {"network": (), "directions": ()}, several=True),
    "distil_head": Driver(
        ("--faces={out}/none", "--work={out}/work"), {"output": "a.pkl"}, {"faces": ()}
    ),
    "edit_clip": Driver(
        ("--input={good}/clip.mp4", "--emotion=fear", "--vgg_weights=random"),
        {"output": "a.mp4"},
        {"input": (), "directions": (), "network": ()},
    ),
    "edit_face": Driver(
        ("--emotion=fear", "--vgg_weights=random"),
        {"output": "a.png"},
        {**_FACE, "encoder": ("--photo={good}/photos/a.png", "--method=coarse")},
    ),
    "embed_images": Driver(
        ("--input={good}/photos", "--vgg_weights=random"),
        {"output": "out"},
        {
            "input": (),
            "network": (),
            "start": (),
            "vgg_weights": (),
            "encoder": ("--method=coarse",),
        },
    ),
    "extract_faces": Driver(("--input={good}/clip.mp4",), {"output": "out"}, {"input": ()}),
    "generate_baseline": Driver((), {}, {"training": ("--output={out}/out",)}),
    "generate_images": Driver((), {"output": "out"}, {"network": ()}),
    "inspect_network": Driver((), {}, {"network": ()}),
    "label_emotions": Driver(
        ("--input={good}/clip.mp4", "--output={out}/a.csv"),
        {"output": "a.csv", "sequence": "b.csv"},
        {"input": ()},
    ),
    "make_figures": Driver(
        ("--figure=25",),
        {"output": "out"},
        {"network": (), "directions": (), "latent": ()},
        several=True,
    ),
    "measure_clip_edit": Driver(
        ("--input={good}/clip.mp4", "--edited={good}/photos"),
        {"output": "a.json"},
        {"input": (), "edited": (), "truth": ()},
    ),
    "measure_pti": Driver(
        ("--input={good}/latents", "--originals={good}/photos"),
        {"output": "out"},
        {"input": (), "originals": (), "directions": (), "network": ()},
    ),
    "measure_rendered_heads": Driver((), {"output": "out"}, {}),
    "mix_faces": Driver(
        ("--seeds=1,2",),
        {"output": "a.mp4"},
        {"network": (), "plus": ("--seeds=",), "minus": ("--seeds=", "--plus={good}/a.npy")},
    ),
    "plot_training": Driver((), {}, {"mocogan": ("--output={out}/a.png",)}),
    "predict_emotions": Driver((), {"output": "a.csv"}, {"model": (), "input": ()}),
    "preference_study": Driver(
        ("--models=a={good}/clips,b={good}/clips",), {"study": "out"}, {}, command="make"
    ),
    "reconstruct": Driver(
        ("--input={good}/a.npy", "--vgg_weights=random"),
        {"output": "out"},
        {"input": (), "originals": (), "network": ()},
    ),
    "render_clips": Driver(("--subjects=1",), {"output": "out"}, {}, several=True),
    "render_faces": Driver(("--subjects=1", "--size=64"), {"output": "out"}, {}),
    "render_moving_clip": Driver(("--frames=3", "--size=128"), {"output": "out"}, {}),
    "render_training_faces": Driver(("--faces=1",), {"output": "out"}, {}, several=True),
    "reproduce_tables": Driver(
        ("--table=1", "--quick"),
        {"output": "out"},
        {"directions": (), "mug": (), "network": (), "study": ("--table=2",), "tgan": ()},
        several=True,
    ),
    "reproduce_thesis": Driver(
        ("--quick",),
        {"output": "out"},
        {
            "celeba": (),
            "encoder": (),
            "impa_face3d": (),
            "mug": (),
            "network": (),
            "study": (),
            "tgan": (),
            "trailers": (),
        },
        several=True,
    ),
    "score_video": Driver(
        ("--input={good}/clip.mp4",),
        {"output": "a.json"},
        {"input": (), "openface_model": ("--extractor=openface",)},
    ),
    "studio": Driver((), {}, {"directions": (), "network": (), "sequence_model": ()}),
    "synthesize_video": Driver(
        ("--emotions=fear", "--vgg_weights=random"),
        {"output": "a.mp4"},
        {
            **_FACE,
            "sequence": ("--emotions",),
            "audio": (),
            "sequence_model": ("--emotions", "--length=2"),
        },
    ),
    "time_embedding": Driver(("--vgg_weights=random",), {}, {"network": (), "vgg_weights": ()}),
    "train_baseline": Driver(
        ("--data={good}/clips", "--model=mocogan", "--dataset=clips"),
        {"output": "out"},
        {"data": (), "split": ("--dataset=ucf101",)},
    ),
    "train_coarse_encoder": Driver((), {"output": "out"}, {"network": ()}),
    "train_directions": Driver(
        ("--latents={good}/latents", "--labels={good}/latents/labels.csv"),
        {"output": "out"},
        {"latents": (), "labels": (), "remove": ()},
    ),
    "train_emotion_labeller": Driver(
        ("--input={good}/labelled",), {"output": "a.keras"}, {"input": ()}
    ),
    "train_emotion_lstm": Driver(
        ("--input={good}/sequence.csv",), {"output": "a.keras"}, {"input": ()}
    ),
    "train_rendered_faces": Driver(("--work={out}/work",), {"output": "a.pkl"}, {}),
    "tune_face_expressions": Driver((), {"output": "a.json"}, {}),
    "transfer_pose": Driver(
        ("--input={good}/clip.mp4", "--vgg_weights=random"),
        {"output": "a.mp4"},
        {"input": (), "latent": (), "audio": (), "network": ()},
    ),
}

# What an output's path may be or meet; `{name}` is what it would rightly be called.
OUTPUTS = {
    "empty": "",
    "dot": ".",
    "dot_dot": "..",
    "null": "/dev/null",
    "kernel": "/proc/none/{name}",
    "below_a_file": "{out}/users.txt/{name}",
    "loop": "{out}/loop/{name}",
    "users_file": "{out}/taken/{name}",
    "users_folder": "{out}/folder/{name}",
    "too_long": "{out}/" + "n" * 300 + "{name}",
    "a_pipe": "{out}/pipe/{name}",
}
# Of these a folder may be one to write to: only what is in it must stay as it is.
FOLDERS = ("dot", "dot_dot", "users_file", "users_folder")
# What a record beside or in an output may hold.
RECORDS = {
    "empty": b"",
    "binary": b"\xff\xfe\0\1",
    "list": b"[1]",
    "deep": b"[" * 10_000 + b"]" * 10_000,
    "long_number": b'{"program": ' + b"9" * 5000 + b"}",
    "other_types": b'{"program": 1, "version": [], "flags": 3, "inputs": null}',
    "nan": b'{"program": "a", "version": "1", "flags": {"a": NaN}, "inputs": {}}',
    "outside": (
        b'{"program": "PROGRAM", "version": "0", "flags": {}, "inputs": {}, "files": '
        b'{"../users.txt": {"bytes": 4, "sha256": "SHA256"}}}'
    ),
}
# What an input's path may be.
INPUTS = {
    "missing": "{out}/missing{suffix}",
    "no_utf_8": "{out}/\udcff{suffix}",
    "newline": "{out}/a\nb{suffix}",
    "empty": "{out}/empty{suffix}",
    "text": "{out}/text{suffix}",
    "binary": "{out}/binary{suffix}",
    "zero": "{out}/zero{suffix}",
    "pipe": "{out}/pipe{suffix}",
    "loop": "{out}/loop{suffix}",
    "folder": "{out}/folder{suffix}",
    "too_long": "{out}/" + "n" * 300 + "{suffix}",
}
SUFFIXES = {
    "latent": ".npy",
    "latents": ".npy",
    "plus": ".npy",
    "minus": ".npy",
    "start": ".npy",
    "remove": ".npy",
    "photo": ".png",
    "sequence": ".csv",
    "labels": ".csv",
    "model": ".keras",
    "sequence_model": ".keras",
    "vgg_weights": ".h5",
    "encoder": ".npz",
    "network": ".pkl",
    "audio": ".wav",
    "openface_model": ".t7",
    "split": ".txt",
    "originals": ".png",
}
NUMBERS = ("nan", "inf", "-inf", "1e38", "-1e38", "1e400", "9" * 5000, "", "x", "1_0x", "0x")
