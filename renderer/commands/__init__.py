"""The subcommands: each has `arguments(parser)` and `run(arguments, console) -> exit code`."""
