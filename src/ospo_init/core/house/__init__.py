"""House templates: what an organisation says in house.yml, and what composing makes of it. Pure, as all of the core."""

PATH = ".ospo/house.yml"  # in a project: the rules of the houses that it follows
