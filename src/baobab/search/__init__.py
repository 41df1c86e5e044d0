"""Finding: analysis, engine, indexer and the one search function."""
