"""Under which names a chapter's results travel in its outputs; what shows them need not import what makes them."""

GLUE = "application/papermill.record/"
MIME = "application/vnd.newpip+json"
