"""Fixtures that every kind of test may use."""

pytest_plugins = ["infra.gateway.testing", "tests.stores", "tests.system", "tests.driver_leaks"]
