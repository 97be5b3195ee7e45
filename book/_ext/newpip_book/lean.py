"""Import this before anything that imports jsonschema.

Where rfc3987_syntax is installed (JupyterLab brings it), jsonschema compiles its grammar when imported, which takes
seconds in each process. It serves to check a format of addresses that no schema here names.
"""

import sys

sys.modules.setdefault("rfc3987_syntax", None)
