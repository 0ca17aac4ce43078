"""For the person on call: from an app's name to one object that restores it, or looks into its repository.

What is printed is applied by hand and known to no GitOps. This room decides which app, volume, target and snapshot are
meant, and says what will happen; the objects themselves are the engines'.
"""

from renderer.oncall.app import policy_of
from renderer.oncall.choice import Point, chosen
from renderer.oncall.moment import Moment, moment

__all__ = ["Moment", "Point", "chosen", "moment", "policy_of"]
