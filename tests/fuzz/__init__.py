"""What nobody would send: requests and frames that hypothesis makes up, against a running Parley.

Derandomised and short in `make test`; FUZZ_EXAMPLES makes them longer, and drawn anew each time.
"""
