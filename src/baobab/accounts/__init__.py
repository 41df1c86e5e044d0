"""Ways to sign in, and the trail of what was done with rights."""
