"""Where credentials come from: one module per form of `repository.secret`, behind one Protocol. References only.

Knows what is asked for and what an operator would make of it; objects are made of it in `renderer.engines`.
"""

from renderer.secrets.entries import entry
from renderer.secrets.form import Source
from renderer.secrets.forms import problems, source
from renderer.secrets.gotemplate import FILLED_IN, WHAT_MAY_STAND, masked
from renderer.secrets.known import tells_credential
from renderer.secrets.lures import CHECKED, lure, names_server
from renderer.secrets.settings import Setting, servers
from renderer.secrets.sops.argocd import argocd_problems
from renderer.secrets.sops.comments import comment_problems
from renderer.secrets.substituted import substituted
from renderer.secrets.url import Url, urls
from renderer.secrets.variables import is_credential

__all__ = [
    "CHECKED",
    "FILLED_IN",
    "WHAT_MAY_STAND",
    "Setting",
    "Source",
    "Url",
    "argocd_problems",
    "comment_problems",
    "entry",
    "is_credential",
    "lure",
    "masked",
    "names_server",
    "problems",
    "servers",
    "source",
    "substituted",
    "tells_credential",
    "urls",
]
