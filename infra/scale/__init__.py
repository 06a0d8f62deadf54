"""What Parley costs and where it stops: a model of the bill and the quotas, a simulation of what exceeds them."""
