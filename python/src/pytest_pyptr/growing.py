"""Objects whose counts grow from run to run, where neither a record nor anything that refers to them explains it."""

from . import report

# In how many more runs a count has to grow.
CONFIRMING = 3

KINDS = ("raw incref", "fetched", "overwritten", "argument")
# An object with more references that nothing explains is shared by much other code.
MANY = 100


class Growing:
    """What watches of given references have found, run after run. An object has the same address in all runs."""

    def __init__(self):
        self._first = self._last = None
        self._runs = 0
        self.suspects = None

    def next(self, found):
        """What the watch of another run has found."""
        now = {
            (one["object"], one["taken"], one["type"], one["kind"]): one
            for _, unexplained in found
            for one in unexplained
            if one["kind"] in KINDS and one["references"] < MANY
        }
        if self._last is None:
            self._first = now
        else:
            self._runs += 1
            before = self._last
            grown = {key for key in now if key in before and now[key]["references"] > before[key]["references"]}
            self.suspects = grown if self.suspects is None else self.suspects & grown
        self._last = now

    def findings(self, is_certain):
        """The growth that all runs have confirmed, at known lines or of arguments."""
        for key in sorted(self.suspects or ()):
            if (self._last[key]["kind"] != "argument") != is_certain:
                continue
            growth = self._last[key]["references"] - self._first[key]["references"]
            yield report.growing(self._last[key], growth // self._runs)
