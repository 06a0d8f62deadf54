"""Faults: what Parley must survive, each provoked for real under load and judged by a checker in the manner of Jepsen.

Clients record every operation as ok, fail or unknown; at the end everything is read back in every way there is, and
what was lost, said twice, put in another order or told differently is counted. docs/faults.md says how to run it.
"""
