"""Package Parley and deploy it through CloudFormation: to AWS, or to a server that speaks its API.

Nothing here knows which of the two it talks to, but for the address: AWS_ENDPOINT_URL, as every AWS tool reads it.
"""
