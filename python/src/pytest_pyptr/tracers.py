"""Other tools that trace: coverage, debuggers, profilers."""

import contextlib
import threading


@contextlib.contextmanager
def none_in_new_threads():
    """Meanwhile threads start without a tracer. Coverage keeps what it has made for each thread until it ends, so that
    each run of a test that starts threads needs more memory."""
    trace, profile = threading.gettrace(), threading.getprofile()
    threading.settrace(None)
    threading.setprofile(None)
    try:
        yield
    finally:
        # Not if the test has set another one.
        if threading.gettrace() is None:
            threading.settrace(trace)
        if threading.getprofile() is None:
            threading.setprofile(profile)
