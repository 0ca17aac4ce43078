"""What people and machines read about a run; rendered manifests are not among it."""
