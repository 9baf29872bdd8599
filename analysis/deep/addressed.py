"""Tells sentences that speak to a model instead of to readers: what they say proves nothing."""

import re

# Of injections that were met; in English, German, French and Spanish.
_TO_A_MODEL = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:instructions?|prompts?|rules|above|previous)\b"
    r"|\b(?:ignorier\w*|vergiss|vergessen sie)\b.{0,40}\b(?:anweisung\w*|anleitung\w*|regeln)\b"
    r"|\b(?:ignore[rz]?|oublie[rz]?)\b.{0,40}\b(?:instructions?|consignes?)\b"
    r"|\b(?:ignora\w*|olvida\w*)\b.{0,40}\binstrucciones\b"
    r"|\b(?:system|developer) (?:prompt|message)\b"
    r"|\byou are (?:now )?(?:an? )?(?:ai\b|assistant\b|language model|chatbot)"
    r"|\bas an ai\b|\blanguage models? (?:must|should|reading)\b|^\s*(?:assistant|system|user)\s*:",
    re.IGNORECASE | re.MULTILINE,
)


def speaks_to_a_model(text: str) -> bool:
    """Whether any of it does."""
    return _TO_A_MODEL.search(text) is not None
