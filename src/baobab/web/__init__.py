"""The pages that belong to no kind: home, lists, the asset page, topics and places."""
