"""GluonCV's networks without MXNet: read their weights, build them, do their arithmetic."""
