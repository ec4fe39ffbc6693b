import base64
import io
import re

import numpy as np
from PIL import Image

from encoder.images import write_image
from synthesis.reproduction.report_page import (
    REAL,
    STAND_IN,
    Block,
    Number,
    Report,
    Section,
    Source,
    inline_picture,
    inline_video,
    write_page,
)
from synthesis.video.writing import write_video


def page(tmp_path, **block):
    block = Block("Figure 1", "theirs", "ours", STAND_IN, **block)
    number = Number("4.8", "ACD", "0.167", "0.3 <script>", "dlib", REAL)
    source = Source("FFHQ", "drawn & rendered", STAND_IN)
    write_page(tmp_path / "r.html", Report("All.", (source,), (number,), (Section("S", (block,)),)))
    return (tmp_path / "r.html").read_text("utf-8")


def test_texts_are_escaped_and_kinds_are_told(tmp_path):
    text = page(tmp_path, missing="it <failed>")
    assert "0.3 &lt;script&gt;" in text
    assert '<td class="stand-in">drawn &amp; rendered' in text
    assert '<td class="real">dlib' in text
    assert "Not made: it &lt;failed&gt;" in text
    assert "<script" not in text


def test_a_table_has_one_head(tmp_path):
    text = page(tmp_path, table=(("a", "b"), ("1", "2"), ("1", "2")))
    assert "<tr><th>a<th>b\n<tr><td>1<td>2\n<tr><td>1<td>2\n" in text


def test_pictures_and_videos_are_inside(tmp_path):
    random = np.random.RandomState(0)
    write_image(tmp_path / "wide.png", random.randint(0, 255, (50, 2000, 3), np.uint8))
    write_video(tmp_path / "clip.mp4", [np.full((64, 64, 3), k, np.uint8) for k in range(5)])
    picture, video = inline_picture(tmp_path / "wide.png"), inline_video(tmp_path / "clip.mp4")
    with Image.open(io.BytesIO(base64.b64decode(picture.partition(",")[2]))) as shown:
        assert (shown.format, shown.size) == ("JPEG", (1600, 40))
    assert base64.b64decode(video.partition(",")[2])[4:8] == b"ftyp"
    assert inline_video(tmp_path / "clip.mp4") == video  # the same, so that a report is too
    text = page(tmp_path, pictures=(picture,), video=video)
    assert picture in text
    assert video in text
    assert not re.search(r'(?:src|href)="(?!data:)', text)
