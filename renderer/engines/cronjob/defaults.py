"""What engine cronjob uses where no layer says anything. In the schema such defaults would hold for VolSync too."""

IMAGE = "restic/restic:0.18.0"
RESOURCES = {"requests": {"memory": "128Mi"}}
"""No limit: restic's needs grow with the repository, and a killed restic leaves its lock behind."""
CACHE_CAPACITY = "1Gi"
"""VolSync's."""
CACHE_ACCESS_MODES = ["ReadWriteOnce"]
CLONE_ACCESS_MODES = ["ReadWriteOnce"]
GRACE = 60
"""Seconds between SIGTERM and SIGKILL: dropping its lock takes restic up to 1.3 s, on a failing server 60."""
NEVER_STARTED = 120
"""Seconds that a Job outlives its pod's deadline, so that the pod, and what it says, is there to be seen."""
DRILL_KEPT = 24 * 3600
"""Seconds that an ended drill is there to be looked at where its volume is a claim, which stays as long as its pod."""
INIT_TRIES = 6
"""An init Job runs once and for all: it must outlast a server that is down, and Kubernetes' own default is 6."""
BOOTSTRAP_TIMEOUT = 120
"""Seconds that an app waits for the repository before its pod is restarted; restic alone would try for 877."""
