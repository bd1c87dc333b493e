#!/usr/bin/env python3
"""The same work in JAX: the whole epoch is one jitted lax.scan over mini-batches (the strongest form at tiny batches).

usage: mlp_jax.py DATA_DIR HIDDEN BATCH ETA EPOCHS    (HIDDEN: 30 or 512-256)
prints one line an epoch (the first includes compilation): peer,layers,batch,seconds_per_epoch,test_accuracy
"""
import sys, time
import jax, jax.numpy as jnp, numpy as np

def idx(path, offset):
    return np.fromfile(path, np.uint8, offset=offset)

data, hidden, batch, eta, epochs = sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]), int(sys.argv[5])
layers = [784, *map(int, hidden.split("-")), 10]
x = jnp.asarray(idx(f"{data}/train-images-idx3-ubyte", 16).reshape(-1, 784), jnp.float32) / 255
y = jnp.eye(10)[idx(f"{data}/train-labels-idx1-ubyte", 8)]
xt = jnp.asarray(idx(f"{data}/t10k-images-idx3-ubyte", 16).reshape(-1, 784), jnp.float32) / 255
yt = jnp.asarray(idx(f"{data}/t10k-labels-idx1-ubyte", 8))

def forward(p, x):
    for w, b in p:
        x = jax.nn.sigmoid(x @ w + b)
    return x

def cost(p, xb, yb):
    return 0.5 * jnp.sum((forward(p, xb) - yb) ** 2) / xb.shape[0]

@jax.jit
def epoch(p, order):
    def step(p, s):
        g = jax.grad(cost)(p, x[s], y[s])
        return jax.tree.map(lambda w, d: w - eta * d, p, g), None
    return jax.lax.scan(step, p, order.reshape(-1, batch))[0]

rng = np.random.default_rng(1)
p = [(jnp.asarray(rng.standard_normal((i, o)) / i ** 0.5, jnp.float32), jnp.asarray(rng.standard_normal(o), jnp.float32)) for i, o in zip(layers, layers[1:])]
for _ in range(epochs):
    start = time.perf_counter()
    p = jax.block_until_ready(epoch(p, jnp.asarray(rng.permutation(len(x))[: len(x) // batch * batch])))
    seconds = time.perf_counter() - start
    hits = float((forward(p, xt).argmax(1) == yt).mean())
    print(f"jax,{'-'.join(map(str, layers))},{batch},{seconds:.4f},{hits:.4f}", flush=True)
