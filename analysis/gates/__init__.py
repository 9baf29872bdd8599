"""The two gates of every claim: its words stand in a stored page, and what it says agrees with them."""
