"""Concepts and places of an asset, each with its ancestors; suggestions wait beside them."""
