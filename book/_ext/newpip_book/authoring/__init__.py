"""What authors write, read without Jupyter and Sphinx: notebooks, what they depend on, and the linters."""
