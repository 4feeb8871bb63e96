"""Renderer, store and verify page; the sole importer of weasyprint."""
