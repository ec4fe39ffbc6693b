import math
import re
import struct
import subprocess
import wave

import imageio_ffmpeg
import numpy as np
import pytest
from PIL import Image

from encoder.clips.reading import read_frames
from stylegan_tf.errors import InputError
from synthesis.video.format import VideoFormat
from synthesis.video.writing import write_video


def gradient_frames(count, size=64):
    ramp = np.linspace(0, 200, size, dtype=np.uint8)
    for k in range(count):
        frame = np.zeros((size, size, 3), np.uint8)
        frame[..., 0] = ramp
        frame[..., 1] = ramp[:, None]
        frame[..., 2] = 10 * k
        yield frame


def stream_lines(path):
    ffmpeg = imageio_ffmpeg.get_ffmpeg_exe()
    result = subprocess.run([ffmpeg, "-i", path], capture_output=True, text=True, check=False)
    return re.findall(r"Stream #.*", result.stderr)


def top_level_boxes(path):
    data, at, names = path.read_bytes(), 0, []
    while at < len(data):
        size, name = struct.unpack(">I4s", data[at : at + 8])
        names.append(name.decode())
        at += size
    return names


def test_mp4_is_h264_yuv420p_with_the_index_first(tmp_path):
    path = tmp_path / "new" / "a.mp4"
    assert write_video(path, gradient_frames(12), fps=25) == 12
    (line,) = stream_lines(path)
    assert "h264" in line
    assert "yuv420p" in line
    assert "64x64" in line
    assert "25 fps" in line
    boxes = top_level_boxes(path)
    assert boxes.index("moov") < boxes.index("mdat")
    frames = list(read_frames(path))
    assert len(frames) == 12
    difference = np.abs(frames[5].astype(int) - list(gradient_frames(6))[5])
    assert difference.mean() < 4
    assert [p.name for p in path.parent.iterdir()] == ["a.mp4"]


def test_crf_sets_the_quality(tmp_path):
    random = np.random.RandomState(0)
    noise = [random.randint(0, 255, (64, 64, 3), np.uint8) for _ in range(5)]
    for crf in (10, 40):
        write_video(tmp_path / f"{crf}.mp4", noise, crf=crf)
    assert (tmp_path / "40.mp4").stat().st_size < (tmp_path / "10.mp4").stat().st_size / 2


def test_webm_gif_and_png_frames(tmp_path):
    write_video(tmp_path / "a.webm", gradient_frames(5), fps=20)
    (line,) = stream_lines(tmp_path / "a.webm")
    assert "vp9" in line
    assert "yuv420p" in line
    write_video(tmp_path / "a.gif", gradient_frames(5, size=63), fps=20)
    with Image.open(tmp_path / "a.gif") as gif:
        assert gif.n_frames == 5
        assert gif.info["duration"] == 50
        assert gif.info["loop"] == 0
    assert write_video(tmp_path / "frames", gradient_frames(3, size=63)) == 3
    assert sorted(p.name for p in (tmp_path / "frames").iterdir()) == [
        f"00000{k}.png" for k in range(3)
    ]
    for read, made in zip(read_frames(tmp_path / "frames"), gradient_frames(3, 63), strict=True):
        np.testing.assert_array_equal(read, made)
    write_video(tmp_path / "frames", gradient_frames(2))
    assert len(list((tmp_path / "frames").iterdir())) == 2


@pytest.mark.parametrize(("seconds", "start"), [(0.2, 0.0), (3.0, 0.0), (3.0, 2.5)])
def test_audio_takes_the_length_of_the_video(tmp_path, seconds, start):
    with wave.open(str(tmp_path / "a.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        samples = [int(9000 * math.sin(k / 3)) for k in range(int(8000 * seconds))]
        file.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    write_video(
        tmp_path / "a.mp4",
        gradient_frames(25),
        fps=25,
        audio=tmp_path / "a.wav",
        audio_start=start,
    )
    video, audio = stream_lines(tmp_path / "a.mp4")
    assert "h264" in video
    assert "aac" in audio
    frames, duration = imageio_ffmpeg.count_frames_and_secs(str(tmp_path / "a.mp4"))
    assert frames == 25
    assert duration == pytest.approx(1.0, abs=0.1)


class Stop(BaseException):
    """Stands for Ctrl-C, which pytest would take for its own."""


@pytest.mark.parametrize("name", ["a.mp4", "frames"])
@pytest.mark.parametrize("error", [Stop, RuntimeError])
def test_interruption_leaves_no_file_and_keeps_the_old_one(tmp_path, name, error):
    def failing():
        yield from gradient_frames(3)
        raise error

    with pytest.raises(error):
        write_video(tmp_path / name, failing())
    assert list(tmp_path.iterdir()) == []
    write_video(tmp_path / name, gradient_frames(3))
    with pytest.raises(error):
        write_video(tmp_path / name, failing())
    assert [p.name for p in tmp_path.iterdir()] == [name]
    assert len(list(read_frames(tmp_path / name))) == 3


def test_ffmpegs_own_words_reach_the_user(tmp_path):
    (tmp_path / "not.wav").write_text("no sound")
    with pytest.raises(OSError, match=r"ffmpeg could not write .*a.mp4: .*[Ii]nvalid data"):
        write_video(tmp_path / "a.mp4", gradient_frames(200, 256), audio=tmp_path / "not.wav")
    assert [p.name for p in tmp_path.iterdir()] == ["not.wav"]


@pytest.mark.parametrize(
    ("frames", "message"),
    [
        ([], "there are no frames"),
        ([np.zeros((64, 64, 3), np.float32)], "frame 0 is float32"),
        ([np.zeros((64, 64), np.uint8)], r"frames are uint8 \[H, W, 3\]"),
        ([np.zeros((63, 64, 3), np.uint8)], "need even sides"),
        ([np.zeros((64, 64, 3), np.uint8), np.zeros((32, 32, 3), np.uint8)], "frame 1 is"),
    ],
)
def test_wrong_frames_are_refused(tmp_path, frames, message):
    with pytest.raises(InputError, match=message):
        write_video(tmp_path / "a.mp4", frames)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"path": "a.avi"}, "ends in .mp4, .webm or .gif"),
        ({"path": "a.mp4", "fps": 0}, "fps is 0"),
        ({"path": "a.mp4", "fps": math.nan}, "fps is nan"),
        ({"path": "a.gif", "fps": 60}, "at most 50 frames per second"),
        ({"path": "a.mp4", "crf": 52}, "from 0 .lossless. to 51"),
        ({"path": "a.webm", "crf": -1}, "to 63"),
        ({"path": "a.gif", "audio": "x.wav"}, "cannot carry sound"),
        ({"path": "a.mp4", "audio_start": -1}, "audio_start is -1; it must be"),
        ({"path": "a.mp4", "audio": "none.wav"}, "there is no audio file none.wav"),
    ],
)
def test_wrong_format_is_refused_before_any_frame(arguments, message):
    with pytest.raises(InputError, match=message):
        VideoFormat(**arguments)


def test_png_folder_with_other_files_is_left_alone(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match="holds other files"):
        write_video(tmp_path, gradient_frames(1))
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_record_lies_beside(tmp_path):
    assert VideoFormat(tmp_path / "a.mp4").record_path == tmp_path / "a.json"
