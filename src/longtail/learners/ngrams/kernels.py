r"""A language model of one subset of documents, compiled: interpolated Kneser-Ney with one discount an order.

A longest n-gram's count :math:`c_n` is how often it stands in the subset's documents. A shorter one's is the number of
different tokens that stand before it there (its continuation count), which says how freely a word is used rather than
how often [KneserNey1995]_. With :math:`h` a history, :math:`h'` the same without its oldest token, :math:`C` the sum
and :math:`T` the number of the counts above zero behind :math:`h`,

.. math:: p_k(w \mid h) = \frac{\max(c_k(hw) - D_k, 0)}{C} + \frac{D_k T}{C}\, p_{k-1}(w \mid h'),
          \qquad p_0 = \frac{1}{V},

and :math:`p_k(w \mid h) = p_{k-1}(w \mid h')` behind a history that the subset lacks. Where n-grams of two tokens or
more that were counted less often than ``least`` are forgotten, their counts join :math:`D_k T`, with T those that are
kept. The discount of each order is estimated from the subset, :math:`D = (n_1 + 1/2) / (n_1 + 2 n_2 + 1)` with
:math:`n_j` the number of n-grams counted j times: [NeyEssenKneser1994]_ but for the halves, which keep it between 0 and
1 where there are few.

The predicted token is the likeliest, of equals the first by number. No vocabulary is searched: it either follows the
history in the subset, or is the prediction behind the shorter history, since all other tokens keep their order there.
"""

import math

import numpy as np

from longtail.compilation import compiled, part

__all__ = ["counts_of_subset", "discount_of", "evaluate", "probabilities_of_counts", "tally"]

_LEAST_PRODUCT = 1e-200


@part
def discount_of(once, twice):  # type: ignore[no-untyped-def]
    """Return the discount of an order that has ``once`` n-grams counted once and ``twice`` counted twice."""
    return (once + 0.5) / (once + 2.0 * twice + 1.0)


@compiled
def counts_of_subset(counts, discounts, included, starts, gram_of_token, grams, shorter):  # type: ignore[no-untyped-def]
    """Count the n-grams of the included documents, and make the discount of each order.

    The longest are counted by times, shorter ones by what stands before them.
    """
    counts[:] = 0
    for document in range(len(included)):
        if included[document]:
            for token in range(starts[document], starts[document + 1]):
                counts[gram_of_token[token]] += 1
    for order in range(len(grams) - 1, 0, -1):
        once, twice = 0, 0
        for gram in range(grams[order - 1], grams[order]):
            count = counts[gram]
            once += count == 1
            twice += count == 2
            if count > 0 and order > 1:
                counts[shorter[gram]] += 1
        discounts[order] = discount_of(once, twice)


@compiled
def probabilities_of_counts(  # type: ignore[no-untyped-def]
    counts,
    discounts,
    probability,
    is_guess,
    guess,
    guess_probability,
    histories,
    word,
    shorter,
    first,
    older,
    n_words,
    least,
):
    """Make the probability of every n-gram's last token, and the likeliest token behind every history.

    ``is_guess`` becomes whether an n-gram's last token is the likeliest behind its history.
    """
    anything = 1.0 / n_words
    for order in range(1, len(histories)):
        discount, kept = discounts[order], np.int64(least if order > 1 else 1)
        for history in range(histories[order - 1], histories[order]):
            begin, end = first[history], first[history + 1]
            likeliest, most = word[begin], anything
            if order > 1:
                likeliest, most = guess[older[history]], guess_probability[older[history]]
            total, kinds, forgotten = 0, 0, 0
            for gram in range(begin, end):
                total += counts[gram]
                kinds += counts[gram] >= kept
                forgotten += counts[gram] if counts[gram] < kept else 0
            share, back = 0.0, 1.0
            if total > 0:
                share = 1.0 / total
                back = discount * kinds * share + forgotten * share
            most *= back
            for gram in range(begin, end):
                p = back * (probability[shorter[gram]] if order > 1 else anything)
                if counts[gram] >= kept:
                    p += (counts[gram] - discount) * share
                    if p > most or (p == most and word[gram] < likeliest):
                        most, likeliest = p, word[gram]
                probability[gram] = p
            for gram in range(begin, end):
                is_guess[gram] = word[gram] == likeliest
            guess[history], guess_probability[history] = likeliest, most


@compiled
def evaluate(loss, right, probability, is_guess, starts, gram_of_token):  # type: ignore[no-untyped-def]
    """Write the log loss of each document, in nats a token, and the share of its tokens that are predicted."""
    for document in range(len(starts) - 1):
        begin, end = starts[document], starts[document + 1]
        nats, product, hits = 0.0, 1.0, 0
        for token in range(begin, end):
            gram = gram_of_token[token]
            product *= probability[gram]
            if product < _LEAST_PRODUCT:
                nats -= math.log(product)
                product = 1.0
            hits += is_guess[gram]
        loss[document] = (nats - math.log(product)) / (end - begin)
        right[document] = hits / (end - begin)


@compiled
def tally(hits, nats, squares, included, probability, is_guess, starts, gram_of_token):  # type: ignore[no-untyped-def]
    """Add one model to the tallies of the training documents' tokens.

    Row 1 is of models that have the document.
    """
    for document in range(len(included)):
        side = np.int64(included[document])
        for token in range(starts[document], starts[document + 1]):
            gram = gram_of_token[token]
            loss = -math.log(probability[gram])
            hits[side, token] += is_guess[gram]
            nats[side, token] += loss
            squares[side, token] += loss * loss
