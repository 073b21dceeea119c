"""The result of a test, as in the JSON file, and how it changes pytest's reports."""

VERDICTS = ("clean", "clean by memory", "leak", "crash", "inconclusive", "passed", "failed", "not run", "exempt", "block", "unchecked")
BAD = ("leak", "crash", "inconclusive")


def judge(census, suppressions):
    """The result of a census, as in the JSON file."""
    result = {
        "verdict": "unchecked",
        "reason": None,
        "runs": census.runs,
        "findings": [],
        "suppressed": [],
        "used": [],
    }
    if census.findings is None:
        result["reason"] = "no extension with a ledger was loaded"
        return result
    # What cannot be said of a test whose extensions have a ledger.
    alone = not census.ledgers
    for found in census.findings:
        by = next((one for one in suppressions if one.matches(found)), None)
        if by is None:
            result["findings"].append(found)
        else:
            result["suppressed"].append({**found, "reason": by.reason})
            result["used"].append(by.origin)
    if not result["findings"]:
        result["verdict"] = "clean by memory" if alone else "clean"
    elif all(found.get("inconclusive") for found in result["findings"]):
        result["verdict"] = "inconclusive"
        result["reason"] = result["findings"][0]["text"]
    else:
        crashed = any(found["what"] == "crash" for found in result["findings"])
        result["verdict"] = "crash" if crashed else "leak"
    return result


def outcome(verdict, reason=None):
    return {
        "verdict": verdict,
        "reason": reason,
        "runs": 0,
        "findings": [],
        "suppressed": [],
        "used": [],
        "suppressions": [],
    }


def fail(report, verdict, text):
    """Turns a report into a failure, also that of a test that was skipped or failed as expected."""
    report.outcome = "failed"
    report.longrepr = text
    report.refs_verdict = verdict
    report.__dict__.pop("wasxfail", None)
