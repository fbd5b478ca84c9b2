"""An Immich server as a library: asked, listed, looked at, and changed, over its REST API.

`client` speaks HTTP, `server` knows who answers and what its key may do, `versions` has all in
which two generations of servers differ, `shapes` turns their JSON into betterhalf's words,
`listing` reads what there is, `pictures` fetches what is seen, `acting` changes things.
"""
