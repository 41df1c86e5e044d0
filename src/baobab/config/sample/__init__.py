"""The sample organisation: invented content, and the documents made from it when it is loaded."""
