"""An Immich server as a library: asked, listed, looked at, and changed, over its REST API.

| module | what lives there |
|---|---|
| `access`, `keys` | what it takes to open a server, and where its key comes from |
| `client`, `server`, `library` | HTTP; who answers, and what its key may do; both opened |
| `versions`, `shapes` | in what two generations differ, and their JSON in betterhalf's words |
| `listing` | what there is |
| `pictures`, `shelf` | what is seen of it, and kept for a while |

What is changed there is in `core.actions.servers`.
"""
