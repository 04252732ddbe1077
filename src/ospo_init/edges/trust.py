"""Whether a template's version may be taken: who must have signed its tag, and who did.

A key is known because the configuration names it, because the project's lock pins it, or because this machine has seen
it sign that template before. Where keys are configured they alone count, so that a key that is taken out there counts
no more. What is known must sign every further version. The base is exempt: it comes in this package.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from ospo_init.core import origin, signatures
from ospo_init.core.configuration import House
from ospo_init.core.origin import Template
from ospo_init.edges import config, signers
from ospo_init.edges.places import Place
from ospo_init.edges.signatures import Missing, check
from ospo_init.errors import UserError


@dataclass(frozen=True)
class Trust:
    """Who may sign a template's tags: the names of `keys`, and in words who says so (`because`).

    `required` says that a tag must be signed; without keys any is believed, and remembered. `configured` says that the
    keys are those of the configuration.
    """

    keys: tuple[str, ...] = ()
    required: bool = False
    because: str = ""
    configured: bool = False

    def takes(self, signer: str) -> bool:
        """Whether a version that was seen to be signed by `signer` ('': by nobody) may be taken unseen."""
        return not self.required or (bool(signer) and (not self.keys or signer in self.keys))


def of(place: Place) -> Trust:
    """Return who may sign the tags of the template at `place`; raise UserError where what is known cannot be read."""
    if place.is_base:
        return Trust()
    houses = [house for house in config.load().houses.values() if _is_at(house, place)]
    keys = {key: house.where for house in houses for key in house.keys}
    if keys:
        return Trust(tuple(keys), True, f"{', '.join(dict.fromkeys(keys.values()))} names {' or '.join(keys)}", True)
    seen = signers.known(place.identity)
    pins = [(place.signer, "the project pins"), (seen, "this machine has seen it signed by")]
    said = [f"{who} {key}" for key, who in pins if key]
    said += [f"{house.where} asks for it" for house in houses if house.signed]
    return Trust(tuple(dict.fromkeys(key for key, _ in pins if key)), bool(said), ", ".join(said))


def _is_at(house: House, place: Place) -> bool:
    if house.url.startswith(("/", "~")) or place.local:
        return place.local and str(Path(house.url).expanduser().resolve()) == place.address
    return origin.identity(house.url) == place.identity


def signed(place: Place, template: Template, tag_object: bytes) -> Template:
    """Return a version that was fetched, with who signed it; `tag_object` is its tag as git keeps it, or empty.

    Raises UserError where its signature does not hold, or it is not signed by whom it must be.
    """
    trust = of(place)
    signer = "" if place.is_base else _signer(_Asked(place, template, trust), tag_object)
    if signer and (trust.configured or not signers.known(place.identity)):  # what a lock says alone moves no pin
        signers.pin(place.identity, signer, template.tag)
    return replace(template, signer=signer)


@dataclass(frozen=True)
class _Asked:
    """What is looked at, and how it is called in messages."""

    place: Place
    template: Template
    trust: Trust

    @property
    def name(self) -> str:
        return f"version {self.template.tag} of the template at {self.place.url}"

    @property
    def title(self) -> str:
        return f"V{self.name[1:]}"


def _signer(asked: _Asked, tag_object: bytes) -> str:
    trust, found = asked.trust, signatures.find(tag_object, asked.template.tag, asked.template.commit)
    if not found.kind:
        return _unsigned(asked, found.why)
    # A folder is the person's own, and a GPG key is known by configuration only: nothing is looked at unasked.
    if not trust.required and (asked.place.local or found.kind == "gpg"):
        return ""
    try:
        checked = check(found)
    except Missing as missing:
        if not trust.required:
            return ""
        program, package = missing.args
        what = f"The signature of {asked.name} cannot be checked: there is no {program} on the PATH."
        raise UserError(f"{what} It must be, for {trust.because}.", f"Install {package}.") from None
    if checked.why:
        raise _not_good(asked, checked)
    if not trust.keys and found.kind == "ssh":
        return checked.names[0]
    if taken := [name for name in checked.names if name in trust.keys]:
        return taken[0]
    raise _another(asked, checked.names[0])


def _unsigned(asked: _Asked, why: str) -> str:
    """Return that nobody signed; raise UserError where somebody must have."""
    if not asked.trust.required:
        return ""
    raise UserError(
        f"{asked.title} must be signed, for {asked.trust.because}; but {why}.",
        "Ask its owner for a signed version, or name another one (@TAG, or --to TAG).",
    )


def _not_good(asked: _Asked, checked: signatures.Checked) -> UserError:
    by = f" by {checked.names[0]}" if checked.names else ""
    due = f" It must be good, for {asked.trust.because}." if asked.trust.required else ""
    then = "Ask its owner what happened before you take any version of it."
    if checked.why == "its key is not in your keyring":
        then = "If the fingerprint is the right one, bring the key into your keyring: gpg --import FILE"
    return UserError(f"The signature{by} on {asked.name} is not good: {checked.why}.{due}", then)


def _another(asked: _Asked, name: str) -> UserError:
    if asked.trust.keys:
        what = f"{asked.title} is signed by {name}, but {asked.trust.because}."
    else:
        what = f"{asked.title} is signed by {name}, which nobody has named: a GPG key is not believed at first sight."
    where = _file()
    return UserError(what, f"Ask its owner whether that is their key. If so, name it in keys of the house in {where}.")


def _file() -> str:
    path = config.user_file()
    return str(path) if path else "your configuration"


def kept_aside(place: Place, tag: str) -> str:
    """Return a sentence on a version that is in the cache and may not be taken from there, or ''."""
    row = place.shelf.find(tag)
    return "" if row is None or of(place).takes(row.signer) else f"What the cache has of {tag} was never verified. "
