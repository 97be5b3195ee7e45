"""Python in the page: its distribution, its scripts, and what a built book holds for them."""
