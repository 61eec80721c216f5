"""Callbacks for trainers of other libraries, on networks of one layer, against the network's own answers.

They need transformers (with accelerate) and Lightning, which the test environment leaves out for their size.
"""

import numpy as np
import pytest

import longtail

torch = pytest.importorskip("torch")

pytestmark = pytest.mark.filterwarnings("ignore")  # theirs


@pytest.fixture
def run(tmp_path):
    return longtail.masks("iris", out=tmp_path / "own", trials=8).path


def margins(network, trial, y_all):
    """Margins by the definition, from the trained network itself."""
    with torch.no_grad():
        logits = network(torch.tensor(trial.X_eval)).numpy().astype(float)
    chosen = np.take_along_axis(logits, y_all[:, None], 1)[:, 0]
    np.put_along_axis(logits, y_all[:, None], -np.inf, 1)
    return chosen - logits.max(axis=1)


def test_the_trainer_of_hugging_face(run, tmp_path):
    transformers = pytest.importorskip("transformers")
    pytest.importorskip("accelerate")
    from longtail.runs.hugging_face import RecordTrial

    class OneLayer(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.layer, self.dropout = torch.nn.Linear(4, 3), torch.nn.Dropout(0.5)

        def forward(self, inputs, labels=None):
            logits = self.dropout(self.layer(inputs))
            loss = None if labels is None else torch.nn.functional.cross_entropy(logits, labels)
            return {"loss": loss, "logits": logits} if loss is not None else {"logits": logits}

    with longtail.trial(run, 3) as trial:
        transformers.set_seed(trial.seed)
        everything = [{"inputs": torch.tensor(row)} for row in trial.X_eval]
        members = [{**everything[i], "labels": int(code)} for i, code in zip(trial.members, trial.y, strict=True)]
        trainer = transformers.Trainer(
            model=OneLayer(),
            args=transformers.TrainingArguments(
                str(tmp_path / "checkpoints"), num_train_epochs=2, save_strategy="no", report_to=[], use_cpu=True
            ),
            train_dataset=members,
            callbacks=[RecordTrial(trial, everything)],
        )
        trainer.train()
    _require_recorded(run, trial, trainer.model.layer)


def test_lightning(run, tmp_path):
    lightning = pytest.importorskip("lightning")
    from longtail.runs.lightning import RecordTrial

    class OneLayer(lightning.LightningModule):
        def __init__(self):
            super().__init__()
            self.layer, self.dropout = torch.nn.Linear(4, 3), torch.nn.Dropout(0.5)

        def forward(self, inputs):
            return self.dropout(self.layer(inputs))

        def training_step(self, batch, _):
            return torch.nn.functional.cross_entropy(self(batch[0]), batch[1])

        def configure_optimizers(self):
            return torch.optim.SGD(self.parameters(), lr=0.1)

    with longtail.trial(run, 3) as trial:
        lightning.seed_everything(trial.seed)
        members = torch.utils.data.TensorDataset(torch.tensor(trial.X), torch.tensor(trial.y))
        module = OneLayer()
        trainer = lightning.Trainer(
            max_epochs=2,
            accelerator="cpu",
            logger=False,
            enable_checkpointing=False,
            enable_progress_bar=False,
            default_root_dir=tmp_path,
            callbacks=[RecordTrial(trial, torch.tensor(trial.X_eval))],
        )
        trainer.fit(module, torch.utils.data.DataLoader(members, batch_size=32, shuffle=True))
    _require_recorded(run, trial, module.layer)


def _require_recorded(run, trial, layer):
    """All examples, in their order, by the trained network, without its dropout."""
    assert longtail.missing_trials(run) == [0, 1, 2, 4, 5, 6, 7]
    outcomes, data = longtail.open_run(run).outcomes, longtail.open_run(run).dataset
    expected = margins(layer.cpu(), trial, np.concatenate([data.y, data.y_test]))
    recorded = np.concatenate([outcomes.margin[0], outcomes.test_margin[0]]).astype(float)
    np.testing.assert_allclose(recorded, expected, rtol=2e-3, atol=2e-3)
    np.testing.assert_array_equal(np.concatenate([outcomes.correct[0], outcomes.test_correct[0]]), expected > 0)
