"""One process that does one kind of work, once for each line it is sent.

Answers each with a line of JSON: seconds, processor seconds and, in the end, its peak memory.
"""

import json
import os
import resource
import sys
import time


def main() -> None:
    """Runs what the arguments name until the input ends."""
    start = time.perf_counter()
    from tools.benchmarking.workloads import Workload, prepare

    kind, resolution, batch_size, precision, ops = sys.argv[1:]
    os.environ["STYLEGAN_VIDEO_OPS"] = ops
    run, operations = prepare(Workload(kind, int(resolution), int(batch_size), precision, ops))
    run()  # makes the graph; the first image of a process takes this long
    _answer(first=time.perf_counter() - start, operations=operations)
    for _ in sys.stdin:
        wall, processor = time.perf_counter(), time.process_time()
        run()
        wall, processor = time.perf_counter() - wall, time.process_time() - processor
        kibibytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        _answer(wall=wall, processor=processor, peak_mib=kibibytes / 1024)


def _answer(**values: float) -> None:
    print(json.dumps(values), flush=True)


if __name__ == "__main__":
    main()
