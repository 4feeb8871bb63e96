"""The job row and its worker."""
