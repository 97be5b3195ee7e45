"""No page asks another site for anything: what Jupyter Book and its theme would add from elsewhere is taken out."""

ELSEWHERE = ("http://", "https://", "//")


def keep_own(app, pagename, templatename, context, doctree):
    """Drop scripts and styles of other sites, and the Thebe scripts that would fetch some."""
    for kind in ("css_files", "script_files"):
        context[kind] = [one for one in context.get(kind, []) if not _foreign(one)]


def _foreign(asset):
    name = str(getattr(asset, "filename", asset) or "")
    body = (getattr(asset, "attributes", None) or {}).get("body") or ""
    return name.startswith(ELSEWHERE) or "thebe" in name.lower() or "THEBE" in body
