"""What saliency and Grad-CAM cost in PyTorch, eager, one thread, one image: printed as a table.

The networks are ResNet-18 and ResNet-34 (He et al. 2016, table 1) with random weights and batch normalisation. Each row is
measured in turn with the plain prediction, so that a drifting machine gives the same ratio; time is that of the process.
"""
import statistics
import sys
import time

import torch
from torch import nn


def conv(inputs, outputs, kernel, stride):
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(outputs))


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.first = conv(inputs, outputs, 3, stride)
        self.second = conv(outputs, outputs, 3, 1)
        self.shortcut = nn.Identity() if stride == 1 else conv(inputs, outputs, 1, stride)

    def forward(self, x):
        y = torch.relu(self.first(x))
        return torch.relu(self.second(y) + self.shortcut(x))


class Bottleneck(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.first = conv(inputs, outputs // 4, 1, 1)
        self.second = conv(outputs // 4, outputs // 4, 3, stride)
        self.third = conv(outputs // 4, outputs, 1, 1)
        self.shortcut = nn.Identity() if inputs == outputs else conv(inputs, outputs, 1, stride)

    def forward(self, x):
        y = torch.relu(self.second(torch.relu(self.first(x))))
        return torch.relu(self.third(y) + self.shortcut(x))


class Fire(nn.Module):
    """Iandola et al. 2016, figure 1."""

    def __init__(self, inputs, squeezed, outputs):
        super().__init__()
        self.squeeze = nn.Conv2d(inputs, squeezed, 1)
        self.one = nn.Conv2d(squeezed, outputs // 2, 1)
        self.three = nn.Conv2d(squeezed, outputs // 2, 3, padding=1)

    def forward(self, x):
        y = torch.relu(self.squeeze(x))
        return torch.relu(torch.cat([self.one(y), self.three(y)], 1))


def squeezenet():
    """Version 1.1."""
    layers = [nn.Conv2d(3, 64, 3, 2), nn.ReLU()]
    inputs = 64
    for stage in (((16, 128), (16, 128)), ((32, 256), (32, 256)), ((48, 384), (48, 384), (64, 512), (64, 512))):
        layers.append(nn.MaxPool2d(3, 2, ceil_mode=True))
        for squeezed, outputs in stage:
            layers.append(Fire(inputs, squeezed, outputs))
            inputs = outputs
    head = [nn.Conv2d(512, 1000, 1), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten()]
    return nn.Sequential(*layers, *head).eval()


def resnet(blocks, block=Block, widths=(64, 128, 256, 512)):
    layers = [conv(3, 64, 7, 2), nn.ReLU(), nn.MaxPool2d(3, 2, 1)]
    inputs = 64
    for stage, (outputs, count) in enumerate(zip(widths, blocks)):
        for i in range(count):
            layers.append(block(inputs, outputs, 2 if stage > 0 and i == 0 else 1))
            inputs = outputs
    features = nn.Sequential(*layers)
    head = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(inputs, 1000))
    return nn.Sequential(features, head).eval()


def predict(net, x):
    with torch.no_grad():
        return net(x)


def saliency(net, x):
    x = x.clone().requires_grad_()
    score = net(x).max(1).values.sum()
    net.zero_grad()
    score.backward()
    return x.grad


def grad_cam(net, x, image_gradient):
    """With hooks on the last layer, as libraries do it."""
    kept = []
    features = net[0]
    forward = features.register_forward_hook(lambda module, i, output: (kept.append(output), output.retain_grad())[0])
    x = x.clone().requires_grad_(image_gradient)
    score = net(x).max()
    net.zero_grad()
    score.backward()
    forward.remove()
    activation = kept[0]
    weights = activation.grad.mean((2, 3), keepdim=True)
    return torch.relu((weights * activation).sum(1)).detach()


def pairs(base, other, seconds):
    for _ in range(2):
        base()
        other()
    bases, ratios = [], []
    end = time.monotonic() + seconds
    while len(bases) < 5 or time.monotonic() < end:
        a = time.process_time()
        base()
        b = time.process_time()
        other()
        c = time.process_time()
        bases.append(1000 * (b - a))
        ratios.append((c - b) / (b - a))
    ratios.sort()
    n = len(ratios)
    return statistics.median(bases), ratios[n // 2], ratios[n // 4], ratios[3 * n // 4]


BLOCKS = {"ResNet-18": (2, 2, 2, 2), "ResNet-34": (3, 4, 6, 3)}


def serve(threads):
    """Answers lines "network form batch work" with milliseconds: processor time on one thread, else wall time.

    Forms: "default", as people use it (parameters want gradients), and "frozen", its best (frozen parameters,
    channels last). Work: "predict" or "saliency".
    """
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    clock = time.process_time if threads == 1 else time.monotonic
    nets = {}
    for line in sys.stdin:
        name, form, batch, work = line.split()
        if (name, form) not in nets:
            net = resnet(BLOCKS[name])
            for parameter in net.parameters():
                parameter.requires_grad_(form == "default")
            nets[name, form] = net if form == "default" else net.to(memory_format=torch.channels_last)
        net = nets[name, form]
        x = torch.randn(int(batch), 3, 224, 224)
        if form == "frozen":
            x = x.contiguous(memory_format=torch.channels_last)
        start = clock()
        if work == "predict":
            predict(net, x)
        else:
            saliency(net, x)
        print(1000 * (clock() - start), flush=True)


NETS = {
    "ResNet-18": lambda: resnet((2, 2, 2, 2)),
    "ResNet-34": lambda: resnet((3, 4, 6, 3)),
    "ResNet-50": lambda: resnet((3, 4, 6, 3), Bottleneck, (256, 512, 1024, 2048)),
    "SqueezeNet": squeezenet,
}


def memory(name, points):
    """Prints the bytes that this process holds at most for the gradient at some points at once, parameters frozen."""
    torch.manual_seed(1)
    net = NETS[name]().requires_grad_(False)
    for _ in range(2):
        saliency(net, torch.randn(points, 3, 224, 224))
    # Not ru_maxrss: that begins with the size of whoever started this process.
    with open("/proc/self/status") as status:
        peak = next(line for line in status if line.startswith("VmHWM:"))
    print(int(peak.split()[1]) * 1024)


def main():
    if sys.argv[1] == "serve":
        serve(int(sys.argv[2]))
        return
    if sys.argv[1] == "memory":
        memory(sys.argv[2], int(sys.argv[3]))
        return
    seconds = float(sys.argv[1])
    torch.set_num_threads(1)
    torch.manual_seed(1)
    x = torch.randn(1, 3, 224, 224)
    print("PyTorch " + torch.__version__ + ", eager, one thread, one image:")
    print()
    print("| network | method | parameters | predict ms | ratio | quartiles |")
    print("|---|---|---|---|---|---|")
    for name, blocks in BLOCKS.items():
        net = resnet(blocks)
        for frozen in (False, True):
            for parameter in net.parameters():
                parameter.requires_grad_(not frozen)
            rows = (("saliency", lambda: saliency(net, x)), ("gradcam, hooks", lambda: grad_cam(net, x, frozen)))
            for method, work in rows:
                base, ratio, low, high = pairs(lambda: predict(net, x), work, seconds)
                parameters = "frozen" if frozen else "with gradients (default)"
                print(f"| {name} | {method} | {parameters} | {base:.1f} | **{ratio:.2f}** | {low:.2f} to {high:.2f} |")


main()
