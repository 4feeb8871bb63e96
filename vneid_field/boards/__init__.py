"""Today and the units' home pages, progress, ranking: read-only, owns no table."""
