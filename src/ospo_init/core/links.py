"""Symbolic links in a tree: none may lead out of the project, neither by itself nor by way of another one."""

from __future__ import annotations

from ospo_init.core.trees import LINK, Tree, check_path, folded
from ospo_init.errors import TemplateError

_STEPS = 40  # links followed on one way, as file systems have it


def check_links(tree: Tree) -> Tree:
    """Return `tree` if every link in it ends inside; raise TemplateError where one does not, or is in another's way.

    A path below a file or below a link is refused too: writing it would follow the link. On many disks it would do so
    where the link is spelled otherwise, too.
    """
    links = {path: file.data.decode("utf-8", "surrogateescape") for path, file in tree.items() if file.mode == LINK}
    followed = {folded(path): path for path in links}
    for path in tree:
        above = path
        while (above := above.rpartition("/")[0]) != "":
            below = above if above in tree else followed.get(folded(above))
            if below is not None:
                raise TemplateError(f"The template may not write {path!r} below {below!r}.", "Tell its owner.")
    for path in links:
        if not _ends_inside(path, links):
            raise TemplateError(
                f"The template may not write {path!r}: it is a link that leaves the project.", "Tell its owner."
            )
    return tree


def _ends_inside(path: str, links: dict[str, str]) -> bool:
    """Whether following the link at `path` stays in the project, step by step, as the operating system goes."""
    here: list[str] = []
    to_go = path.split("/")
    steps = 0
    while to_go:
        name = to_go.pop(0)
        if name == "..":
            if not here:
                return False
            here.pop()
        elif name not in ("", "."):
            here.append(name)
            target = links.get("/".join(here))
            if target is not None:
                steps += 1
                if steps > _STEPS:
                    return False
                here.pop()
                to_go = [*target.split("/"), *to_go]
    return not here or bool(check_path("/".join(here)))
