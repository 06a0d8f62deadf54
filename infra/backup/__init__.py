"""Backs a deployment up into one file and restores it: `python -m infra.backup`, `make backup`, `make restore`.

Nothing has to stop for a backup. The stores are read in this order, and what was acked before it began is in it:

1. heads        up to where each room's history is complete
2. the rest of MongoDB, and the history up to there: it has at least what the heads promise
3. the logs     all that any of the above may have come from; what is flushed by now, but was not at 1, is flushed again
4. PostgreSQL   one snapshot: it knows every user and room that a log names

A restored log goes on in a new range of `seq` (settle.py), so that no cursor of a later time that is lost can be taken
for one of its own.
"""
