"""One module per family of formats; each offers `read(source, budget) -> Content` and runs only in the
sandbox."""
