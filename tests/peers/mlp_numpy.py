#!/usr/bin/env python3
"""The same work in NumPy, vectorised over the mini-batch: sigmoid network, quadratic cost, plain SGD.

usage: mlp_numpy.py DATA_DIR HIDDEN BATCH ETA EPOCHS    (DATA_DIR holds the four IDX files, not compressed; HIDDEN: 30 or 512-256)
prints one line an epoch: peer,layers,batch,seconds_per_epoch,test_accuracy
"""
import sys, time
import numpy as np

def idx(path, offset):
    return np.fromfile(path, np.uint8, offset=offset)

data, hidden, batch, eta, epochs = sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]), int(sys.argv[5])
layers = [784, *map(int, hidden.split("-")), 10]
x = idx(f"{data}/train-images-idx3-ubyte", 16).reshape(-1, 784).astype(np.float32) / 255
y = np.eye(10, dtype=np.float32)[idx(f"{data}/train-labels-idx1-ubyte", 8)]
xt = idx(f"{data}/t10k-images-idx3-ubyte", 16).reshape(-1, 784).astype(np.float32) / 255
yt = idx(f"{data}/t10k-labels-idx1-ubyte", 8)

rng = np.random.default_rng(1)
ws = [rng.standard_normal((i, o), dtype=np.float32) / np.float32(i) ** 0.5 for i, o in zip(layers, layers[1:])]
bs = [rng.standard_normal(o, dtype=np.float32) for o in layers[1:]]
sigmoid = lambda z: 1 / (1 + np.exp(-z))

def forward(a):
    outputs = [a]
    for w, b in zip(ws, bs):
        outputs.append(sigmoid(outputs[-1] @ w + b))
    return outputs

for _ in range(epochs):
    start = time.perf_counter()
    order = rng.permutation(len(x))
    for k in range(0, len(x), batch):
        s = order[k:k + batch]; rate = np.float32(eta / len(s))
        a = forward(x[s])
        d = (a[-1] - y[s]) * a[-1] * (1 - a[-1])
        for l in reversed(range(len(ws))):
            below = (d @ ws[l].T) * a[l] * (1 - a[l]) if l else None
            ws[l] -= rate * (a[l].T @ d); bs[l] -= rate * d.sum(0)
            d = below
    seconds = time.perf_counter() - start
    hits = (forward(xt)[-1].argmax(1) == yt).mean()
    print(f"numpy,{'-'.join(map(str, layers))},{batch},{seconds:.4f},{hits:.4f}", flush=True)
