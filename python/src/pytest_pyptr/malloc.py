"""The memory that the C library has handed out: what Rust, C and large objects take, where the library can say it (glibc)."""

import ctypes


class _Info(ctypes.Structure):
    """``struct mallinfo2``."""

    _fields_ = [
        (name, ctypes.c_size_t)
        for name in "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost".split()
    ]


def _mallinfo():
    try:
        function = ctypes.CDLL(None).mallinfo2
    except (OSError, TypeError, AttributeError):
        return None
    function.restype = _Info
    return function


_FUNCTION = _mallinfo()


def in_use():
    """How many bytes are in use, or 0 if that is not known."""
    if _FUNCTION is None:
        return 0
    info = _FUNCTION()
    return info.uordblks + info.hblkhd
