"""One proof of many leaves: whoever has them and it makes the root, as the checking program does, and nobody else."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartcity.audit.evidence.verify import root_of
from smartcity.lib.seal.merkle import EMPTY_ROOT, Tree, hash_leaf
from smartcity.lib.seal.multiproof import Positions, multiproof


def leaves_of(size):
    return [hash_leaf(str(number).encode()) for number in range(size)]


def proof_of(size, shown):
    positions, proof = Positions(size), []
    for position in shown:
        positions.add(position)
    root = multiproof(leaves_of(size), positions.__contains__, proof.append)
    return root, proof


def made_of(size, shown, proof):
    leaves = leaves_of(size)
    return root_of({position: leaves[position] for position in shown}, size, proof)


@pytest.mark.parametrize("size", range(1, 10))
def test_every_choice_of_leaves_makes_the_root(size):
    for count in range(1, size + 1):
        for shown in combinations(range(size), count):
            root, proof = proof_of(size, shown)

            assert root == Tree(leaves_of(size)).root
            assert made_of(size, shown, proof) == root


@given(
    st.integers(1, 300).flatmap(lambda size: st.tuples(st.just(size), st.sets(st.integers(0, size - 1), min_size=1)))
)
def test_some_leaves_of_a_larger_tree_make_its_root(drawn):
    size, shown = drawn

    root, proof = proof_of(size, shown)

    assert root == Tree(leaves_of(size)).root == made_of(size, shown, proof)


@pytest.mark.parametrize("size", [1, 2, 7, 64, 100])
def test_one_leaf_needs_no_more_than_its_own_proof_and_all_need_none(size):
    for position in range(size):
        assert sorted(proof_of(size, [position])[1]) == sorted(Tree(leaves_of(size)).inclusion_proof(position))
    assert proof_of(size, range(size))[1] == []


def test_neighbours_share_their_proof():
    assert len(proof_of(1 << 12, range(1024, 2048))[1]) == 2


def test_nothing_shown_proves_nothing():
    assert proof_of(5, []) == (Tree(leaves_of(5)).root, [])
    assert proof_of(0, []) == (EMPTY_ROOT, [])
    assert root_of({}, 5, []) is None


@pytest.mark.parametrize(
    "change", [lambda proof: proof[1:], lambda proof: proof[::-1], lambda proof: [bytes(32), *proof]]
)
def test_another_proof_makes_another_root(change):
    root, proof = proof_of(13, [2, 3, 9])

    assert made_of(13, [2, 3, 9], change(proof)) != root


def test_places_are_kept_a_bit_each():
    positions = Positions(1_000_000)
    for position in (0, 7, 8, 999_999, 8):
        positions.add(position)

    assert (list(positions), len(positions), positions.last) == ([0, 7, 8, 999_999], 4, 999_999)
    assert len(positions.bits) == 125_000
    assert 9 not in positions
    assert "8" not in positions
    assert Positions(20).last == -1
