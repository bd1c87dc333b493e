#!/usr/bin/env python3
"""The same work in PyTorch on the CPU: autograd, plain SGD, data resident as tensors, no DataLoader.

usage: mlp_torch.py DATA_DIR HIDDEN BATCH ETA EPOCHS [THREADS]    (HIDDEN: 30 or 512-256)
prints one line an epoch: peer,layers,batch,seconds_per_epoch,test_accuracy
"""
import sys, time
import numpy as np, torch

def idx(path, offset):
    return torch.from_numpy(np.fromfile(path, np.uint8, offset=offset))

data, hidden, batch, eta, epochs = sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]), int(sys.argv[5])
layers = [784, *map(int, hidden.split("-")), 10]
torch.set_num_threads(int(sys.argv[6]) if len(sys.argv) > 6 else 1)
torch.manual_seed(1)
x = idx(f"{data}/train-images-idx3-ubyte", 16).reshape(-1, 784).float() / 255
y = torch.eye(10)[idx(f"{data}/train-labels-idx1-ubyte", 8).long()]
xt = idx(f"{data}/t10k-images-idx3-ubyte", 16).reshape(-1, 784).float() / 255
yt = idx(f"{data}/t10k-labels-idx1-ubyte", 8).long()
net = torch.nn.Sequential(*(m for i, o in zip(layers, layers[1:]) for m in (torch.nn.Linear(i, o), torch.nn.Sigmoid())))
for m in net:
    if isinstance(m, torch.nn.Linear):
        torch.nn.init.normal_(m.weight, std=m.in_features ** -0.5); torch.nn.init.normal_(m.bias)
sgd = torch.optim.SGD(net.parameters(), lr=eta)
for _ in range(epochs):
    start = time.perf_counter()
    order = torch.randperm(len(x))
    for k in range(0, len(x), batch):
        s = order[k:k + batch]
        cost = 0.5 * (net(x[s]) - y[s]).square().sum() / len(s)
        sgd.zero_grad(set_to_none=True); cost.backward(); sgd.step()
    seconds = time.perf_counter() - start
    with torch.no_grad():
        hits = (net(xt).argmax(1) == yt).float().mean().item()
    print(f"torch-{torch.get_num_threads()}t,{'-'.join(map(str, layers))},{batch},{seconds:.4f},{hits:.4f}", flush=True)
