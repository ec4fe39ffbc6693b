"""The studio: emotions at one's fingertips, in the browser (docs/studio.md).

    python tools/studio.py --port=8000

Opens a page on this machine: roll a face or drop a photograph, move its emotions, arrange them in
a timeline, render it. Others can reach it with --host=0.0.0.0, which needs a --password_file. It
runs until Ctrl-C.
"""

from tools import driver
from tools.flag_sets import detection as detection_flags
from tools.flag_sets import directions as direction_flags
from tools.flag_sets import network as network_flags
from tools.flag_sets import output as output_flags
from tools.flag_sets import perceptual as perceptual_flags
from tools.flag_sets.numbers import define_integer, define_number

import dataclasses
import os
import socket

from absl import flags

from emotion.directions import files as direction_files
from encoder.coarse.files import SHIPPED_ENCODERS, find_encoder
from encoder.embedder import EmbeddingOptions
from encoder.embedding.methods import METHODS
from stylegan_tf.errors import InputError
from stylegan_tf.files.whole_files import read_text
from synthesis.studio.access import Guard, check_password

FLAGS = flags.FLAGS
for module in (detection_flags, direction_flags, network_flags, perceptual_flags):
    flags.adopt_module_key_flags(module)

flags.DEFINE_string("host", "127.0.0.1", "Address to listen at; 0.0.0.0: all networks.")
define_integer("port", 8000, "Port to listen at; 0: any free one.", 0, 65535)
flags.DEFINE_string("password_file", None, "A text file whose first line is what visitors enter.")
define_integer("threads", 8, "Requests answered at once.", 2, 256)
define_number("idle_minutes", 15, "Without a sign of life a session ends.", 0.01, 10_000)
define_number("leaving_seconds", 10, "A closed page's session ends.", 0.1, 3600)
flags.DEFINE_enum("method", "thesis", list(METHODS), "Photographs: how their latent is searched.")
define_integer("iterations", 200, "Photographs: steps of the search.", 0, 100_000)
flags.DEFINE_string(
    "encoder",
    None,
    "An encoder for the network, whose guess a search begins with; the shipped network has its "
    "own.",
)
flags.DEFINE_string("sequence_model", "markov-chain", "The LSTM that proposes, or its file.")

_LISTENING = 200  # connections that may wait
_MAX_PASSWORD_FILE_BYTES = 1 << 16
_MAX_REQUEST_BYTES = 110 << 20  # a film and its headers; the studio's own limits come before


def main() -> None:
    """Checks the flags, loads everything, draws a first picture, serves."""
    password = _read_password()
    check_password(FLAGS.host, password)
    network_flags.check()
    network_flags.check_gradients()
    perceptual_flags.check()
    direction_files.check_directions(FLAGS.directions)
    encoder = FLAGS.encoder
    if encoder is None and FLAGS.network in SHIPPED_ENCODERS:
        encoder = FLAGS.network
    if encoder is not None:
        find_encoder(encoder)
    search = EmbeddingOptions(FLAGS.method, FLAGS.iterations, FLAGS.vgg_weights)
    try:
        listening = socket.create_server((FLAGS.host, FLAGS.port), backlog=_LISTENING)
    except OSError as error:
        raise InputError(
            f"cannot listen at {FLAGS.host}:{FLAGS.port}: {os.strerror(error.errno or 0)}"
        ) from None
    with listening:
        _serve(listening, password, search, encoder)


def _serve(
    listening: socket.socket, password: str | None, search: EmbeddingOptions, encoder: str | None
) -> None:
    from emotion.sequences.model import EmotionSequenceModel
    from synthesis.page_server import serve_page
    from synthesis.studio.access import is_loopback
    from synthesis.studio.origin import Origin
    from synthesis.studio.palette import load_palette
    from synthesis.studio.photo_job import Embedding
    from synthesis.studio.server import create_app
    from synthesis.studio.studio import Studio

    generator = network_flags.load_generator()
    # Of a skip architecture the search needs no block above the pictures that it compares.
    skips = getattr(generator.synthesis, "architecture", None) == "skip"
    search = dataclasses.replace(search, skip_fine_blocks=skips)
    origin = Origin(
        output_flags.describe_network(FLAGS.network),
        FLAGS.directions,
        output_flags.environment(),
    )
    studio = Studio(
        generator,
        load_palette(FLAGS.directions, generator.num_layers),
        EmotionSequenceModel.load(FLAGS.sequence_model),
        Embedding(search, encoder, FLAGS.detector, FLAGS.detection_size),
        origin,
        FLAGS.idle_minutes * 60,
        FLAGS.leaving_seconds,
    )
    try:
        app = create_app(studio, Guard(is_loopback(FLAGS.host), password))
        serve_page(app, listening, FLAGS.threads, _MAX_REQUEST_BYTES)
    finally:
        studio.close()


def _read_password() -> str | None:
    if FLAGS.password_file is None:
        return None
    lines = read_text(FLAGS.password_file, _MAX_PASSWORD_FILE_BYTES).splitlines()
    return lines[0].strip() if lines else ""


if __name__ == "__main__":
    driver.run(main)
