"""A server that answers as Immich does, over real HTTP, with a state that requests change.

`state` is what it holds, `forms` the JSON of its two generations, `routes` what each request does,
`app` permissions, faults and latency around them, `running` a server on a loopback port. The
recorded answers of real servers in `tests/data/immich` are what it is held against.
"""
