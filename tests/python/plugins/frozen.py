"""A plugin for processes that run ``pytest --refs``: the collector leaves alone what was there before the first test.

``--refs`` collects after every run of every test. Looking through all objects of pytest each time is nine tenths of
what most of these processes do. ``test_bugs.py`` and the first of ``test_clean.py`` do without this plugin, as users.
"""

import gc


def pytest_collection_finish(session):
    gc.collect()
    gc.freeze()
