"""What ends the use of models: a lost resource of this machine, never an answer of a server."""


class InferenceError(Exception):
    """Models cannot be used here."""


class LanesUnusable(InferenceError):
    """The folder of the lanes cannot be used."""
