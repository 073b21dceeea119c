"""pytest --refs: each test is repeated, and what it leaves behind each time is a leak.

``ledgers`` talks to the extensions, ``census`` decides, ``protocol`` repeats a test, ``plugin`` holds the
options, hooks and the fixture, ``report`` the wording. ``cargo`` collects Rust tests, with ``binary``.
"""

__version__ = "0.1.0"
