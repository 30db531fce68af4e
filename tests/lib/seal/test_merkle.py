"""The tree of RFC 9162: its known values, and each proof that holds, or does not once anything in it is another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartcity.lib.seal.merkle import (
    EMPTY_ROOT,
    Frontier,
    NotAFrontier,
    NotAHash,
    OutsideTheTree,
    Tree,
    consistency_proof,
    hash_leaf,
    hash_node,
    inclusion_proof,
    root_of,
    verify_consistency,
    verify_inclusion,
)

# Leaves and values that implementations of RFC 6962 check each other with.
CLASSICAL = [
    hash_leaf(bytes.fromhex(leaf))
    for leaf in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
CLASSICAL_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [hash_leaf(str(number).encode()) for number in range(300)]
OTHER = hash_leaf(b"another")

sizes = st.integers(0, len(LEAVES))
bits = st.integers(0, 255)


def split(leaves):
    """As the standard says it: the left side is the largest power of two that is smaller than the whole."""
    size = 1
    while size * 2 < len(leaves):
        size *= 2
    return leaves[:size], leaves[size:]


def root_by_the_standard(leaves):
    if len(leaves) < 2:
        return leaves[0] if leaves else EMPTY_ROOT
    left, right = split(leaves)
    return hash_node(root_by_the_standard(left), root_by_the_standard(right))


def inclusion_by_the_standard(position, leaves):
    if len(leaves) == 1:
        return []
    left, right = split(leaves)
    if position < len(left):
        return [*inclusion_by_the_standard(position, left), root_by_the_standard(right)]
    return [*inclusion_by_the_standard(position - len(left), right), root_by_the_standard(left)]


def consistency_by_the_standard(old_size, leaves, *, is_old_root=True):
    if old_size == len(leaves):
        return [] if is_old_root else [root_by_the_standard(leaves)]
    left, right = split(leaves)
    if old_size <= len(left):
        below = consistency_by_the_standard(old_size, left, is_old_root=is_old_root)
        return [*below, root_by_the_standard(right)]
    below = consistency_by_the_standard(old_size - len(left), right, is_old_root=False)
    return [*below, root_by_the_standard(left)]


def flipped(node: bytes, bit: int) -> bytes:
    return (int.from_bytes(node) ^ 1 << bit).to_bytes(len(node))


def with_one_bit_flipped(proof: list[bytes], bit: int):
    return [[*proof[:at], flipped(node, bit), *proof[at + 1 :]] for at, node in enumerate(proof)]


@pytest.mark.parametrize("size", range(9))
def test_root_of_the_classical_leaves(size):
    root = bytes.fromhex(CLASSICAL_ROOTS[size])

    assert root_of(CLASSICAL[:size]) == root
    assert Tree(CLASSICAL[:size]).root == root


def test_proofs_of_the_classical_leaves():
    assert [node.hex() for node in inclusion_proof(CLASSICAL, 0)] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]
    assert [node.hex() for node in consistency_proof(CLASSICAL, 6)] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


@given(sizes, sizes)
def test_frontier_grows_to_the_root_of_all_leaves_wherever_it_stopped_and_was_stored(size, stop):
    leaves = LEAVES[:size]

    stored = Frontier().extended(leaves[:stop]).to_text()
    grown = Frontier.from_text(stored).extended(iter(leaves[stop:]))

    assert (grown.size, grown.root) == (size, root_by_the_standard(leaves))
    assert grown == Frontier().extended(leaves)


def test_frontier_tells_the_root_after_each_leaf():
    frontier = Frontier()
    for size, leaf in enumerate(LEAVES[:40], 1):
        frontier = frontier.extended([leaf])
        assert frontier.root == root_by_the_standard(LEAVES[:size])


def test_frontier_of_a_million_leaves_is_a_short_text():
    frontier = Frontier(2**20 - 1, (OTHER,) * 20)

    assert len(frontier.to_text()) < 1300
    assert Frontier.from_text(frontier.to_text()) == frontier


@given(sizes.filter(bool), st.data())
def test_inclusion_is_proven_as_the_standard_says_and_nothing_else_is(size, data):
    position, bit = data.draw(st.integers(0, size - 1)), data.draw(bits)
    leaf, tree = LEAVES[position], Tree(LEAVES[:size])
    root, proof = tree.root, tree.inclusion_proof(position)

    assert proof == inclusion_by_the_standard(position, LEAVES[:size])
    assert verify_inclusion(leaf, position, size, proof, root)
    assert not verify_inclusion(flipped(leaf, bit), position, size, proof, root)
    assert not verify_inclusion(leaf, position, size, proof, flipped(root, bit))
    assert not any(verify_inclusion(leaf, position, size, bad, root) for bad in with_one_bit_flipped(proof, bit))
    others = [other for other in range(size) if other != position]
    assert not any(verify_inclusion(leaf, other, size, proof, root) for other in others)
    assert not verify_inclusion(leaf, position, size, [*proof, OTHER], root)
    assert not (proof and verify_inclusion(leaf, position, size, proof[:-1], root))
    assert not verify_inclusion(leaf, size, size, proof, root)


def test_inclusion_in_a_tree_said_to_be_of_another_size_is_refused_where_the_way_to_the_root_differs():
    root, proof = root_of(LEAVES[:8]), inclusion_proof(LEAVES[:8], 7)

    accepted = [size for size in range(300) if verify_inclusion(LEAVES[7], 7, size, proof, root)]

    assert accepted == [8]


@given(sizes, sizes, bits)
def test_consistency_is_proven_as_the_standard_says_and_nothing_else_is(one, other, bit):
    old_size, size = sorted((one, other))
    old_root, root = root_by_the_standard(LEAVES[:old_size]), root_by_the_standard(LEAVES[:size])
    proof = consistency_proof(LEAVES[:size], old_size)

    assert proof == (consistency_by_the_standard(old_size, LEAVES[:size]) if old_size else [])
    assert verify_consistency(old_size, old_root, size, root, proof)
    assert not verify_consistency(old_size, flipped(old_root, bit), size, root, proof)
    assert not (old_size and verify_consistency(old_size, old_root, size, flipped(root, bit), proof))
    bad_proofs = with_one_bit_flipped(proof, bit)
    assert not any(verify_consistency(old_size, old_root, size, root, bad) for bad in bad_proofs)
    assert not verify_consistency(old_size, old_root, size, root, [*proof, OTHER])
    assert not (proof and verify_consistency(old_size, old_root, size, root, proof[:-1]))
    wrong_sizes = [wrong for wrong in range(1, size + 1) if wrong != old_size]
    assert not any(verify_consistency(wrong, old_root, size, root, proof) for wrong in wrong_sizes)
    assert not (old_size < size and verify_consistency(size, root, old_size, old_root, proof))


def test_a_history_with_one_old_leaf_rewritten_is_consistent_with_no_proof():
    rewritten = [*LEAVES[:40], OTHER, *LEAVES[41:100]]

    proofs = [consistency_proof(LEAVES[:100], 60), consistency_proof(rewritten, 60)]

    assert not any(verify_consistency(60, root_of(LEAVES[:60]), 100, root_of(rewritten), proof) for proof in proofs)


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param((OTHER, -1, 8, [], OTHER), id="a negative position"),
        pytest.param((OTHER, "0", 1, [], OTHER), id="a position in words"),
        pytest.param((OTHER, False, True, [], OTHER), id="yes and no"),
        pytest.param((OTHER, 0, 1.0, [], OTHER), id="a size with a fraction"),
        pytest.param((OTHER, 0, 0, [], EMPTY_ROOT), id="a leaf of the empty tree"),
        pytest.param((OTHER.hex(), 0, 1, [], OTHER.hex()), id="hashes in hex"),
        pytest.param((None, 0, 1, [], None), id="no hash"),
        pytest.param((b"short", 0, 1, [], b"short"), id="too short a hash"),
        pytest.param((OTHER, 0, 2, [OTHER[:31]], OTHER), id="too short a hash in the proof"),
        pytest.param((OTHER, 0, 2, OTHER, OTHER), id="bytes for a proof"),
        pytest.param((OTHER, 0, 2, None, OTHER), id="no proof"),
    ],
)
def test_verifying_what_is_no_proof_at_all_answers_no(wrong):
    leaf, position, size, proof, root = wrong

    assert not verify_inclusion(leaf, position, size, proof, root)
    assert not verify_consistency(position, leaf, size, root, proof)


@pytest.mark.parametrize("position", [-1, 3, True, "0", None])
def test_a_proof_of_no_leaf_is_refused(position):
    with pytest.raises(OutsideTheTree):
        inclusion_proof(LEAVES[:3], position)


@pytest.mark.parametrize("old_size", [-1, 4, True, "0", None])
def test_a_proof_from_a_tree_that_never_was_is_refused(old_size):
    with pytest.raises(OutsideTheTree):
        consistency_proof(LEAVES[:3], old_size)


@pytest.mark.parametrize("leaf", [b"", OTHER[:31], OTHER.hex(), None, 7])
def test_what_is_no_hash_is_no_leaf(leaf):
    for build in (root_of, Tree, Frontier().extended):
        with pytest.raises(NotAHash):
            build([OTHER, leaf])


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param(None, id="no text"),
        pytest.param(f"1:{OTHER.hex()[:-1]}", id="cut short"),
        pytest.param(f"3:{OTHER.hex()}", id="a subtree too few"),
        pytest.param(f"1:{OTHER.hex() * 2}", id="a subtree too many"),
        pytest.param(f"01:{OTHER.hex()}", id="zero in front"),
        pytest.param(f"-1:{OTHER.hex()}", id="negative"),
        pytest.param(f"1:{OTHER.hex().upper()}", id="capital letters"),
        pytest.param(f"1:{OTHER.hex()}\n", id="a line break behind"),
        pytest.param(f"１:{OTHER.hex()}", id="a full-width digit"),
    ],
)
def test_a_damaged_frontier_is_told(text):
    with pytest.raises(NotAFrontier):
        Frontier.from_text(text)
