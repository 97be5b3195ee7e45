"""How a measured value stands in a table, on the page and in the text beside the figures."""


def cell(value):
    """Write one value for a reader: three figures are all that such measurements carry.

    Parameters
    ----------
    value : str, int, float, bool or None

    Returns
    -------
    str
        A dash where there was nothing to measure.
    """
    if value is None:
        return "\N{EN DASH}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) else value
