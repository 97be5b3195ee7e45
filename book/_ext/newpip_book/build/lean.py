"""What keeps from being imported what takes long and is not used; the package imports it first.

Where rfc3987_syntax is installed (JupyterLab brings it), jsonschema compiles its grammar when imported, which takes
seconds in each process. It serves to check a format of addresses that no schema here names.
sphinxext-opengraph imports matplotlib for pictures of pages' titles, which are switched off in _config.yml.
"""

import sys
from types import ModuleType

sys.modules.setdefault("rfc3987_syntax", None)

cards = ModuleType("sphinxext.opengraph._social_cards")
cards.create_social_card, cards.DEFAULT_SOCIAL_CONFIG = None, {}
sys.modules.setdefault(cards.__name__, cards)
