"""What the answers of a study say: table 2 of the thesis, with intervals and filters."""

import collections
import dataclasses
import os
import statistics
from collections.abc import Iterable, Sequence

from scipy.stats import binomtest

from stylegan_tf.errors import InputError
from stylegan_tf.files.whole_files import write_atomically
from synthesis.study.answers import Answer
from synthesis.study.study import Study

# Thesis table 2: model → percentages that preferred the thesis' model, and the other. It does not
# say how the rest of its 100 workers of Mechanical Turk answered.
PUBLISHED = {"TGAN": (90, 2), "MoCoGAN": (77, 3)}
PUBLISHED_WORKERS = 100
CONFIDENCE = 0.95
_COLOURS = ("#1557b0", "#b9b9b2", "#c2571a")
_DPI = 120


@dataclasses.dataclass(frozen=True)
class WorkerFilter:
    """Whose answers count.

    Attributes:
      max_failed_checks: who fails more attention checks is left out; None keeps everybody.
      min_seconds: who takes less for an answer, in the median, is left out.
      min_answers: who has answered fewer comparisons (checks aside) is left out.
      excluded: who is left out by name.
    """

    max_failed_checks: int | None = 0
    min_seconds: float = 0.0
    min_answers: int = 1
    excluded: frozenset[str] = frozenset()


@dataclasses.dataclass(frozen=True)
class WorkerSummary:
    """One worker's answers; `left_out` says why they do not count, None if they do."""

    worker: str
    answers: int
    checks: int
    failed_checks: int
    median_seconds: float
    left_shown: float | None  # share of "left" among the answers for one of the sides
    left_out: str | None


@dataclasses.dataclass(frozen=True)
class Share:
    """A part of the answers with Wilson's interval (Wilson 1927), all from 0 to 1."""

    count: int
    share: float
    low: float
    high: float


@dataclasses.dataclass(frozen=True)
class Preference:
    """How the first model did against another one.

    The intervals take the answers as independent of each other; where each worker answers several
    times they are too narrow.
    """

    ours: str
    other: str
    answers: int
    workers: int
    for_ours: Share
    for_other: Share
    neither: Share


@dataclasses.dataclass(frozen=True)
class StudyReport:
    """What came out, and of whom.

    Attributes:
      preferences: one for each model after the first, from the answers that count.
      unfiltered: the same from all answers.
      workers: everybody who answered.
      filter: whose answers count.
      left_share: share of "left" among the answers for one of the sides that count: 0.5 if the
        side does not matter; None without answers.
    """

    preferences: tuple[Preference, ...]
    unfiltered: tuple[Preference, ...]
    workers: tuple[WorkerSummary, ...]
    filter: WorkerFilter
    left_share: float | None

    @property
    def num_counted(self) -> int:
        """Workers whose answers count."""
        return sum(worker.left_out is None for worker in self.workers)

    def as_record(self) -> dict[str, object]:
        """All of it for a JSON file."""
        record = dataclasses.asdict(self)
        record["filter"]["excluded"] = sorted(self.filter.excluded)
        record["published"] = {
            name: {"for_ours": ours, "for_other": other}
            for name, (ours, other) in PUBLISHED.items()
        }
        return record


def make_report(
    study: Study,
    answers: Iterable[Answer],
    chosen: WorkerFilter = WorkerFilter(),
) -> StudyReport:
    """Counts the answers of a study.

    Args:
      study: its pairs say which model is on which side.
      answers: of any number of workers; the first of several of a worker to one pair counts.
      chosen: whose answers count.

    Raises:
      InputError: an answer is about a pair that the study does not have.
    """
    by_worker: dict[str, dict[str, Answer]] = collections.defaultdict(dict)
    pairs = {pair.name: pair for pair in study.pairs}
    for answer in answers:
        if answer.pair not in pairs:
            raise InputError(f"an answer is about the pair {answer.pair!r}, which the study lacks")
        by_worker[answer.worker].setdefault(answer.pair, answer)
    workers = tuple(
        _summarise(study, worker, list(given.values()), chosen)
        for worker, given in sorted(by_worker.items())
    )
    everything = [answer for given in by_worker.values() for answer in given.values()]
    counted = {worker.worker for worker in workers if worker.left_out is None}
    kept = [answer for answer in everything if answer.worker in counted]
    return StudyReport(
        _preferences(study, kept), _preferences(study, everything), workers, chosen, _left(kept)
    )


def wilson(count: int, total: int) -> Share:
    """A share and its interval at `CONFIDENCE`; of nothing the interval is everything."""
    if not total:
        return Share(0, 0.0, 0.0, 1.0)
    interval = binomtest(count, total).proportion_ci(CONFIDENCE, method="wilson")
    return Share(count, count / total, float(interval.low), float(interval.high))


def report_text(report: StudyReport) -> str:
    """Table 2 of the thesis with ours, the published numbers, and who was counted."""
    lines = ["User preference, %"]
    width = max(len(f"{p.ours} / {p.other}") for p in report.preferences)
    for one in report.preferences:
        shares = "no answers that count"
        if one.answers:
            shares = (
                f"{_percent(one.for_ours)} / {_percent(one.for_other)}, cannot tell "
                f"{_percent(one.neither)}; {one.answers} answers of {one.workers} workers"
            )
        lines.append(f"  {f'{one.ours} / {one.other}':{width}}  {shares}")
        if one.other in PUBLISHED:
            ours, other = PUBLISHED[one.other]
            lines.append(f"  {'':{width}}  published (thesis table 2): {ours} / {other}")
    reasons = collections.Counter(w.left_out for w in report.workers if w.left_out is not None)
    lines.append(f"{report.num_counted} of {len(report.workers)} workers count")
    lines += [f"  {count} left out: {reason}" for reason, count in sorted(reasons.items())]
    if report.left_share is not None:
        lines.append(f"the left video was chosen in {report.left_share:.0%} of the decided answers")
    lines.append(f"in brackets: Wilson's intervals at {CONFIDENCE:.0%}")
    return "\n".join(lines)


def draw_report(path: str | os.PathLike[str], report: StudyReport) -> None:
    """Table 2 as a picture: a bar for each comparison, shares with their intervals."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.5, 1.6 + 0.9 * len(report.preferences)), layout="constrained")
    axes = figure.add_subplot()
    for row, one in enumerate(report.preferences):
        start = 0.0
        for share, colour in zip((one.for_ours, one.neither, one.for_other), _COLOURS, strict=True):
            axes.barh(row, share.share, left=start, color=colour, height=0.55)
            if share.share >= 0.06:
                ink = "black" if colour == _COLOURS[1] else "white"
                middle = start + share.share / 2
                axes.text(middle, row, f"{share.share:.0%}", ha="center", va="center", color=ink)
            start += share.share
        # The interval of the one side grows from the left end, that of the other from the right.
        own, other = one.for_ours, one.for_other
        spans = ((own.low, own.high), (1 - other.high, 1 - other.low))
        for span, colour, place in zip(spans, _COLOURS[::2], (0.33, 0.39), strict=True):
            axes.plot(span, [row + place] * 2, color=colour, marker="|", linewidth=1.5)
    names = [f"{p.ours} / {p.other}\n{p.answers} answers" for p in report.preferences]
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_xlim(0, 1)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    axes.set_title("Which video looks more realistic?")
    labels = ("the first", "cannot tell", "the second")
    handles = [
        axes.barh(0, 0, color=colour, label=label)
        for colour, label in zip(_COLOURS, labels, strict=True)
    ]
    axes.legend(
        handles=handles, loc="upper center", bbox_to_anchor=(0.5, -0.15), ncols=3, frameon=False
    )
    axes.spines[["top", "right", "left"]].set_visible(False)
    with write_atomically(path) as temporary:
        figure.savefig(temporary, dpi=_DPI)


def _summarise(
    study: Study, worker: str, answers: Sequence[Answer], chosen: WorkerFilter
) -> WorkerSummary:
    checks = failed = 0
    for answer in answers:
        pair = study.pair(answer.pair)
        if pair is not None and pair.is_check:
            checks += 1
            failed += pair.chosen_model(answer.choice) != study.models[0]
    count = len(answers) - checks
    seconds = statistics.median(answer.milliseconds for answer in answers) / 1000
    reason = None
    if worker in chosen.excluded:
        reason = "excluded by name"
    elif chosen.max_failed_checks is not None and failed > chosen.max_failed_checks:
        reason = f"failed more than {chosen.max_failed_checks} attention checks"
    elif seconds < chosen.min_seconds:
        reason = f"took less than {chosen.min_seconds:g} s in the median"
    elif count < chosen.min_answers:
        reason = f"answered fewer than {chosen.min_answers} comparisons"
    return WorkerSummary(worker, count, checks, failed, seconds, _left(answers), reason)


def _preferences(study: Study, answers: Sequence[Answer]) -> tuple[Preference, ...]:
    ours = study.models[0]
    preferences = []
    pairs = {pair.name: pair for pair in study.pairs}
    for other in study.models[1:]:
        about = [
            answer
            for answer in answers
            if other in (pairs[answer.pair].left_model, pairs[answer.pair].right_model)
        ]
        votes = collections.Counter(
            pairs[answer.pair].chosen_model(answer.choice) for answer in about
        )
        preferences.append(
            Preference(
                ours,
                other,
                len(about),
                len({answer.worker for answer in about}),
                wilson(votes[ours], len(about)),
                wilson(votes[other], len(about)),
                wilson(votes[None], len(about)),
            )
        )
    return tuple(preferences)


def _left(answers: Sequence[Answer]) -> float | None:
    decided = [answer.choice for answer in answers if answer.choice != "neither"]
    return decided.count("left") / len(decided) if decided else None


def _percent(share: Share) -> str:
    return f"{100 * share.share:.0f} [{100 * share.low:.0f}, {100 * share.high:.0f}]"
