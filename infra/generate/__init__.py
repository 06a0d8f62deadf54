"""Makes what is derived from the wire schemas: OpenAPI, AsyncAPI, the web app's contract, tables of the protocol."""
