"""Discrete-event simulation of many clients against API Gateway's quotas. Times in seconds.

Clients are simulated in cohorts: a cohort acts as one and counts for its size, so that cohorts of one are the exact
simulation and larger ones its approximation by the same code.
"""
