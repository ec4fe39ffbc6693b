"""Which machines train together, by `TF_CONFIG`; read without TensorFlow."""

import json
import os

from stylegan_tf.errors import InputError

CONFIG_VARIABLE = "TF_CONFIG"


def read_config() -> int:
    """Which of the machines that `TF_CONFIG` names this one is; the chief is 0.

    Raises:
      InputError: the variable is not set, or is of another form.
    """
    text = os.environ.get(CONFIG_VARIABLE, "")
    try:
        config = json.loads(text)
        cluster, task = config["cluster"], config["task"]
        chiefs = len(cluster.get("chief", []))
        kind, index = str(task["type"]), int(task["index"])
        if kind not in ("chief", "worker") or not 0 <= index < len(cluster[kind]):
            raise ValueError(f"there is no task {index} of {kind!r}")
        return index + chiefs if kind == "worker" else index
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        reason = str(error) if text else "it is not set"
        raise InputError(
            f"{CONFIG_VARIABLE} does not say which machines train together ({reason[:200]}); it is "
            '{"cluster": {"worker": ["HOST:PORT", …]}, "task": {"type": "worker", "index": 0}}, '
            "with another index on each machine"
        ) from None
