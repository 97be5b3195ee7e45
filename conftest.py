"""What nbval leaves out when it compares a chapter with its stored outputs."""


def pytest_collectstart(collector):
    """Pictures are neither stored nor compared; what they show is, as data and as alt text."""
    if hasattr(collector, "skip_compare"):
        collector.skip_compare += ("image/svg+xml",)
