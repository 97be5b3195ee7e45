"""The build pipeline: lock, atomic publish, fingerprint, incremental reading, patches to Sphinx, live preview."""
