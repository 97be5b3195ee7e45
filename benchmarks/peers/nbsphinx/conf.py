"""The settings of nbsphinx."""

project = "NEWPIP"
extensions = ["nbsphinx"]
exclude_patterns = ["_build"]
