"""What an official pickle says about one network: the form that reader and writer share."""

import dataclasses
from typing import Any

import numpy as np


@dataclasses.dataclass
class NetworkState:
    """What an official pickle says about one network.

    Attributes:
      func: the name of the function in NVIDIA's code that builds it, such as `G_main`.
      name: the network's own name, such as `Gs`.
      static_kwargs: the arguments that were passed to `func` explicitly.
      variables: local name → value, in the pickle's order.
      components: the networks inside, by their role (`mapping`, `synthesis`).
      version: the version of the state's layout, 2 to 5.
      module_source: the Python source that the pickle carries. It is never executed.
    """

    func: str
    name: str = ""
    static_kwargs: dict[str, Any] = dataclasses.field(default_factory=dict)
    variables: dict[str, np.ndarray] = dataclasses.field(default_factory=dict)
    components: dict[str, "NetworkState"] = dataclasses.field(default_factory=dict)
    version: int = 4
    module_source: str = ""
