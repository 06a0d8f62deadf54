"""`make run`: the whole of Parley on this machine, until Ctrl-C."""
