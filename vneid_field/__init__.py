"""VNeID Field: field-campaign software."""
