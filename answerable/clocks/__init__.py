"""Time limits, promised ones and legal ones.

Owns: rules as dated data with their source, working calendars, the arithmetic of both, the running clocks of each case,
their pauses, warnings and breaches. Does not own what makes a case urgent (triage) nor what a report needs (safety).
Verbs: `keeping.keep`, `starting.start`, `starting.stop`, `watching.watch`, `recalculating.recalculate`,
`calendaring.keep_calendar`, `targeting.set_target`, `targeting.end_target`, `catching_up.catch_up`.
"""
