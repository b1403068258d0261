#!/usr/bin/env python3
"""Training throughput of tinyvmaf beside PyTorch on the CPU, one thread each.

Both train the same networks (SiLU, six inputs, one output) with Adam in batches of 1,024 rows:
gather a batch, forward pass, squared error, backward pass, update. The programs take turns, each
run is a process of its own, and medians of rows per second are compared. tinyvmaf states its
figure in the training log; start-up and the sampling of rows are not in it, and neither are they
in PyTorch's.

    swift build -c release --product tinyvmaf
    python3 -m venv .build/pytorch
    .build/pytorch/bin/pip install torch --index-url https://download.pytorch.org/whl/cpu
    .build/pytorch/bin/python Benchmarks/training_vs_pytorch.py
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ARCHITECTURES = {"2x64": [64, 64], "3x128": [128, 128, 128]}
BATCH = 1024
ROWS = 65536


def time_tinyvmaf(binary, name, steps):
    """Rows per second of one `tinyvmaf train`, from the last line of its log."""
    with tempfile.TemporaryDirectory() as folder:
        log = pathlib.Path(folder, "log.jsonl")
        command = [binary, "train", "--architecture", name, "--optimizer", "adam"]
        command += ["--batch-size", str(BATCH), "--rows", str(ROWS), "--steps", str(steps)]
        command += ["--threads", "1", "--quiet", "--log", str(log)]
        command += ["--output", str(pathlib.Path(folder, "student.safetensors"))]
        subprocess.run(command, check=True)
        last = json.loads(log.read_text().splitlines()[-1])
        return last["rows_per_second"], last["elapsed_seconds"]


def time_pytorch(name, steps, compiled):
    """Rows per second of the same training in a process with one thread."""
    command = [sys.executable, __file__, "--pytorch-child", name, "--steps", str(steps)]
    if compiled:
        command.append("--compile")
    environment = dict(os.environ, OMP_NUM_THREADS="1", MKL_NUM_THREADS="1")
    result = subprocess.run(
        command, check=True, env=environment, stdout=subprocess.PIPE, text=True
    )
    return json.loads(result.stdout)


def train_with_pytorch(name, steps, compiled):
    """Trains and prints rows per second."""
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(1)
    widths = [6] + ARCHITECTURES[name]
    layers = []
    for inputs, outputs in zip(widths, widths[1:]):
        layers += [torch.nn.Linear(inputs, outputs), torch.nn.SiLU()]
    network = torch.nn.Sequential(*layers, torch.nn.Linear(widths[-1], 1))
    forward = torch.compile(network) if compiled else network
    # The fused update is the fastest that PyTorch has.
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3, fused=True)
    features = torch.rand(ROWS, 6)
    targets = features.square().mean(dim=1, keepdim=True)

    def step(rows):
        optimizer.zero_grad(set_to_none=True)
        loss = torch.nn.functional.mse_loss(forward(features[rows]), targets[rows])
        loss.backward()
        optimizer.step()

    for _ in range(20):
        step(torch.arange(BATCH))
    start = time.perf_counter()
    taken = 0
    while taken < steps:
        for rows in torch.randperm(ROWS).split(BATCH):
            step(rows)
            taken += 1
            if taken == steps:
                break
    print(json.dumps(taken * BATCH / (time.perf_counter() - start)))


def versions():
    import torch

    processor = "unknown processor"
    cpuinfo = pathlib.Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                processor = line.split(":", 1)[1].strip()
                break
    return f"PyTorch {torch.__version__}, {processor}, one thread, batches of {BATCH}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", default=".build/release/tinyvmaf", help="tinyvmaf's binary")
    parser.add_argument("--rounds", type=int, default=5, help="runs of each program")
    parser.add_argument("--steps", type=int, default=1000, help="steps of a run")
    parser.add_argument("--compile", action="store_true", help="use torch.compile (needs a C++ compiler)")
    parser.add_argument("--pytorch-child", choices=ARCHITECTURES, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.pytorch_child:
        train_with_pytorch(options.pytorch_child, options.steps, options.compile)
        return
    try:
        heading = versions()
    except ImportError:
        sys.exit("PyTorch is not installed: see the head of this script.")
    if not os.access(options.binary, os.X_OK):
        sys.exit(f"{options.binary} is not there: build it, or give --binary.")
    print(f"{heading}; medians of {options.rounds} rounds.\n")
    print("| network | tinyvmaf, ksamples/s | PyTorch, ksamples/s | ratio |")
    print("| ------- | -------------------: | ------------------: | ----: |")
    for name in ARCHITECTURES:
        own, peer = [], []
        for _ in range(options.rounds):
            own.append(time_tinyvmaf(options.binary, name, options.steps)[0])
            peer.append(time_pytorch(name, options.steps, options.compile))
        ours, theirs = statistics.median(own) / 1e3, statistics.median(peer) / 1e3
        print(f"| {name:7} | {ours:20.0f} | {theirs:19.0f} | {ours / theirs:5.2f} |")


if __name__ == "__main__":
    main()
