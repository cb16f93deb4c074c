"""Programs to compare with. Each is run as `python -m bench.peers.NAME`, see clock.py."""
