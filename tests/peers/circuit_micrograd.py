#!/usr/bin/env python3
"""The network of host/benches/circuit.rs in micrograd: built, computed and differentiated.

usage: circuit_micrograd.py ROUNDS    (micrograd 0.1.0: pip install micrograd)
prints one line: peer,cost,gradient of the first input,median seconds
"""
import sys, time
from statistics import median
from micrograd.engine import Value

def network():
    count = 0
    def place():  # of an input, on a tape that has all nodes in the order they are made
        nonlocal count
        count += 1
        return count - 1
    def number():
        return Value(place() * 7919 % 2001 / 1000 - 1)
    def gate(value):
        place()
        return value
    inputs = signals = [number() for _ in range(20)]
    for outputs in (16, 8, 1):
        layer = []
        for _ in range(outputs):
            total = number()
            for x in signals:
                w = number()
                total = gate(total + gate(w * x))
            layer.append(gate(total.relu()))
        signals = layer
    return inputs[0], (signals[0] - 1) ** 2

seconds = []
for _ in range(int(sys.argv[1])):
    start = time.perf_counter()
    x, cost = network()
    cost.backward()
    seconds.append(time.perf_counter() - start)
print(f"micrograd,{cost.data:.6g},{x.grad:.6g},{median(seconds):.6f}")
