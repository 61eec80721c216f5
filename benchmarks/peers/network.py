"""The network of all arms as one writes it in PyTorch: a loader, ``SGD`` with momentum, a rate that falls to zero."""

import numpy as np
import torch
from torch import nn

HIDDEN, BATCH, EPOCHS, RATE, MOMENTUM = 64, 32, 10, 0.1, 0.9


def layers(n_features: int, n_classes: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(n_features, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, n_classes))


class Network:
    """Fitted to one subset, which it standardizes by its own mean and deviations."""

    def __init__(self, X: np.ndarray, y: np.ndarray, n_classes: int, seed: int) -> None:
        torch.manual_seed(seed)
        deviation = X.std(axis=0)
        self.center, self.scale = X.mean(axis=0), np.divide(1, deviation, out=0 * deviation, where=deviation > 0)
        self.layers = layers(X.shape[1], n_classes)
        examples = torch.utils.data.TensorDataset(self._standardized(X), torch.tensor(y))
        loader = torch.utils.data.DataLoader(examples, batch_size=BATCH, shuffle=True)
        optimizer = torch.optim.SGD(self.layers.parameters(), lr=RATE, momentum=MOMENTUM)
        n_steps, loss = EPOCHS * len(loader), nn.CrossEntropyLoss()
        schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / n_steps)
        for _ in range(EPOCHS):
            for inputs, labels in loader:
                optimizer.zero_grad()
                loss(self.layers(inputs), labels).backward()
                optimizer.step()
                schedule.step()

    @torch.no_grad()
    def predict(self, X: np.ndarray) -> np.ndarray:
        return self.layers(self._standardized(X)).argmax(dim=1).numpy()

    def _standardized(self, X: np.ndarray) -> torch.Tensor:
        return torch.tensor((X - self.center) * self.scale)
