"""An interpolated Kneser-Ney model from its definition: dictionaries and exact fractions, one subset at a time.

It shares no line with the compiled one: it counts strings, searches the whole vocabulary for the likeliest token, and
rounds nothing.
"""

import math
from collections import defaultdict
from fractions import Fraction


class PlainModel:
    """A model of a list of documents, each a list of tokens; n-grams counted less than ``least`` are forgotten."""

    def __init__(self, documents, vocabulary, order, least=1):
        self.vocabulary, self.order, self.least = sorted(vocabulary), order, least
        self.counts = [None, *(defaultdict(int) for _ in range(order))]
        for document in documents:
            padded = ["<s>"] * (order - 1) + document
            for place in range(order - 1, len(padded)):
                self.counts[order][tuple(padded[place - order + 1 : place + 1])] += 1
        for length in range(order - 1, 0, -1):
            for gram in self.counts[length + 1]:
                self.counts[length][gram[1:]] += 1
        self.discounts = [None, *(self._discount(counts) for counts in self.counts[1:])]
        self.followers = [None, *(self._followers(counts) for counts in self.counts[1:])]

    @staticmethod
    def _discount(counts):
        once, twice = (sum(1 for count in counts.values() if count == times) for times in (1, 2))
        return Fraction(2 * once + 1, 2 * once + 4 * twice + 2)

    @staticmethod
    def _followers(counts):
        found = defaultdict(dict)
        for gram, count in counts.items():
            found[gram[:-1]][gram[-1]] = count
        return found

    def probability(self, word, history):
        """Return the probability of a word behind at most ``order - 1`` tokens."""
        lower = self.probability(word, history[1:]) if history else Fraction(1, len(self.vocabulary) + 1)
        counts = self.followers[len(history) + 1].get(tuple(history))
        if counts is None:
            return lower
        total, discount = sum(counts.values()), self.discounts[len(history) + 1]
        kept = {w: count for w, count in counts.items() if count >= self.least or not history}
        own = kept[word] - discount if word in kept else 0
        return (own + (total - sum(count - discount for count in kept.values())) * lower) / total

    def histories(self, document):
        padded = ["<s>"] * (self.order - 1) + document
        return [padded[place : place + self.order - 1] for place in range(len(document))]

    def log_losses(self, document):
        return [
            -math.log(self.probability(word, history))
            for word, history in zip(document, self.histories(document), strict=True)
        ]

    def hits(self, document):
        return [
            word == max(self.vocabulary, key=lambda candidate: self.probability(candidate, history))
            for word, history in zip(document, self.histories(document), strict=True)
        ]
