#!/usr/bin/env python3
"""Training throughput of tinyvmaf beside PyTorch on the CPU, one thread each.

Both train the same networks (SiLU, six inputs, one output) with Adam in batches of 1,024 rows:
gather a batch, forward pass, squared error, backward pass, update. The programs take turns, each
run is a process of its own, and medians of rows per second of CPU time are compared, so that
other load on the machine does not count. Start-up and the making of rows are not in the figures:
of tinyvmaf a run of one step is subtracted, PyTorch's clock starts at the first step.

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
ROWS = 8192


def cpu_seconds(command):
    """User and system time of a program that is run to its end."""
    process = subprocess.Popen(command)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)} ended with status {process.returncode}")
    return usage.ru_utime + usage.ru_stime


def time_tinyvmaf(binary, name, steps):
    """Rows per second of CPU time of one `tinyvmaf train`, without start-up and sampling."""
    root = pathlib.Path(__file__).resolve().parents[1]
    recipe = json.loads(root.joinpath("recipes", f"{name}.json").read_text())
    recipe["sampling"].update(rows=ROWS, heldOutRows=0)

    def run(folder, count):
        stage = {"steps": count, "batchSize": BATCH, "seed": 1, "reportInterval": count}
        stage["schedule"] = {"peak": 3e-3, "warmUpSteps": 0, "finalShare": 1}
        stage["optimizer"] = {"method": "adam"}
        recipe["stages"] = [stage]
        path = pathlib.Path(folder, "recipe.json")
        path.write_text(json.dumps(recipe))
        command = [binary, "train", "--recipe", str(path), "--threads", "1", "--quiet"]
        return cpu_seconds(command + ["--output", str(pathlib.Path(folder, "out.safetensors"))])

    with tempfile.TemporaryDirectory() as folder:
        start = run(folder, 1)
        return (steps - 1) * BATCH / (run(folder, steps) - start)


def time_pytorch(name, steps, compiled):
    """Rows per second of CPU time of the same training, in a process with one thread."""
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
    start = time.process_time()
    taken = 0
    while taken < steps:
        for rows in torch.randperm(ROWS).split(BATCH):
            step(rows)
            taken += 1
            if taken == steps:
                break
    print(json.dumps(taken * BATCH / (time.process_time() - start)))


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
    parser.add_argument("--compile", action="store_true", help="use torch.compile")
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
            own.append(time_tinyvmaf(options.binary, name, options.steps))
            peer.append(time_pytorch(name, options.steps, options.compile))
        ours, theirs = statistics.median(own) / 1e3, statistics.median(peer) / 1e3
        print(f"| {name:7} | {ours:20.0f} | {theirs:19.0f} | {ours / theirs:5.2f} |")


if __name__ == "__main__":
    main()
