"""The report of the whole thesis: every figure and number, published and ours (thesis 4)."""

import dataclasses
import pathlib
from collections.abc import Mapping
from typing import Any

from emotion.emotion import EMOTION_COEFFICIENT
from encoder.clips.reading import read_frames
from encoder.embedding.latents import load_latent
from stylegan_tf.files.json_files import read_json
from synthesis.reproduction.plan import labels_path, trailer_names
from synthesis.reproduction.published import PUBLISHED_DISTANCES
from synthesis.reproduction.report_page import (
    REAL,
    SAME,
    STAND_IN,
    Block,
    Number,
    Report,
    Section,
    Source,
    inline_picture,
    inline_video,
)
from synthesis.reproduction.settings import Settings
from synthesis.schedule import FRAMES_BETWEEN
from synthesis.study.report import PUBLISHED, PUBLISHED_WORKERS

_NETWORK_LAYERS = 8  # thesis 4.4: the first 8 of 18
# Figures of other people's work and of ideas: what there is in their place.
_BACKGROUND = (
    ("1", "ProGAN grows", "networks/progan.py; the official pickles load"),
    ("2", "StyleGAN's droplets", "generate_images.py with an official pickle"),
    ("3, 4", "random faces", "shown below"),
    ("5, 6", "RNN and LSTM", "emotion/sequences/model.py"),
    ("7, 8", "VGG16", "encoder/embedding/perceptual.py"),
    ("9", "residual learning", "encoder/coarse/encoder.py"),
    ("10", "recovery in Z by stochastic clipping", "embed_images.py --method=lipton"),
    ("11", "Image2StyleGAN's loss", "embed_images.py --method=image2stylegan"),
    ("12", "vector arithmetic", "mix_faces.py --plus --minus"),
    ("13", "a walk between two pictures", "mix_faces.py --seeds"),
    ("14", "four LSTM layers with dropout", "train_emotion_lstm.py, figure 21 below"),
    ("15", "VGG16 up to conv5 as features", "encoder/embedding/perceptual.py"),
    ("16", "embedding by backpropagation to the latent", "shown below, step by step"),
)


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What the steps left.

    Attributes:
      root: the folder of all results.
      failed: a step's name → why it has no result.
      table2: table 2's JSON, if people were asked.
    """

    root: pathlib.Path
    failed: Mapping[str, str]
    table2: Mapping[str, Any] | None


def make_report(settings: Settings, outcome: Outcome) -> Report:
    """Everything for the page, read from the results."""
    made = _Results(settings, outcome)
    extent = "a quick trial: few faces, few steps" if settings.quick else "the thesis' extent"
    summary = (
        "Every figure and number of the results chapter of the 2020 thesis, published and made "
        f"anew by tools/reproduce_thesis.py; {extent}. Blue was made from the real data or a "
        "network of photographs; orange from a stand-in, and then it shows that the step works, "
        "not what the thesis claims."
    )
    return Report(
        summary,
        _sources(settings),
        (*_fixed_numbers(made), *_measured_numbers(made)),
        (_stage1(made), _stage2(made), _stage3(made), _comparison(made), _background(made)),
    )


class _Results:
    """Reads results, and says of each whether it is there."""

    def __init__(self, settings: Settings, outcome: Outcome) -> None:
        self.settings, self.outcome, self.root = settings, outcome, outcome.root
        self.network_kind = STAND_IN if settings.is_shipped else REAL
        self.network = settings.network_name

    def missing(self, step: str) -> str:
        return self.outcome.failed.get(step, "")

    def json(self, path: str) -> Any:
        file = self.root / path
        return read_json(file) if file.is_file() else None

    def block(
        self,
        title: str,
        published: str,
        made_from: str,
        kind: str,
        step: str,
        path: str,
        otherwise: str = "it is not there",
        **more: Any,
    ) -> Block:
        """A block with one picture of a step, or why there is none."""
        why = self.missing(step)
        there = not why and (self.root / path).is_file()
        pictures = (inline_picture(self.root / path),) if there else ()
        if not there:
            why = why or otherwise
        return Block(title, published, made_from, kind, pictures, missing=why, **more)


def _sources(settings: Settings) -> tuple[Source, ...]:
    def given(thesis: str, path: object, real: str, stand_in: str) -> Source:
        return Source(thesis, real if path else stand_in, REAL if path else STAND_IN)

    network = (
        "rendered-faces, which ships: drawn people, not photographs"
        if settings.is_shipped
        else settings.network_name
    )
    return (
        Source(
            "StyleGAN of FFHQ at 1024×1024 (3.1.1)",
            network,
            STAND_IN if settings.is_shipped else REAL,
        ),
        given(
            "IMPA-FACE3D, 534 pictures of 30 people (3.1.2)",
            settings.impa_face3d,
            "IMPA-FACE3D",
            f"{settings.extent.subjects} rendered persons with seven expressions each",
        ),
        given(
            "MUG, for the baselines (3.1.3, 4.8)",
            settings.mug,
            "MUG",
            "rendered clips, calm to an emotion and back",
        ),
        given("CelebA, for figure 18 (3.1.4)", settings.celeba, "CelebA", "rendered persons"),
        given(
            "film trailers (3.1.5)",
            settings.trailers,
            f"{len(settings.trailers)} clips",
            "two videos of this program's own, and sequences of a made-up Markov chain",
        ),
        Source(
            "VGG16 with ImageNet's weights (3.7)",
            f"VGG16, {settings.vgg_weights} weights",
            STAND_IN if settings.vgg_weights == "random" else REAL,
        ),
    )


def _fixed_numbers(made: _Results) -> tuple[Number, ...]:
    settings, extent = made.settings, made.settings.extent
    shape = "not made"
    found = sorted((made.root / "latents").glob("*.npy"))
    if found:
        layers, width = load_latent(found[0], w_size=None).shape
        shape = f"{layers}×{width}"
    size = "not made"
    if (made.root / "video.mp4").is_file():
        height, width = next(iter(read_frames(made.root / "video.mp4"))).shape[:2]
        size = f"{width}×{height}"
    labelled = "IMPA-FACE3D" if settings.impa_face3d else "rendered faces"
    kind = REAL if settings.impa_face3d else STAND_IN
    persons = str(extent.subjects) if settings.impa_face3d is None else _count_subjects(made)
    return (
        Number("3, 4.4", "a latent", "18×512", shape, made.network, made.network_kind),
        Number("3.2", "embedded pictures", "534", str(len(found)), labelled, kind),
        Number("3.1.2", "people in them", "30", persons, labelled, kind),
        Number(
            "4.2",
            "steps of an embedding (figure 18)",
            "1,000",
            f"{extent.iterations:,}",
            made.network,
            made.network_kind,
        ),
        Number(
            "4.4",
            "coefficient of a direction",
            "8",
            f"{EMOTION_COEFFICIENT:g}",
            "the default",
            SAME,
        ),
        Number(
            "4.4",
            "layers that an emotion changes",
            "the first 8 of 18",
            f"the first {_NETWORK_LAYERS}",
            "the default",
            SAME,
        ),
        Number("3.10", "in-between frames", "32", str(FRAMES_BETWEEN), "the default", SAME),
        Number("4.6", "size of the video", "1024×1024", size, made.network, made.network_kind),
    )


def _count_subjects(made: _Results) -> str:
    from encoder.face_labels import read_face_labels

    path = labels_path(made.settings, made.root)
    return str(read_face_labels(path)["subject"].nunique()) if path.is_file() else "not made"


def _measured_numbers(made: _Results) -> tuple[Number, ...]:
    settings = made.settings
    numbers = []
    lstm = made.json("lstm/lstm.json")
    source = "labels of the clips given" if settings.trailers else "a made-up Markov chain"
    kind = REAL if settings.trailers else STAND_IN
    here = "not made"
    if lstm is not None:
        here = f"{lstm['validation']['accuracy']:.1%} on held-out clips"
        if "chain" in lstm:
            here += f"; the best possible on fresh ones is {lstm['chain']['best_accuracy']:.1%}"
    numbers.append(Number("4.5", "accuracy of the LSTM", "85 %", here, source, kind))
    rows = made.json("table1/table1.json") or []
    count = settings.extent.faces
    numbers.append(
        Number(
            "4.8",
            "videos that are scored",
            "210: 35 faces × 6 expressions",
            f"{6 * count}: {count} faces × 6 expressions",
            made.network,
            made.network_kind,
        )
    )
    for one in PUBLISHED_DISTANCES:
        pairing = "consecutive" if one.model == "ours" else "all"
        row = next((r for r in rows if (r["model"], r["pairing"]) == (one.model, pairing)), None)
        if row is None:
            here, made_from = "not scored", ""
        else:
            made_from = row["made_by"]
            here = row.get("error") or f"{row['acd']:.3f} ({row['extractor']}, {pairing})"
        real = settings.mug is not None and (one.model != "ours" or not settings.is_shipped)
        numbers.append(
            Number(
                "4.8, table 1",
                f"ACD, {one.model}",
                f"{one.acd:.3f} ({one.protocol})",
                here,
                made_from,
                REAL if real else STAND_IN,
            )
        )
    for model, (ours, other) in PUBLISHED.items():
        here, made_from = "nobody has been asked", ""
        table = made.outcome.table2
        for found in (table or {}).get("preferences", ()):
            if found["other"] == model and found["answers"]:
                here = f"{found['for_ours']['share']:.0%} / {found['for_other']['share']:.0%}"
                made_from = f"{found['answers']} answers of {found['workers']} people"
        numbers.append(
            Number(
                "4.8, table 2",
                f"preference, ours / {model}",
                f"{ours} / {other} % of {PUBLISHED_WORKERS} workers",
                here,
                made_from,
                made.network_kind,
            )
        )
    return tuple(numbers)


def _stage1(made: _Results) -> Section:
    settings = made.settings
    photos = "CelebA" if settings.celeba else "rendered persons that the labelled ones are not"
    kind = REAL if settings.celeba and not settings.is_shipped else STAND_IN
    embedded = f"{photos}, embedded in {made.network}"
    strips = sorted((made.root / "latents").glob("*_strip.png"))
    strip = strips[0].relative_to(made.root).as_posix() if strips else "latents/none"
    method = (
        "the coarse encoder"
        if settings.quick and settings.coarse_encoder
        else f"{settings.extent.iterations:,} steps"
    )
    labelled = "IMPA-FACE3D" if settings.impa_face3d else "rendered faces"
    of_labelled = REAL if settings.impa_face3d and not settings.is_shipped else STAND_IN
    report = made.json("directions/report.json")
    table: list[tuple[str, ...]] = []
    if report is not None:
        table.append(("emotion", "codes", "held-out people told right", "length"))
        table += [
            (name, str(one["codes"]), f"{one['accuracy']:.1%}", f"{one['norm']:.2f}")
            for name, one in report["emotions"].items()
        ]
    why = made.missing("directions") or ("" if report else "it is not there")
    return Section(
        "Stage 1: faces, latents, directions",
        (
            made.block(
                "Figures 3 and 4: random faces",
                "random faces of StyleGAN and StyleGAN2, trained on FFHQ",
                made.network,
                made.network_kind,
                "random_faces",
                "random_faces/grid.png",
            ),
            made.block(
                "Figure 16: embedding",
                "how an image is embedded, as a drawing",
                f"the first of the {labelled}, by {method}: target, steps, result",
                of_labelled,
                "latents",
                strip,
            ),
            Block(
                "3.2: directions",
                "logistic regression on 534 latents; no accuracy is given",
                f"logistic regression on latents of {labelled}",
                of_labelled,
                table=tuple(table),
                missing=why,
            ),
            made.block(
                "Figure 17: coarse recovery",
                "ResNet-50's pairs: not exactly the same image",
                embedded,
                kind,
                "figure17",
                "figures/figure_17.png",
                "no coarse encoder goes with this network; --encoder names one",
            ),
            made.block(
                "Figure 18: fine recovery",
                "CelebA after 1,000 steps, precisely recovered",
                f"{embedded}, {settings.extent.iterations:,} steps",
                kind,
                "figure18",
                "figures/figure_18.png",
            ),
        ),
    )


def _stage2(made: _Results) -> Section:
    settings = made.settings
    kind = REAL if settings.trailers else STAND_IN
    source = "the clips given" if settings.trailers else "videos of this program's own"
    table: list[tuple[str, ...]] = [("clip", "faces", "what was read, changes only")]
    why = ""
    for name in trailer_names(settings):
        summary = made.json(f"labels/{name}.json")
        if summary is None:
            why = made.missing(f"{name}_labels") or made.missing(f"{name}_faces") or why
            continue
        labels = list(summary["emotions"])
        changes = summary["changes"]
        shown = ", ".join(labels[number] for number in changes[:12])
        more = " …" if len(changes) > 12 else ""
        table.append((name, str(summary["faces"]), shown + more))
    sequences = "labels of the clips given" if settings.trailers else "a made-up Markov chain"
    return Section(
        "Stage 2: trailers, emotions, sequences",
        (
            Block(
                "3.4, 3.5: faces and emotions of clips",
                "trailers, a CNN detector, EmoPy",
                source,
                kind,
                table=tuple(table),
                missing=why,
            ),
            made.block(
                "Figure 21: an emotion sequence and its prediction",
                "four LSTM layers, 85 % right",
                sequences,
                kind,
                "lstm",
                "lstm/lstm_sequence.png",
                notes=(
                    "How well a sequence can be predicted depends on the sequence: 85 % of the "
                    "trailers' is not on the scale of another source.",
                ),
            ),
        ),
    )


def _stage3(made: _Results) -> Section:
    kind, learnt = made.network_kind, f"{made.network}, directions of stage 1"
    video, why = "", made.missing("video")
    if not why and (made.root / "video.mp4").is_file():
        video = inline_video(made.root / "video.mp4")
    figures = [
        ("Figure 22: the frames in between", "a video of 1024×1024×32", "22"),
        ("Figure 20: with the mask and without", "without it the person changes more", "20"),
        *(
            (f"Figure {number}: six expressions", "three frames each, one face", number)
            for number in ("25", "26", "27")
        ),
    ]
    blocks = [
        Block(
            "4.6: the video",
            "1024×1024, emotions that the LSTM predicts",
            f"{learnt}; shown here at 320×320, video.mp4 is the whole one",
            kind,
            video=video,
            missing=why,
        ),
        made.block(
            "Figure 19: the pose of a clip on another face",
            "the first 256 numbers of the first 5 layers; the face turns",
            "the first clip of stage 2",
            kind if made.settings.trailers else STAND_IN,
            "figure19",
            "figures/figure_19.png",
        ),
    ]
    for title, published, number in figures:
        path = f"figures/figure_{number}.png"
        blocks.append(made.block(title, published, learnt, kind, "figures", path))
    return Section("Stage 3: videos", tuple(blocks))


def _comparison(made: _Results) -> Section:
    settings = made.settings
    blocks = []
    data = "MUG" if settings.mug else "rendered clips"
    steps = settings.extent.baseline_steps
    for number, name, model, published in (
        ("23", "TGAN", settings.tgan, "trained on UCF-101, 64×64"),
        ("24", "MoCoGAN", settings.mocogan, "trained on MUG, 96×96"),
    ):
        told = f"trained here on {data}, {steps or 'the original number of'} steps"
        blocks.append(
            made.block(
                f"Figure {number}: {name}",
                published,
                "the training that was given" if model else told,
                REAL if settings.mug else STAND_IN,
                f"figure{number}",
                f"figures/figure_{number}.png",
            )
        )
    rows = made.json("table1/table1.json") or []
    table: list[tuple[str, ...]] = []
    if rows:
        table.append(
            ("model", "pairing", "ACD", "± error", "faces", "motion", "ACD/motion", "what it is")
        )
        table += [
            (
                row["model"],
                row["pairing"],
                _text(row.get("acd"), 3),
                _text(row.get("acd_error"), 3),
                f"{row['face_share']:.0%}",
                _text(row.get("motion"), 4),
                _text(row.get("acd_per_motion"), 1),
                row["made_by"],
            )
            for row in rows
        ]
    published = "; ".join(f"{one.model} {one.acd:.3f}" for one in PUBLISHED_DISTANCES)
    notes = [
        f"{one.model} {one.acd:.3f}: {one.protocol}. {one.source}." for one in PUBLISHED_DISTANCES
    ]
    extractor = rows[0]["extractor"] if rows else "dlib"
    blocks.append(
        Block(
            "Table 1: Average Content Distance",
            published,
            f"all with {extractor}, on {made.network} and {data}; not on the published scale",
            REAL if settings.mug and not settings.is_shipped else STAND_IN,
            _inline(made, "table1/clips.png"),
            table=tuple(table),
            notes=tuple(notes),
            missing=made.missing("table1"),
        )
    )
    blocks.append(_table2(made))
    return Section("The comparison", tuple(blocks))


def _inline(made: _Results, path: str) -> tuple[str, ...]:
    file = made.root / path
    return (inline_picture(file),) if file.is_file() else ()


def _table2(made: _Results) -> Block:
    published = "; ".join(
        f"ours / {name}: {ours} / {other} %" for name, (ours, other) in PUBLISHED.items()
    )
    published += f", {PUBLISHED_WORKERS} workers of Mechanical Turk"
    title, kind = "Table 2: what people prefer", made.network_kind
    found = made.outcome.table2
    if found is None:
        why = made.missing("study") or (
            "nobody has been asked. The pairs are in study/; ask with tools/preference_study.py "
            "serve --study=OUTPUT/study, then make this report again"
        )
        return Block(title, published, "a study that is ready to be asked", kind, missing=why)
    table: list[tuple[str, ...]] = [
        ("user preference, %", "for ours", "for the other", "cannot tell", "answers")
    ]
    for one in found["preferences"]:
        shares = (one[key]["share"] for key in ("for_ours", "for_other", "neither"))
        pair = f"{one['ours']} / {one['other']}"
        table.append((pair, *(f"{share:.0%}" for share in shares), str(one["answers"])))
    people = len(found["workers"])
    return Block(title, published, f"{people} people's answers", kind, table=tuple(table))


def _background(made: _Results) -> Section:
    rows = (("figure", "shows", "here"), *_BACKGROUND)
    block = Block(
        "Figures 1 to 16",
        "other people's work, and drawings of how things are done",
        "the code that does it",
        SAME,
        table=rows,
    )
    return Section("Background", (block,))


def _text(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:.{digits}f}"
