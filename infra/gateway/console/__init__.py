"""A page that shows what a running gateway does: connections, invocations, environments and errors."""
