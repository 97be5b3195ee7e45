"""What a page can hold: results, claims, figures, citations, the data dictionary, sliders, the commissioning tool."""
