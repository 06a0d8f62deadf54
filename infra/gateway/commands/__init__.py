"""Commands for a gateway that runs already: invoke, connections, send and close."""
