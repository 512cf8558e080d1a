"""Many machines: the one place that knows Dask, whose clusters run on Slurm, Kubernetes and ssh.

A task is one file: of L = 100 some five seconds of a core, an order of 200 bytes to send and a
record of 300 to return, as its worker writes the file itself. What a worker had begun when it was
lost is made again by another.
"""

import logging
from collections.abc import Iterator
from concurrent.futures import CancelledError, Executor
from contextlib import contextmanager
from pathlib import Path

from ising_bench.errors import IsingBenchError, first_line
from ising_bench.extras import needs
from ising_bench.progress import say

PATIENCE = 10  # seconds to reach a scheduler, or one that was lost again


@contextmanager
def executor_of(scheduler: str | None) -> Iterator[Executor | None]:
    """Who makes files on a Dask cluster, by its scheduler's address (`tcp://HOST:8786`) or the file
    that the scheduler wrote; None for no cluster: this machine.

    Raises IsingBenchError in one line where Dask is not installed, the scheduler is not to be
    reached or goes away, or workers fail.
    """
    if scheduler is None:
        yield None
        return
    needs("distributed")
    import dask
    from distributed import Client, KilledWorker
    from distributed.comm import get_address_host

    for name in ("distributed", "distributed.client", "tornado.application"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what they say, we say in a line
    found = {"address": scheduler} if "://" in scheduler else {"scheduler_file": _file(scheduler)}
    resume = "what is finished stays; go on with --resume"
    with dask.config.set({"distributed.comm.timeouts.connect": PATIENCE}):
        try:
            if "address" in found:
                get_address_host(scheduler)  # of no address a client is begun, and hangs at its end
            client = Client(**found, timeout=PATIENCE, set_as_default=False)
        except (OSError, ValueError) as error:
            raise IsingBenchError(
                f"no scheduler answers at {scheduler} ({first_line(error)}); start one with: dask "
                "scheduler --scheduler-file FILE"
            ) from None
        try:
            if not client.scheduler_info()["workers"]:
                say(
                    f"{scheduler} has no workers yet; start some with: dask worker "
                    f"{client.scheduler.address} --nthreads 1"
                )
            yield client.get_executor()
        except CancelledError:
            raise IsingBenchError(f"the scheduler {scheduler} went away; {resume}") from None
        except KilledWorker as error:
            raise IsingBenchError(
                f"workers of {scheduler} died of their work, the last of them "
                f"{error.last_worker.address}: give each more memory, 1 GB for each of its "
                f"threads; {resume}"
            ) from None
        finally:
            client.close(timeout=1)


def _file(name: str) -> str:
    if not Path(name).is_file():
        raise IsingBenchError(
            f"--scheduler {name}: there is no such file; name one that dask scheduler "
            "--scheduler-file wrote, or an address such as tcp://HOST:8786"
        )
    return name
