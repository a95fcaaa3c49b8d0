"""API tokens: made for oneself in a session, with no more scopes than one needs, for a time (E2, case D18)."""

from collections.abc import Collection
from datetime import timedelta

from jackfield.directory.access import DirectoryAct, Target
from jackfield.directory.errors import TokenNotFoundError
from jackfield.directory.models import ApiToken, Caller, IssuedToken, Scope
from jackfield.directory.service.desk import Desk, Sitting, spell
from jackfield.directory.store import bearers
from jackfield.directory.tokens import TokenKind, digest, new_token
from jackfield.errors import InvalidError
from jackfield.kernel import ObjectRef, Page, PageRequest, PersonId, TokenId, clean_name, new_id
from jackfield.settings import Limits


class ApiTokens:
    """The use cases about API tokens."""

    def __init__(self, desk: Desk, limits: Limits) -> None:
        self._desk = desk
        self._life_default = limits.token_life_default
        self._life_max = limits.token_life_max

    async def create_token(
        self, caller: Caller, *, name: str, scopes: Collection[Scope], life: timedelta | None = None
    ) -> IssuedToken:
        """Make an API token for oneself; its text is returned this once.

        A token never makes a token: whoever stole one could outlive its end.

        Raises:
            InvalidError: The name, the scopes or the life can't be accepted.
            ForbiddenError: The caller came with an API token.
        """
        name = clean_name(name)
        wanted = frozenset(scopes)
        life = self._life_default if life is None else life
        if not wanted:
            raise InvalidError("scopes must name at least one scope", field="scopes")
        if not timedelta() < life <= self._life_max:
            days = self._life_max / timedelta(days=1)
            raise InvalidError(f"an API token may live for {days:g} days at most", field="expires_at")

        def work(sitting: Sitting) -> IssuedToken:
            who = sitting.principal
            token_id = TokenId(new_id("tok"))
            target = Target(person_id=who.person_id)
            obj = ObjectRef("token", token_id, name)
            sitting.require(DirectoryAct.CREATE_TOKEN, obj, target)
            secret = new_token(TokenKind.API_TOKEN)
            expires_at = sitting.now + life
            token = ApiToken(token_id, who.person_id, name, wanted & who.scopes, sitting.now, expires_at, None, None)
            bearers.insert_token(sitting.tx, token, digest(secret))
            data = {"scopes": spell(token.scopes), "expires_at": expires_at.isoformat()}
            sitting.record(DirectoryAct.CREATE_TOKEN, obj, target, **data)
            return IssuedToken(token, secret)

        return await self._desk.change(caller, work)

    async def list_tokens(
        self, caller: Caller, *, person_id: PersonId | None = None, page: PageRequest | None = None
    ) -> Page[ApiToken]:
        """A person's API tokens, one's own by default; the newest first, with the expired and revoked.

        Raises:
            ForbiddenError: Another's, and the caller is neither super admin nor auditor of the installation.
        """
        owner = person_id or caller.principal.person_id

        def work(sitting: Sitting) -> Page[ApiToken]:
            sitting.require(DirectoryAct.LIST_TOKENS, ObjectRef("person", owner), Target(person_id=owner))
            return bearers.list_tokens(sitting.tx, owner, page or PageRequest())

        return await self._desk.look(caller, work)

    async def revoke_token(self, caller: Caller, token_id: TokenId) -> ApiToken:
        """Make an API token worth nothing, within a second everywhere; nothing happens if it is already.

        Raises:
            ForbiddenError: By an API token without `manage:directory`.
            TokenNotFoundError: There is none, or it is another's and the caller may not know.
        """

        def work(sitting: Sitting) -> ApiToken:
            token = bearers.find_token(sitting.tx, token_id)
            unknown = TokenNotFoundError("there is no such API token", what="token")
            if token is None:
                raise unknown
            target = Target(person_id=token.person_id)
            obj = ObjectRef("token", token_id, token.name)
            known = (DirectoryAct.LIST_TOKENS, unknown)
            sitting.require(DirectoryAct.REVOKE_TOKEN, obj, target, unless_known=known)
            if token.revoked_at is None:
                bearers.revoke_token(sitting.tx, token_id, sitting.now)
                sitting.record(DirectoryAct.REVOKE_TOKEN, obj, target)
            return bearers.find_token(sitting.tx, token_id) or token

        return await self._desk.change(caller, work)
