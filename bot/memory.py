"""Memory that is free again goes back to the system: the C library would keep it, for each thread that ever worked."""


def give_back() -> bool:
    """Hand free memory back, some milliseconds of work; True when there was any. C libraries that cannot do nothing."""
    # loaded where it is used: a desk that starts has no time to lose
    import ctypes

    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    return trim is not None and bool(trim(0))
