import subprocess

import imageio_ffmpeg
import pytest

from encoder.clips.decoding import decode_frames, open_clip
from stylegan_tf.errors import InputError


def test_header(video):
    clip = open_clip(video)
    assert (clip.fps, clip.num_frames) == (10, 30)


def test_bad_files(tmp_path):
    with pytest.raises(InputError, match=r"none\.mp4: no such video file"):
        open_clip(tmp_path / "none.mp4")
    (tmp_path / "page.mp4").write_text("<html>")
    with pytest.raises(InputError, match=r"page\.mp4 is not a video that ffmpeg can read"):
        open_clip(tmp_path / "page.mp4")


def test_a_header_without_frames(video, tmp_path):
    whole = tmp_path / "whole.mkv"
    ffmpeg = imageio_ffmpeg.get_ffmpeg_exe()
    subprocess.run([ffmpeg, "-v", "quiet", "-i", video, "-c", "copy", whole], check=True)
    (tmp_path / "part.mkv").write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    with pytest.raises(InputError, match=r"part\.mkv is not a video that ffmpeg can read: "):
        list(decode_frames(open_clip(tmp_path / "part.mkv").path))


def test_a_clip_cut_short_is_an_error_unless_that_is_allowed(video, tmp_path):
    whole, part = tmp_path / "whole.avi", tmp_path / "part.avi"
    ffmpeg = imageio_ffmpeg.get_ffmpeg_exe()
    options = ["-c:v", "mjpeg", "-q:v", "2"]
    subprocess.run([ffmpeg, "-v", "quiet", "-i", video, *options, whole], check=True)
    assert len(list(decode_frames(whole))) == 30
    part.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    with pytest.raises(InputError, match=r"part\.avi is damaged or cut short after frame \d+"):
        list(decode_frames(part))
    assert 5 < len(list(decode_frames(open_clip(part, allow_truncated=True)))) < 25


def test_a_clip_whose_sound_is_longer_is_whole(video, tmp_path):
    path = tmp_path / "sound.mp4"
    ffmpeg = imageio_ffmpeg.get_ffmpeg_exe()
    sound = ["-f", "lavfi", "-i", "sine=duration=5", "-c:v", "copy"]
    subprocess.run([ffmpeg, "-v", "quiet", "-i", video, *sound, path], check=True)
    assert open_clip(path).num_frames > 40
    assert len(list(decode_frames(path))) == 30


def test_a_stopped_decoder_is_an_error(video, tmp_path, monkeypatch):
    real = imageio_ffmpeg.get_ffmpeg_exe()
    wrapper = tmp_path / "ffmpeg"
    wrapper.write_text(
        f'#!/bin/sh\ncase "$*" in *image2pipe*) "{real}" "$@" | head -c 60000; kill -9 $$;; '
        f'*) "{real}" "$@";; esac\n'
    )
    wrapper.chmod(0o755)
    clip = open_clip(video, allow_truncated=True)
    monkeypatch.setattr(imageio_ffmpeg, "get_ffmpeg_exe", lambda: str(wrapper))
    frames = decode_frames(clip)
    next(frames)
    with pytest.raises(InputError, match=r"ffmpeg was stopped after frame \d+"):
        list(frames)
