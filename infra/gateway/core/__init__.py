"""What API Gateway, Lambda and EventBridge decide, as pure values and functions: no sockets, no clock, no processes."""
