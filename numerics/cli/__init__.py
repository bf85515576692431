"""The command `sith`: parsing and printing. Its help and completion load no library."""

from sith.numerics.cli.app import main as main
