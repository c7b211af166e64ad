"""How a text sounds and what it is for, from what people wrote by hand and what they said of earlier texts. All of it is pure.

`looking` takes a text apart, `sums` weighs what was found, `learning` makes the weights, `measuring` says how good they are. What is read from it: `tones.read`.
The phrases (`lexicons`), what each sort counts (`weights.toml`) and the sentences that the start is learned from
(`starters`) are data.
"""
