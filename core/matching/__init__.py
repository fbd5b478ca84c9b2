"""From fingerprints to potential pairs, and from decisions to what follows from them. Never chains:
A~B and B~C say nothing of A and C.

| module | what lives there |
|---|---|
| `search`, `index`, `hamming`, `neighbours` | new contents against everything known |
| `turned`, `flat`, `evidence` | what is turned, what has no detail, what two thumbs tell |
| `open_pairs`, `questions` | which pairs wait, once some of it has been decided |
| `relations`, `current`, `groups`, `kings` | what follows from what holds |
| `account`, `contradictions` | from which decisions, and what would contradict them |
| `potential` | open pairs laid together into groups |
"""
