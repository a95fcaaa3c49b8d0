"""Groups of commands whose modules are loaded when they are called: `jackfield --help` needs none of them.

Nothing imports the command line, so that no cycle of imports can hide behind this.
"""

import gc
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command


@dataclass(frozen=True, slots=True)
class Where:
    """Where a command is, and what it says of itself in the group's help."""

    module: str
    """Its module in this package."""
    help: str
    panel: str | None = None
    """The box of the help it is listed in."""
    attribute: str = "app"
    """The `typer.Typer` in the module."""


def lazy_app(help: str, commands: Mapping[str, Where], *, epilog: str | None = None) -> typer.Typer:  # noqa: A002  # as typer calls it
    """A group of such commands, in this order."""

    class Group(TyperGroup):
        def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002  # the framework's signature
            return list(commands)

        def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002  # the framework's signature
            where = commands.get(cmd_name)
            if where is None or cmd_name in self.commands:
                return self.commands.get(cmd_name)
            return TyperCommand(cmd_name, help=where.help, rich_help_panel=where.panel)

        def resolve_command(self, ctx: Any, args: list[str]) -> Any:
            name = args[0] if args else ""
            # Known by name from here on, also to what suggests another for a misspelt one.
            for known in commands:
                self.commands.setdefault(known, self.get_command(ctx, known))
            if name in commands:
                self.commands[name] = _load(name, commands[name])
            return super().resolve_command(ctx, args)

    app = typer.Typer(
        cls=Group, help=help, epilog=epilog, no_args_is_help=True, add_completion=False, rich_markup_mode="rich"
    )

    @app.callback()
    def group() -> None:  # pyright: ignore[reportUnusedFunction]  # typer keeps it
        """Make it a group."""

    return app


def _load(name: str, where: Where) -> Any:
    # What is loaded stays to the end: to walk it again and again while it is loaded takes a sixth of a command's time.
    gc.disable()
    try:
        app: typer.Typer = getattr(import_module(f"jackfield.cli.{where.module}"), where.attribute)
    finally:
        gc.freeze()
        gc.enable()
    command = get_command(app)
    command.name = name
    return command
