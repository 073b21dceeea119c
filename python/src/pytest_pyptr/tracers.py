"""Other tools that trace: coverage, debuggers, profilers."""

import contextlib
import sys
import threading

# How many tools `sys.monitoring` has room for.
TOOLS = range(6)


@contextlib.contextmanager
def none_in_what_is_new():
    """Meanwhile threads start without a tracer, and tools of ``sys.monitoring`` are not told of code that they do not know.
    Coverage keeps what it has made for each thread and for each code object until it ends, so that each run of a test that
    starts threads or makes functions needs more memory. What it knows already, it goes on to trace."""
    trace, profile = threading.gettrace(), threading.getprofile()
    threading.settrace(None)
    threading.setprofile(None)
    events = _take_events()
    try:
        yield
    finally:
        for tool, taken in events:
            # Not if it has gone, or has asked for others.
            if sys.monitoring.get_tool(tool) is not None and not sys.monitoring.get_events(tool):
                sys.monitoring.set_events(tool, taken)
        # Not if the test has set another one.
        if threading.gettrace() is None:
            threading.settrace(trace)
        if threading.getprofile() is None:
            threading.setprofile(profile)


def _take_events():
    """The events of all code that each tool is told of, which it is not told of any more. Each tool chooses the code whose
    lines it sees, which does not change."""
    monitoring = getattr(sys, "monitoring", None)
    events = []
    for tool in TOOLS if monitoring else ():
        if monitoring.get_tool(tool) is not None and (taken := monitoring.get_events(tool)):
            events.append((tool, taken))
            monitoring.set_events(tool, 0)
    return events
