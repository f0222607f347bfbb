# SPDX-License-Identifier: Apache-2.0
"""How the programs of this folder tell what they found."""
import resource


def ratio(name, value, target, digits=2):
    """A name that ends in -of-limit: lower is better."""
    print(f"ratio {name} {value:.{digits}f} target {target:.2f}", flush=True)


def left_out(what, why):
    print(f"left out: {what}: {why}", flush=True)


def children_cpu_seconds():
    """Processor time, user and system, of all children that have ended and were waited for."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
