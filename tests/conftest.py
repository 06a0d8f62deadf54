"""Fixtures that every kind of test may use."""

pytest_plugins = ["tests.stores", "tests.system", "tests.driver_leaks"]
