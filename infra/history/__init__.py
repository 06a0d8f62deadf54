"""Moves a deployment's history from one store to the other, and verifies it: `python -m infra.history`.

It reads and writes through the functions' own repositories, so there is one truth of what a row is. Only history is
moved: the log, the heads and everything else stay where they are. History is written by nothing but flushes.
"""
