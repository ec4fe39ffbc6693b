import pytest

from encoder.faces.pasting import OUTLINES
from stylegan_tf.errors import InputError
from synthesis.regions import REGIONS, Region


def test_regions_are_layers_and_outlines():
    assert [str(Region(name).mask) for name in REGIONS] == ["emotion"] * 3 + ["pose"]
    assert [Region(name).outline for name in REGIONS] == ["face", "mouth", "eyes", None]
    assert {Region(name).outline for name in REGIONS} - {None} <= set(OUTLINES)
    with pytest.raises(InputError, match="unknown region 'nose'; choose one of face, mouth"):
        Region("nose")
