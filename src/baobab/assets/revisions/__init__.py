"""Drafts before, revisions after: nothing typed is lost and nothing changed is forgotten."""
