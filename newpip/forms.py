"""Under which names a chapter's results travel in its outputs; what shows them need not import what makes them."""

GLUE = "application/papermill.record/"
MIME = "application/vnd.newpip+json"
DRAWN = ["narrow", "wide"]  # the drawings of a chart: a phone's and a desktop's; who shows only one takes the other out
