"""Flag of drivers that search for faces in several processes: --workers."""

from tools.flag_sets.numbers import define_integer

from encoder.worker_pool import count_cores

define_integer(
    "workers", count_cores(), "Processes that search for faces; one a core if unset.", 1, 1024
)
