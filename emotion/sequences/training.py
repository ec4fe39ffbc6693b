"""Training of the sequence model from files or from the example chain, with its report."""

import dataclasses
import os
import pathlib
from collections.abc import Sequence
from typing import Any

from emotion import plots
from emotion.sequences.markov_chain import MarkovChain
from emotion.sequences.model import EmotionSequenceModel, Evaluation, split_clips
from emotion.sequences.statistics import count_transitions, transition_matrix
from stylegan_tf.files.json_files import write_json
from stylegan_tf.training.replicas import Replicas

THESIS_ACCURACY = 0.85  # thesis 4.5, on trailers that it does not name, with an unstated split
_PLOTTED = 60  # emotions in the figure of predictions
_TEST_CLIPS, _TEST_LENGTH = 1000, 60  # drawn afresh from the chain for the final figure
_TEST_SEED_OFFSET = 1_000_003


@dataclasses.dataclass(frozen=True)
class SequenceTraining:
    """Settings of one training; see `EmotionSequenceModel.build` and `.fit`."""

    window: int
    units: int
    dropout: float
    epochs: int
    batch_size: int
    learning_rate: float
    validation_share: float
    seed: int


def train_sequence_model(
    clips: Sequence[Sequence[int]],
    output: str | os.PathLike,
    settings: SequenceTraining,
    chain: MarkovChain | None = None,
    **more: Any,
) -> dict:
    """Trains a model on clips, and writes it and what is known about it.

    Beside `NAME.keras`: `NAME.json` (the report), `NAME_loss.png`, `NAME_sequence.png` (predicted
    against true, held-out clips), `NAME_transitions.png`.

    Args:
        clips: sequences of changes.
        output: the .keras file.
        settings: of the network and its training.
        chain: where the clips were drawn from, if that is known: the report then compares the
            model with the best possible on fresh sequences.
        **more: `folder`, `replicas` and `on_epoch` of `train_classifier`.

    Returns:
        The report.
    """
    output = pathlib.Path(output)
    training, validation = split_clips(clips, settings.validation_share, settings.seed)
    with (more.get("replicas") or Replicas()).scope():
        model = EmotionSequenceModel.build(
            settings.window, settings.units, settings.dropout, settings.seed
        )
    history = model.fit(
        training,
        validation,
        epochs=settings.epochs,
        batch_size=settings.batch_size,
        learning_rate=settings.learning_rate,
        seed=settings.seed,
        **more,
    )
    held_out = model.evaluate(validation)
    report = {
        "settings": dataclasses.asdict(settings),
        "clips": {"training": len(training), "validation": len(validation)},
        "emotions": {"training": sum(map(len, training)), "validation": len(held_out.truth)},
        "validation": _summary(held_out),
        "thesis_accuracy": THESIS_ACCURACY,
    }
    if chain is not None:
        report["chain"] = compare_with_chain(model, chain, settings.seed)
    report["class_report"] = held_out.class_report
    report["history"] = dataclasses.asdict(history)
    stem = output.with_suffix("")
    plots.plot_loss(f"{stem}_loss.png", history.loss, history.validation_loss)
    plots.plot_predictions(
        f"{stem}_sequence.png", held_out.truth[:_PLOTTED], held_out.predicted[:_PLOTTED]
    )
    plots.plot_matrix(
        f"{stem}_transitions.png", transition_matrix(clips), "emotion", "next emotion"
    )
    report["transitions"] = count_transitions(clips).tolist()
    write_json(f"{stem}.json", report)
    model.save(output)
    return report


def compare_with_chain(model: EmotionSequenceModel, chain: MarkovChain, seed: int) -> dict:
    """The model on fresh sequences of a chain beside the best that anyone could do.

    Each emotion is predicted from the ones before it, except the first two of a clip, which the
    chain does not determine.
    """
    test = chain.sample(_TEST_CLIPS, _TEST_LENGTH, seed + _TEST_SEED_OFFSET)
    evaluation = model.evaluate(test, skip=2)
    return _summary(evaluation) | {
        "best_accuracy": chain.best_accuracy,
        "share_of_best_accuracy": evaluation.accuracy / chain.best_accuracy,
        "best_perplexity": chain.perplexity,
    }


def _summary(evaluation: Evaluation) -> dict:
    return {"accuracy": evaluation.accuracy, "perplexity": evaluation.perplexity}
