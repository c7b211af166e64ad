"""What kill -9 does to the house: nothing lost, nothing twice. `python -m tests.crash --rounds 200 --seed 1`."""
