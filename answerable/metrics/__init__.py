"""What the desk knows of itself and of what comes in.

Owns: the radar, which holds what is said now against what is usual for this hour and weekday, its alarms, and incidents:
the posts of one wave with one holder, while each author keeps a case. Does not own the posts, nor the cases, nor when a
source counts as failing (channels).
Verbs: `counting.count`, `learning.learn_due`, `watching.watch`, `gathering.put_in`, `gathering.take_out`,
`holding.take`, `holding.give`, `holding.see`, `ending.close`.
"""
