"""The command line: data on stdout, talk on stderr, an exit code for each kind of end."""
