"""The wording: findings as dicts for JSON, each with a ``text`` and a ``hint`` about the probable mistake."""

KEPT = "one more reference is taken than released: forgotten, or kept by something that grows"

HINTS = {
    "new": "nothing releases the result: forgotten, or kept by something that grows",
    "new_ref": KEPT,
    "to_owned": KEPT,
    "clone": "a clone that is never dropped: forgotten, or kept by something that grows",
    "from borrowed": "a reference is taken to a borrowed object, and never released: forgotten, or kept by something",
    "adopted": "the reference that the raw call returned is never released",
    "incref": "an `incref` whose `decref` is missing, or is missing on one of the ways out",
    "borrowed": "the C function returns a new reference: use `Owned::from_owned_ptr`",
    "buffer": "a `PyBuffer_Release` is missing, or is missing on one of the ways out",
    "raw incref": "a `Py_DECREF` is missing, or the reference is kept by something that grows",
    "fetched": "a part of the fetched exception is never released: its type, value or traceback",
    "overwritten": "the macro does not release the item that was there: `PyList_SetItem` does",
    "argument": "the function takes a reference to its argument, and nothing releases it",
}


def plural(number, what):
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def per_run(growth, runs):
    return -(-growth // runs)


def reference(held, number, cycle=None, kept=None, referrers=None):
    """A leaked reference; ``cycle`` and ``kept`` describe the native field that holds it, if the ledger knows one."""
    place = f"{held['file']}:{held['line']}:{held['column']}"
    to = "None" if held["type"] == "NoneType" else held["type"]
    text = f"leaked {plural(number, 'reference')} per run to {to}, "
    text += f"taken {held['where']} {place} ({held['kind']})"
    if held["function"]:
        text += f" in {held['function']}()"
    if held["handed_over"]:
        text += f", last handed over at {held['handed_over']}"
    hint = HINTS.get(held["kind"], KEPT)
    if held["kind"] == "new" and held["handed_over"]:
        hint = "it is kept by something that grows with every run, or that was forgotten"
    fields = {key: held[key] for key in ("type", "kind", "exact", "function", "handed_over", "thread")}
    if cycle:
        text, hint = f"{cycle['what']}: {text}", cycle["hint"]
        fields["cycle"] = {key: cycle[key] for key in ("through", "owner", "path")}
    elif kept:
        text += f", held by a leaked {kept['owner']}"
        hint = f"it is released when the {kept['owner']} does not leak any more"
        fields["held_by"] = kept["owner"]
    if referrers is not None:
        fields["referrers"] = referrers
    what = "cycle" if cycle else "reference"
    return {"what": what, "taken": place, "per_run": number, **fields, "text": text, "hint": hint}


def heap_type(name, number):
    return {
        "what": "type",
        "type": name,
        "per_run": number,
        "text": f"leaked {plural(number, 'reference')} per run to the type {name}, which its instances do not release",
        "hint": "the `tp_dealloc` of a heap type ends with `Py_DECREF(Py_TYPE(self))`, or raw code keeps instances",
    }


def none(signal, number):
    leaked = f"leaked {plural(number, 'reference')} per run to None, not taken through pyptr"
    missing = f"{plural(number, 'reference')} to None per run {'is' if number == 1 else 'are'} released and not held"
    return {
        "what": "none",
        "signal": signal,
        "per_run": number,
        "text": leaked if signal == "None" else missing,
        "hint": "before Python 3.12 `None` is counted like any object: a raw `Py_INCREF` or `Py_RETURN_NONE` without "
        "its counterpart"
        if signal == "None"
        else "before Python 3.12 `None` is counted like any object: a raw call steals or releases a borrowed `None`, "
        "and the interpreter dies when there is none left",
    }


def allocation(near, function, number, size):
    text = f"leaked {plural(number, 'Rust allocation')}{f' ({size} bytes)' if size else ''} per run"
    if function:
        text += f" in {function}()"
    if near:
        text += f", after {near}"
    return {
        "what": "allocation",
        "near": near,
        "function": function,
        "per_run": number,
        "bytes_per_run": size,
        "text": text,
        "hint": "a value that was forgotten or leaked, or a collection that grows with every run",
    }


def misuse(found):
    return {"what": "misuse", **found}


def growing(found, number):
    """An object with ever more references, whose owner nothing knows."""
    text = f"leaked {plural(number, 'reference')} per run to {found['type']}, "
    if found["kind"] == "argument":
        text += "an argument whose count grows"
    else:
        text += f"taken at {found['taken']} ({found['kind']})"
    if found["function"]:
        text += f" in {found['function']}()"
    return {"what": "unexplained", **found, "per_run": number, "text": text, "hint": HINTS[found["kind"]]}


def unexplained(found):
    hint = HINTS.get(found["kind"], HINTS["borrowed"])
    if found["given"]:
        hint = "the called function does not steal the reference: pass a borrowed pointer, and release the reference"
    return {"what": "unexplained", **found, "hint": hint}


def grown(type_name, held, what):
    """An object that only an extension holds, and that keeps more with each run."""
    place = f"{held['file']}:{held['line']}:{held['column']}"
    text = f"{type_name} grows with each run, by {what or 'what it holds'}: only a reference of the extension keeps it, "
    text += f"taken {'at' if held['exact'] else 'after'} {place} ({held['kind']})"
    if held["function"]:
        text += f" in {held['function']}()"
    hint = "it is used again and again, and each use leaves something in it: make a new one for each use"
    return {"what": "grown", "taken": place, "type": type_name, "function": held["function"], "text": text, "hint": hint}


def _alone(what, without):
    """That something was judged by less than records."""
    return f"as {what} alone {'shows' if what == 'memory' else 'show'} (no ledger in: {', '.join(without) or 'any extension'})"


def memory(signal, growth, runs, grew=(), without=(), with_ledger=True):
    if signal == "blocks":
        text = f"the interpreter's memory grows by {growth:g} blocks per run"
    elif signal == "malloc":
        text = f"the memory from malloc grows by {growth:g} bytes per run"
    else:
        text = f"the number of references to None {'grows' if signal == 'None' else 'shrinks'} by {growth:g} per run"
    return {
        "what": "memory",
        "signal": signal,
        "per_run": growth,
        "inconclusive": True,
        "grew": list(grew),
        "text": f"{text} beyond what its fixtures need, in {runs} runs, "
        + ("and no open record explains it" if with_ledger else _alone("memory", without)),
        "hint": "a leak in code that does not use pyptr's pointers, or a cache of the test's own that grows",
    }


def counted(signal, growth, runs, name, kind, missing, without):
    """References to an object that lives on: more or fewer with every run. ``missing`` are certain to be released too often."""
    references = f"the number of references to {name} ({kind})"
    alone = _alone("counts", without)
    if missing:
        text = f"released more references than were held: {references} falls by {growth:g} per run, {alone}"
        hint = "a reference that was only borrowed is released or given away"
    elif signal[0] == "-":
        text = f"{references} falls by {growth:g} per run, in {runs} runs, {alone}"
        hint = "a reference that was only borrowed is released, or something lets go of one with every run"
    else:
        text = f"{references} grows by {growth:g} per run beyond what its fixtures need, in {runs} runs, {alone}"
        hint = "a reference that is never released, or a cache of the test's own that grows"
    found = {"what": "count", "signal": signal, "per_run": growth, "type": kind, "text": text, "hint": hint}
    if not missing:
        found["inconclusive"] = True
    return found


def full_misuses():
    return {
        "what": "misuses not kept",
        "inconclusive": True,
        "text": "a ledger is full of misuses, and it keeps no more: those of this test are not known",
        "hint": "fix the misuses that are reported for other tests, or run this test alone",
    }


def paragraphs(findings):
    return "\n".join(_paragraph(found) for found in findings)


def _paragraph(found):
    lines = [found["text"], found["hint"]]
    lines += found.get("grew", ())
    if "referrers" in found:
        known = ", ".join(found["referrers"])
        lines.append(f"referred to by {known or 'nothing that the collector knows'}")
    return "\n    ".join(lines)


def text_of(result):
    """The text for the report of a test that leaks or is inconclusive."""
    start = "inconclusive: " if result["verdict"] == "inconclusive" else ""
    lines = [start + paragraphs(result["findings"])]
    for found in result["suppressed"]:
        lines.append(f"suppressed ({found['reason']}): {found['text']}")
    lines.append(f"({plural(result['runs'], 'counted run')})")
    return "\n".join(lines)
