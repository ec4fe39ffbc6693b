"""Every reader of a file refuses every hostile one of its kind: one `InputError`, quickly."""

import pytest

from . import readers


@pytest.mark.timeout(60)
@pytest.mark.parametrize(("kind", "name"), list(readers.all_cases()))
def test_a_hostile_file_is_one_input_error(kind, name, tmp_path):
    assert readers.went_wrong(kind, name, tmp_path) == ""
