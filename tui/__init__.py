"""The terminal user interface and the command line.

Screens and widgets take frozen dataclasses and post messages; only the app and what is named beside
it here talks to the core's services.

| module | what lives there |
|---|---|
| `cli`, `options`, `launch`, `first` | from the command line to the first frame |
| `app` | the app, which owns the session ... |
| `pairs`, `decisions`, `places`, `themed`, `display` | ... and the parts that it is made of |
| `services`, `desk`, `rule_changes` | what pages about rules may ask, and who answers |
| `shelves`, `librarian` | the same of libraries and settings |
| `past`, `archive`, `turns` | the same of the past |
| `outlook`, `overview` | what is asked of the core for one pair, and for all |
| `messages`, `asking`, `questions`, `known` | what screens ask, are asked, and have been told |
| `command`, `keymap`, `palette`, `about` | commands, keys, and the help made of them |
| `commands`, `rule_commands`, `past_commands` | the commands of the review, of rules, the past, |
| `library_commands`, `start_commands` | libraries, and of the first screens |
| `terminal`, `tmux`, `driver`, `pace` | what the terminal can do, and what keys mean on it |
| `theming`, `bookmark`, `logs` | colours, where a person left off, what a screen is not for |
| `tidying` | when garbage is collected |
| `screens`, `widgets`, `views` | what fills the terminal, its parts, and what they say |
| `queue`, `groups`, `preview` | the pairs and groups that wait, and their pictures |
"""
