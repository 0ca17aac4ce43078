"""SealedSecrets on a real API server: sealed by the real kubeseal, rendered by us, unsealed by the real controller."""
