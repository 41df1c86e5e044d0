"""Blobs by SHA-256, the files of an asset, and the text read from them."""
