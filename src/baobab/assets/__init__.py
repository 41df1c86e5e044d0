"""The card that everything known has, and the behaviours that all kinds share."""
