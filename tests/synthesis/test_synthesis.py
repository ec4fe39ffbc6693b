import subprocess
import sys

import synthesis


def test_public_names_are_there_and_light():
    for name in synthesis.__all__:
        assert callable(getattr(synthesis, name)) or name.isupper()
    program = "import sys, synthesis; synthesis.LayerMask; print('tensorflow' in sys.modules)"
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert result.stdout == "False\n"
