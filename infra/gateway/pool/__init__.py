"""Runs functions: execution environments, the Runtime API that feeds them, and invocation."""
