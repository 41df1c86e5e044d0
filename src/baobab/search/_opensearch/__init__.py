"""The engine on an OpenSearch cluster, for installations of several web machines."""
