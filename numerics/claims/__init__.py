"""Claims from files and on the command line: loading, parameters, description, certificates."""
