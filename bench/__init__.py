"""What the desk can carry: `python -m bench`, measured on the machine that runs it.

Owns: an installation of its own under the usual folder, data in bulk, and one module for each thing that is measured.
The installation is removed at the end. Each module's `measure` returns figures; a figure knows its aim.
"""
