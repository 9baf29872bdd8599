"""llama.cpp's own server over a model, as a process: it prints its address and serves until it is ended."""

import sys
import time

import xllamacpp


def serve(model: str, *, slots: int, context: int, embeds: bool) -> None:
    """Serves on a free port of loopback."""
    params = xllamacpp.CommonParams()
    params.model.path = model
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.n_parallel = slots
    params.n_ctx = context * slots
    params.n_gpu_layers = 0
    params.cpuparams.n_threads = 1
    params.cpuparams_batch.n_threads = 1
    params.n_threads_http = 4
    params.warmup = False
    params.endpoint_slots = True
    params.endpoint_props = True
    params.model_alias = {"tiny"}
    params.ctx_shift = False
    if embeds:
        params.embedding = True
        params.pooling_type = xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)  # noqa: T201 - this is what the process is for
    while True:
        time.sleep(3600)


if __name__ == "__main__":
    serve(sys.argv[1], slots=int(sys.argv[2]), context=int(sys.argv[3]), embeds=sys.argv[4] == "embeds")
