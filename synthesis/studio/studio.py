"""What a running studio consists of, and what it does for a session."""

import functools
import random
from typing import IO, TYPE_CHECKING

from emotion.emotion import Emotion
from stylegan_tf.errors import InputError
from synthesis.keyframes import make_keyframe
from synthesis.masks import NAMES, LayerMask
from synthesis.studio.clip_jobs import CLIP, follow_pose, label_emotions
from synthesis.studio.edit import FIELDS as MANNER_FIELDS
from synthesis.studio.edit import MAX_STRENGTH, Manner, read_emotions
from synthesis.studio.face import MAX_SEED, Face, roll_face
from synthesis.studio.fields import check_fields, choice, flag, number, whole
from synthesis.studio.jobs import Job, JobQueue
from synthesis.studio.origin import Origin
from synthesis.studio.painter import Kept, Painter, encode_jpeg
from synthesis.studio.palette import Palette
from synthesis.studio.photo_job import UPLOAD, Embedders, Embedding, embed_photograph
from synthesis.studio.sessions import IDLE_SECONDS, LEAVING_SECONDS, Session, SessionStore
from synthesis.studio.uploads import (
    MAX_CLIP_BYTES,
    MAX_CLIP_SECONDS,
    MAX_PHOTOGRAPH_BYTES,
    MAX_PHOTOGRAPH_PIXELS,
    receive,
)
from synthesis.studio.video_job import MAX_ROWS, MAX_SECONDS, Film, make_video

if TYPE_CHECKING:
    from emotion.sequences.model import EmotionSequenceModel
    from stylegan_tf.generator import Generator

PSI = 0.7  # as the drivers' --truncation_psi
_FIRST_SEEDS = 10_000  # a new session begins with one of so many faces
_LONGEST_PROPOSAL = 20
FILM_OF_CLIP = ("emotions", "pose")


class Studio:
    """A generator with everything that sessions do with it."""

    def __init__(
        self,
        generator: "Generator",
        palette: Palette,
        sequence_model: "EmotionSequenceModel",
        embedding: Embedding,
        origin: Origin,
        idle_seconds: float = IDLE_SECONDS,
        leaving_seconds: float = LEAVING_SECONDS,
    ) -> None:
        """Draws its first picture, so that those of sessions come at once.

        Args:
          generator: with a W space.
          palette: its directions.
          sequence_model: proposes timelines.
          embedding: how photographs are embedded.
          origin: what records tell.
          idle_seconds, leaving_seconds: see `SessionStore`.

        Raises:
          InputError: the network is none that a studio can use.
        """
        self.generator, self.palette = generator, palette
        self._sequence_model = sequence_model
        self._embedders = Embedders(generator, embedding)
        self._origin = origin
        self.painter = Painter(generator)
        self.painter.warm_up(self.roll(0, PSI).latent)
        self.queue = JobQueue()
        self.sessions = SessionStore(
            self.queue,
            lambda: self.roll(random.randrange(_FIRST_SEEDS), PSI),
            idle_seconds,
            leaving_seconds,
        )

    def close(self) -> None:
        """Ends all jobs and sessions, and removes their files."""
        self.queue.close()
        self.sessions.close()

    def describe(self, session: Session) -> dict[str, object]:
        """What the page needs to know when it is opened."""
        return {
            "face": session.face.describe(),
            "emotions": [emotion.label for emotion in self.palette.emotions],
            "turns": list(self.palette.turns),
            "masks": self._masks(),
            "layers": self.generator.num_layers,
            "resolution": self.generator.resolution,
            "preview": self.painter.preview_side,
            "network": self._origin.network["name"],
            "max_strength": MAX_STRENGTH,
            "max_rows": MAX_ROWS,
            "max_seconds": MAX_SECONDS,
            "max_photograph_bytes": MAX_PHOTOGRAPH_BYTES,
            "max_photograph_pixels": MAX_PHOTOGRAPH_PIXELS,
            "max_clip_bytes": MAX_CLIP_BYTES,
            "max_clip_seconds": MAX_CLIP_SECONDS,
            "jobs": self.describe_jobs(session),
        }

    def describe_jobs(self, session: Session) -> list[dict[str, object]]:
        """How far a session's jobs are, the oldest first."""
        return [self.describe_job(job) for job in list(session.jobs.values())]

    def describe_job(self, job: Job) -> dict[str, object]:
        """How far a job is."""
        return {
            "name": job.name,
            "kind": job.kind,
            "state": job.state,
            "before": self.queue.place(job),
            "stage": job.stage,
            "done": job.done,
            "total": job.total,
            "message": job.message,
            "pictures": job.pictures,
            "files": {name: path.stat().st_size for name, path in job.files.items()},
            "answer": job.answer,
        }

    def roll(self, seed: int, psi: float) -> Face:
        """The random face of a seed."""
        return roll_face(self.generator, seed, psi)

    def choose_face(self, session: Session, request: object) -> dict[str, object]:
        """Gives a session the face of `seed` (a drawn one if it is not said) and `psi`."""
        fields = check_fields(request, ("seed", "psi"))
        drawn = random.randrange(2**31)
        session.face = self.roll(
            whole(fields, "seed", 0, MAX_SEED, drawn), number(fields, "psi", -2, 2, PSI)
        )
        return session.face.describe()

    def picture(self, session: Session, request: object) -> bytes:
        """The session's face with `emotions`, `turns`, `mask` and `coefficient`, as JPEG.

        `preview` makes it small. `before` is the face as it is, whatever else is said.
        """
        fields = check_fields(request, (*MANNER_FIELDS, "emotions", "preview", "before"))
        manner = Manner.read(fields)
        emotions = read_emotions(fields.get("emotions", {}))
        preview = flag(fields, "preview", False)
        face = session.face.latent
        if flag(fields, "before", False):
            return encode_jpeg(self.painter.paint(Kept(), face, face, preview))
        turned = manner.turn(face, self.palette)
        edited = manner.express(turned, self.palette, emotions)
        return encode_jpeg(self.painter.paint(session.kept, turned, edited, preview))

    def propose(self, request: object) -> dict[str, object]:
        """A timeline of `length` emotions after calm, as the LSTM of `seed` continues it."""
        fields = check_fields(request, ("length", "seed"))
        seed = whole(fields, "seed", 0, MAX_SEED, random.randrange(2**31))
        length = whole(fields, "length", 1, _LONGEST_PROPOSAL, 5)
        emotions = self._sequence_model.predict([Emotion.CALM], length, seed=seed)
        return {"seed": seed, "emotions": [emotion.label for emotion in emotions]}

    def render(self, session: Session, request: object) -> Job:
        """Queues the video of a timeline: see `video_job.Film`."""
        film = Film.read(request)
        face = session.face
        # A wrong mask, direction or keyframe is told now and not when its turn comes.
        turned = film.manner.turn(face.latent, self.palette)
        for row in film.plan.timeline.rows:
            make_keyframe(turned, self.palette.emotions, row.emotions, film.manner.mask)
        work = functools.partial(
            make_video,
            film=film,
            face=face,
            generator=self.generator,
            palette=self.palette,
            painter=self.painter,
            origin=self._origin,
        )
        return self.sessions.add_job(session, "video", work)

    def take_photograph(self, session: Session, stream: IO[bytes]) -> Job:
        """Queues the embedding of an uploaded photograph; then it is the session's face."""

        def done(face: Face) -> None:
            session.face = face

        work = functools.partial(
            embed_photograph, embedders=self._embedders, painter=self.painter, done=done
        )
        return self.sessions.add_job(
            session,
            "photograph",
            work,
            lambda folder: receive(stream, folder / UPLOAD, MAX_PHOTOGRAPH_BYTES),
        )

    def take_clip(self, session: Session, stream: IO[bytes], use: str) -> Job:
        """Queues the reading of an uploaded film's `emotions`, or the transfer of its `pose`."""
        use = choice({"use": use}, "use", FILM_OF_CLIP, FILM_OF_CLIP[0])
        if use == "pose":
            work = functools.partial(
                follow_pose,
                face=session.face,
                generator=self.generator,
                embedders=self._embedders,
                painter=self.painter,
                origin=self._origin,
            )
        else:
            work = functools.partial(label_emotions, embedders=self._embedders)
        return self.sessions.add_job(
            session, use, work, lambda folder: receive(stream, folder / CLIP, MAX_CLIP_BYTES)
        )

    def _masks(self) -> list[str]:
        """The named masks that this network can have."""
        names = []
        for name in NAMES:
            try:
                LayerMask(name).array(self.generator.num_layers, self.generator.dlatent_size)
            except InputError:
                continue
            names.append(name)
        return names
