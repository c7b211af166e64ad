"""The ways to a safety system: a program, a mailbox, a folder. Each says what to ask and reads what is answered.

Like a connector of a channel a way opens no connection, reads no clock and touches no database; `core.wire` makes its calls.
`sandbox` is a pretend safety system, for the demo and for newcomers.
"""
