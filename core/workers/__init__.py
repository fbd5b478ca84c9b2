"""Asyncio tasks that drive the rooms below, and the events they send.

What takes long runs in `pool` and `judges`, what asks the catalog on its own thread: here things
wait for each other, and are told. What is decided, and how it is done, is said in the rooms below.

| module | what lives there |
|---|---|
| `session`, `look` | start here: opened libraries, asked by a `Look`, changed by a `Session` |
| `homes`, `servers`, `away` | which server an asset is on, its scan, and one that is away |
| `scan`, `changes`, `pixels`, `watch` | the scan of folders, and what changes between two |
| `finder`, `shown` | pairs found as pictures come, and told as they change |
| `verdicts`, `judges`, `glance` | close looks: once for two contents, in processes, by previews |
| `pool`, `silence` | worker processes, which say nothing |
| `background`, `resolver`, `sieve` | rules at work, beside a person or alone |
| `settling`, `intents` | acting on what they are sure of, and what they want with a pair |
| `standings`, `claims`, `guards` | what every rule makes of every pair, and what holds it back |
| `rules`, `rule_texts` | the rules at hand, and as text in files |
| `trial`, `summaries` | one rule tried, and all at a glance |
| `groups`, `deduplicating` | what is suggested for groups, and following it |
| `latest`, `taking_back`, `making_again` | undo and redo: one by one, or any number |
| `past`, `accounts`, `emptying` | what was decided and put away, and removing that for good |
| `events`, `findings`, `records` | what all this comes to, as dataclasses for reports and screens |
"""
