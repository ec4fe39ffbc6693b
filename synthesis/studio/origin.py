"""What all results of a studio come from, as their records tell it."""

import dataclasses
import pathlib
from collections.abc import Mapping

from stylegan_tf.outputs.record import Record, describe_file, describe_inputs, write_record
from synthesis.studio.command_line import command_line


@dataclasses.dataclass(frozen=True)
class Origin:
    """The network and the packages that a studio works with.

    Attributes:
      network: `name`, `file` and `sha256`.
      directions: as the flag --directions names them.
      facts: what else records tell: the versions of Python and of packages.
    """

    network: Mapping[str, str]
    directions: str
    facts: Mapping[str, object]

    @property
    def flags(self) -> dict[str, object]:
        """The drivers' flags that say the same."""
        return {"network": self.network["name"]}

    def write(
        self,
        folder: pathlib.Path,
        driver: str,
        flags: Mapping[str, object],
        files: list[str],
        inputs: Mapping[str, str],
        facts: Mapping[str, object],
    ) -> str:
        """Writes `record.json` of a result; returns the command line that makes it again.

        Args:
          folder: where the result lies.
          driver: which makes the same, and
          flags: with which flags.
          files: names of what was made.
          inputs: flag → name of the file in `folder` that it names.
          facts: what else is to be told.
        """
        command = command_line(driver, flags)
        record = Record(
            "studio",
            {name: value for name, value in flags.items() if name != "output"},
            {flag: describe_inputs([folder / name]) for flag, name in inputs.items()},
            self.network,
            files={name: describe_file(folder / name) for name in files},
            facts={**self.facts, **facts, "command": command},
        )
        write_record(folder / "record.json", record)
        return command
