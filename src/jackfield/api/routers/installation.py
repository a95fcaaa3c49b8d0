"""The installation: what everybody may know of it before signing in."""

from importlib.metadata import version

from pydantic import Field

from jackfield.api.access import PUBLIC
from jackfield.api.bodies import Output
from jackfield.api.desk import Hub
from jackfield.api.routes import Routes

routes = Routes("installation", "What this installation is, and how it is.")


class Setup(Output):
    """What the sign-in page must know."""

    first_sign_in_pending: bool = Field(description="No super admin has set a password yet; a code is to be redeemed.")
    product_version: str
    production: bool = Field(description="Whether only administrators create connections (C1).")


@routes.get("/api/setup", "installation_setup", PUBLIC, summary="What the sign-in page must know")
async def get_setup(hub: Hub) -> Setup:
    """Whether anybody has signed in here yet."""
    return Setup(
        first_sign_in_pending=await hub.directory.sign_in.is_first_pending(),
        product_version=version("jackfield"),
        production=hub.settings.production,
    )
