"""pytest --refs: each test is repeated, and what it leaves behind each time is a leak.

``ledgers`` calls the ledgers of the extensions, ``census`` decides what leaks, ``protocol`` repeats a test,
``plugin`` has the options, hooks and the fixture, ``report`` the wording. ``cargo`` collects Rust tests, with
``binary``.
"""

__version__ = "0.1.0"
