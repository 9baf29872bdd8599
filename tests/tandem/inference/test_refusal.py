"""Refusals as servers really word them, and what they mean."""

import json

import pytest

from tandem.inference.outcomes import Overflowed
from tandem.inference.refusal import error_of, failure_of
from tandem.inference.words import Dialect, Endpoint

OLLAMA = Endpoint("http://127.0.0.1:11434", "llama3.1:8b", context=8192)
OPENAI = Endpoint("http://127.0.0.1:8000", "m", Dialect.OPENAI, context=8192)


@pytest.mark.parametrize(
    ("status", "words", "kind", "reason"),
    [
        (
            503,
            '{"error":"server busy, please try again.  maximum pending requests exceeded"}',
            "warming",
            "busy",
        ),
        (
            503,
            '{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}',
            "warming",
            "loading",
        ),
        (500, '{"error":"model is loading"}', "warming", "loading"),
        (429, "slow down", "warming", "busy"),
        (404, '{"error":"model \'llama3.1:8b\' not found"}', "refused", "model_missing"),
        (404, '{"error":"model \\"m\\" not found, try pulling it first"}', "refused", "model_missing"),
        (404, "404 page not found", "refused", "rejected"),
        (401, '{"error":{"message":"Invalid API Key"}}', "refused", "unauthorised"),
        (400, '{"error":"invalid format"}', "refused", "rejected"),
        (501, '{"error":{"message":"This server does not support embeddings"}}', "refused", "rejected"),
        (500, '{"error":"llama runner process has terminated"}', "unavailable", "http_500"),
        (502, "<html>Bad Gateway</html>", "unavailable", "http_502"),
        (400, "", "refused", "rejected"),
        (400, "[" * 100_000, "refused", "rejected"),
    ],
)
def test_a_refusal_has_its_outcome(status: int, words: str, kind: str, reason: str) -> None:
    outcome = failure_of(status, words, OLLAMA)
    assert (outcome.kind, outcome.reason) == (kind, reason)
    assert len(outcome.detail) < 400


@pytest.mark.parametrize(
    ("status", "words", "tokens", "context"),
    [
        (
            400,
            '{"error":{"code":400,"message":"request (5021 tokens) exceeds the available context size'
            ' (1024 tokens)","type":"exceed_context_size_error","n_prompt_tokens":5021,"n_ctx":1024}}',
            5021,
            1024,
        ),
        (
            400,
            '{"object":"error","message":"This model\'s maximum context length is 4096 tokens. However, you'
            ' requested 5000 tokens (4900 in the messages, 100 in the completion).","code":400}',
            5000,
            4096,
        ),
        (400, '{"error":"the input length exceeds the context length"}', 0, 8192),
        (400, '{"error":{"code":"context_length_exceeded","message":"too long"}}', 0, 8192),
        (
            500,
            '{"error":{"code":500,"message":"input (1501 tokens) is too large to process.'
            ' increase the physical batch size (current batch size: 512)","type":"server_error"}}',
            1501,
            512,
        ),
        (
            400,
            '{"error":"Trying to keep the first 9000 tokens when context the overflows. However, the model is'
            ' loaded with context length of only 4096 tokens"}',
            0,
            4096,
        ),
    ],
)
def test_an_overflow_is_known_by_many_names(status: int, words: str, tokens: int, context: int) -> None:
    assert failure_of(status, words, OPENAI) == Overflowed("announced", tokens, context)
    assert error_of(words, OPENAI) == Overflowed("announced", tokens, context)


def test_a_missing_model_comes_with_the_command_that_pulls_it() -> None:
    outcome = failure_of(404, json.dumps({"error": "model 'llama3.1:8b' not found"}), OLLAMA)
    assert "OLLAMA_HOST=http://127.0.0.1:11434 ollama pull llama3.1:8b" in outcome.detail


def test_an_error_in_a_stream_is_a_failure_of_the_server() -> None:
    assert (
        error_of('{"error":"an error was encountered while running the model"}', OLLAMA).kind == "unavailable"
    )
