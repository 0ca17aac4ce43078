"""Policy to manifests: offline, pure, repeatable."""
