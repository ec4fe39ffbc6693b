"""The steps that make the thesis' three stages and chapter 4 anew, in order (thesis 3.2, 4)."""

import dataclasses
import pathlib

from synthesis.reproduction.settings import Settings

FIGURE_SEEDS = "1,2,3"
_PHOTO_SEED = 7  # of rendered persons that the labelled ones are not
_CLIP_SUBJECTS = 35
_NARROW = {  # of a trial's baselines
    "tgan": ("width=16,critic_width=4", 2),
    "mocogan": ("width=4,image_batch_size=4", 2),
}


@dataclasses.dataclass(frozen=True)
class Step:
    """A call of a driver.

    Attributes:
      name: unique in the plan.
      driver: `tools/DRIVER.py`.
      flags: as on its command line.
      makes: a file or folder that is there afterwards, relative to the output.
      needs: names of steps whose results it uses.
    """

    name: str
    driver: str
    flags: tuple[str, ...]
    makes: str
    needs: tuple[str, ...] = ()


def make_plan(settings: Settings, root: pathlib.Path) -> list[Step]:
    """All steps, each after those that it needs.

    Args:
      settings: what is given, and how much is to be made.
      root: the folder of all results.
    """
    plan = [*_stage1(settings, root), *_stage2(settings, root), *_stage3(settings, root)]
    plan += _coarse_and_fine(settings, root)
    return [*plan, *_baselines(settings, root), *_tables(settings, root)]


def trailer_names(settings: Settings) -> list[str]:
    """The clips of stage 2, by number."""
    return [f"clip{number}" for number in range(len(settings.trailers) or 2)]


def trailer_paths(settings: Settings, root: pathlib.Path) -> list[str]:
    """Where the clips of stage 2 are."""
    made = [str(root / "trailers" / f"{name}.mp4") for name in trailer_names(settings)]
    return list(settings.trailers) or made


def labels_path(settings: Settings, root: pathlib.Path) -> pathlib.Path:
    """Which picture shows which emotion."""
    return root / ("latents" if settings.impa_face3d is None else "faces") / "labels.csv"


def celeba_pictures(folder: str) -> list[pathlib.Path]:
    """CelebA's pictures, in order: in `img_align_celeba/` if there is one, else in the folder."""
    inner = pathlib.Path(folder) / "img_align_celeba"
    return sorted((inner if inner.is_dir() else inner.parent).glob("*.jpg"))


def _network(settings: Settings) -> str:
    return f"--network={settings.network}"


def _embedding(settings: Settings, coarse: bool) -> list[str]:
    """How pictures are embedded: as the thesis does, or by an encoder where time is short."""
    if coarse and settings.coarse_encoder is not None:
        return ["--method=coarse", f"--encoder={settings.coarse_encoder}"]
    return [f"--iterations={settings.extent.iterations}", f"--vgg_weights={settings.vgg_weights}"]


def _stage1(settings: Settings, root: pathlib.Path) -> list[Step]:
    """Faces, latents, directions (thesis 3.2, stage 1)."""
    extent, faces, latents = settings.extent, root / "faces", root / "latents"
    embedding = [f"--input={faces}", f"--output={latents}", _network(settings)]
    embedding += _embedding(settings, settings.quick)
    if settings.impa_face3d is None:
        size = [f"--subjects={extent.subjects}", f"--size={extent.picture_size}"]
        make = Step("faces", "render_faces", (f"--output={faces}", *size), "faces")
        embedding.append("--dataset=folder")
    else:
        source = [f"--input={settings.impa_face3d}", "--dataset=impa-face3d"]
        flags = (*source, f"--output={faces}", f"--detector={settings.detector}")
        make = Step("faces", "align_faces", flags, "faces")
    learn = [
        f"--latents={latents}",
        f"--labels={labels_path(settings, root)}",
        f"--output={root / 'directions'}",
    ]
    if settings.impa_face3d is None:
        learn.append(f"--folds={min(5, extent.subjects)}")
    return [
        make,
        Step("latents", "embed_images", tuple(embedding), "latents", ("faces",)),
        Step("directions", "train_directions", tuple(learn), "directions", ("latents",)),
        Step(
            "random_faces",
            "generate_images",
            (
                _network(settings),
                "--figure=grid",
                "--seeds=1-4",
                "--columns=4",
                "--truncation_psi=0.7",
                f"--output={root / 'random_faces'}",
            ),
            "random_faces",
        ),
    ]


def _stage2(settings: Settings, root: pathlib.Path) -> list[Step]:
    """Trailers, labels, the LSTM (thesis 3.2, stage 2)."""
    extent, steps = settings.extent, []
    names, paths = trailer_names(settings), trailer_paths(settings, root)
    for number, (name, path) in enumerate(zip(names, paths, strict=True)):
        needs: tuple[str, ...] = ()
        if not settings.trailers:
            flags = (
                _network(settings),
                f"--directions={root / 'directions'}",
                f"--seed={100 + number}",
                f"--length={4 if settings.quick else 20}",
                f"--sequence_seed={number}",
                f"--frames_between={extent.frames_between}",
                f"--output={path}",
            )
            made = f"trailers/{name}.mp4"
            steps.append(Step(name, "synthesize_video", flags, made, ("directions",)))
            needs = (name,)
        folder, labels = root / "trailers" / name, root / "labels" / f"{name}.csv"
        extract = [f"--input={path}", f"--output={folder}", f"--detector={settings.detector}"]
        if settings.quick:
            extract += ["--size=256", "--fps=10"]
        faces = f"{name}_faces"
        steps.append(Step(faces, "extract_faces", tuple(extract), f"trailers/{name}", needs))
        label = (f"--input={folder}", f"--output={labels}")
        made = f"labels/{name}.csv"
        steps.append(Step(f"{name}_labels", "label_emotions", label, made, (faces,)))
    lstm = root / "lstm" / "lstm.keras"
    if settings.trailers:
        source = [f"--input={root / 'labels'}"]
        needs = tuple(f"{name}_labels" for name in names)
    else:
        source = ["--input=markov-chain", f"--clips={extent.sequences}"]
        source.append(f"--epochs={extent.epochs}")
        needs = ()
    steps.append(
        Step("lstm", "train_emotion_lstm", (*source, f"--output={lstm}"), "lstm/lstm.keras", needs)
    )
    predict = (
        f"--model={lstm}",
        f"--length={extent.sequence_length}",
        f"--output={root / 'sequence.csv'}",
    )
    return [*steps, Step("sequence", "predict_emotions", predict, "sequence.csv", ("lstm",))]


def _stage3(settings: Settings, root: pathlib.Path) -> list[Step]:
    """The video, and the figures of directions (thesis 3.2, stage 3; 4.4, 4.6, 4.7.3)."""
    directions = f"--directions={root / 'directions'}"
    video = (
        _network(settings),
        directions,
        "--seed=1",
        f"--sequence={root / 'sequence.csv'}",
        f"--output={root / 'video.mp4'}",
    )
    figures = (
        _network(settings),
        directions,
        "--figure=20,22,25,26,27",
        f"--seeds={FIGURE_SEEDS}",
        f"--output={root / 'figures'}",
    )
    return [
        Step("video", "synthesize_video", video, "video.mp4", ("directions", "sequence")),
        Step("figures", "make_figures", figures, "figures/figure_27.png", ("directions",)),
    ]


def _coarse_and_fine(settings: Settings, root: pathlib.Path) -> list[Step]:
    """Figures 17, 18 and 19 (thesis 4.1, 4.2, 4.3)."""
    extent, steps = settings.extent, []
    flags: tuple[str, ...]
    needs: tuple[str, ...] = ("photos",)
    if settings.celeba is None:
        folder = root / "photos"
        flags = (
            f"--subjects={extent.pictures}",
            f"--size={extent.picture_size}",
            f"--seed={_PHOTO_SEED}",
            f"--output={folder}",
        )
        steps.append(Step("photos", "render_faces", flags, "photos"))
        pictures = [folder / f"s{k:03d}" / "calm.png" for k in range(1, extent.pictures + 1)]
    else:
        needs = ()
        pictures = celeba_pictures(settings.celeba)[: extent.pictures]
    base = (
        _network(settings),
        f"--output={root / 'figures'}",
        f"--detector={settings.detector}",
    )
    photos = tuple(f"--photo={picture}" for picture in pictures)
    encoder = settings.coarse_encoder
    if encoder is None and not settings.quick:
        folder = root / "coarse"
        flags = (_network(settings), f"--output={folder}")
        steps.append(Step("encoder", "train_coarse_encoder", flags, "coarse/encoder.npz"))
        encoder = str(folder / "encoder.npz")
    if encoder is not None:
        trained = ("encoder",) if settings.coarse_encoder is None else ()
        flags = (*base, *photos, "--figure=17", f"--encoder={encoder}")
        made = "figures/figure_17.png"
        steps.append(Step("figure17", "make_figures", flags, made, (*needs, *trained)))
    fine = (*base, *photos, "--figure=18", *_embedding(settings, coarse=False))
    steps.append(Step("figure18", "make_figures", fine, "figures/figure_18.png", needs))
    clip = trailer_paths(settings, root)[0]
    pose = (*base, "--figure=19", f"--input={clip}", *_embedding(settings, settings.quick))
    needs = () if settings.trailers else ("clip0",)
    return [*steps, Step("figure19", "make_figures", pose, "figures/figure_19.png", needs)]


def _baselines(settings: Settings, root: pathlib.Path) -> list[Step]:
    """TGAN and MoCoGAN, trained if they are not given, and figures 23 and 24 (thesis 4.7)."""
    steps = []
    given = {"tgan": settings.tgan, "mocogan": settings.mocogan}
    if None in given.values() and settings.mug is None:
        subjects = 2 if settings.quick else _CLIP_SUBJECTS
        flags = (f"--output={root / 'clips'}", f"--subjects={subjects}", "--size=64")
        steps.append(Step("clips", "render_clips", flags, "clips/subjects3"))
    for (model, folder), figure in zip(given.items(), ("23", "24"), strict=True):
        needs: tuple[str, ...] = ()
        if folder is None:
            train = [f"--model={model}", f"--data={settings.mug or root / 'clips'}"]
            train.append(f"--output={root / model}")
            if settings.extent.baseline_steps is not None:
                train.append(f"--steps={settings.extent.baseline_steps}")
            if settings.quick:
                options, batch = _NARROW[model]
                train += [f"--options={options}", f"--batch_size={batch}"]
            source = () if settings.mug else ("clips",)
            made = f"{model}/checkpoints/checkpoint"
            steps.append(Step(model, "train_baseline", tuple(train), made, source))
            needs = (model,)
        draw = (
            f"--figure={figure}",
            f"--{model}={folder or root / model}",
            f"--output={root / 'figures'}",
        )
        made = f"figures/figure_{figure}.png"
        steps.append(Step(f"figure{figure}", "make_figures", draw, made, needs))
    return steps


def _tables(settings: Settings, root: pathlib.Path) -> list[Step]:
    """Table 1, and a study to ask people with (thesis 4.8)."""
    table, needs = root / "table1", ["directions"]
    flags = [
        "--table=1",
        _network(settings),
        f"--directions={root / 'directions'}",
        f"--faces={settings.extent.faces}",
        f"--detector={settings.detector}",
        f"--output={table}",
    ]
    for model, folder in (("tgan", settings.tgan), ("mocogan", settings.mocogan)):
        flags.append(f"--{model}={folder or root / model}")
        needs += [] if folder else [model]
    if settings.vgan is not None:
        flags.append(f"--vgan={settings.vgan}")
    if settings.mug is not None:
        flags.append(f"--mug={settings.mug}")
    if settings.quick:
        flags.append("--quick")
    models = f"ours={table / 'ours'},TGAN={table / 'tgan'},MoCoGAN={table / 'mocogan'}"
    study = (
        "make",
        f"--study={root / 'study'}",
        f"--models={models}",
        f"--pairs={min(10, 6 * settings.extent.faces)}",
    )
    return [
        Step("table1", "reproduce_tables", tuple(flags), "table1/table1.json", tuple(needs)),
        Step("study", "preference_study", study, "study/study.json", ("table1",)),
    ]
