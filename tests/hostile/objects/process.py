# What calls change for the whole process, and what the process is spared.

# What calls change for the whole process.

before = {}


# Puts back what calls change for the whole process, and forgets what was kept.
def settle():
    others.clear()
    kept.clear()
    for found, saved in before.values():
        found.clear()
        found.update(saved)
    # `PyGC_Collect` does nothing, as the collector is disabled.
    gc.collect()


def begin():
    try:
        import resource
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
    except (ImportError, ValueError):
        pass
    sys.stderr = sys.stdout = io.StringIO()
    sys.unraisablehook = lambda *arguments: None
    sys.excepthook = lambda *arguments: None
    gc.disable()
    import __main__, builtins, encodings.idna
    for found in sys.__dict__, sys.modules, builtins.__dict__, __main__.__dict__:
        before[id(found)] = (found, dict(found))
    gc.freeze()
