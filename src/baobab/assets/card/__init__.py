"""The narrow row that stands for everything known, who may read it, and who contributed."""
