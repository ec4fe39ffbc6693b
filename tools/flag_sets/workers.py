"""Flag of drivers that search for faces in several processes: --workers."""

from absl import flags

from encoder.worker_pool import count_cores

flags.DEFINE_integer(
    "workers",
    count_cores(),
    "Processes that search for faces; one a core if unset.",
    lower_bound=1,
    upper_bound=1024,
)
