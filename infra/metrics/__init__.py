"""The functions' metrics without CloudWatch: read from the gateway's log, on a page and as text for Prometheus."""
