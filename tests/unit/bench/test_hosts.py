"""The fleet of hosts: of the size that it claims, and each host gets the values that it should.

What a host should get is worked out here, from the generator's values, without our own code.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.hosts import HOSTS, Fleet, generate_fleet, write_fleet
from bench.peers import PEERS
from bench.workload import yaml_files
from gitconfig_tool.compiler import compile_snapshot
from gitconfig_tool.source import open_project


def _over(weak: Any, strong: Any) -> Any:
    """Merge two plain values: mappings deeply, everything else is replaced."""
    if isinstance(weak, Mapping) and isinstance(strong, Mapping):
        both = {key: _over(weak[key], strong[key]) for key in weak.keys() & strong.keys()}
        return {**weak, **strong, **both}
    return strong


def _expected(fleet: Fleet, host: str) -> dict[str, Any]:
    site, role = fleet.hosts[host]
    layers = {
        "node": [
            "common.yaml",
            f"site/{site}.yaml",
            f"role/{role}.yaml",
            f"role/{site}/{role}.yaml",
            f"hosts/{host}.yaml",
        ]
    }
    for path in fleet.files:
        folder, _, name = path.partition("/")
        if folder == "services":
            layers[name.removesuffix(".yaml")] = [
                path,
                f"services-by-role/{role}/{name}",
                f"services-by-site/{site}/{name}",
            ]
    documents: dict[str, Any] = {}
    for document, paths in layers.items():
        documents[document] = {}
        for path in paths:
            documents[document] = _over(documents[document], fleet.files.get(path, {}))
    return documents


def test_a_fleet_of_700_hosts_is_1500_files() -> None:
    fleet = generate_fleet()

    assert len(fleet.hosts) == HOSTS == 700
    assert len(set(fleet.hosts.values())) == 12 * 9
    assert len({site for site, _ in fleet.hosts.values()}) == 12
    assert len({role for _, role in fleet.hosts.values()}) == 9
    assert len(fleet.files) == 1500


def test_the_same_seed_gives_the_same_commit(tmp_path: Path) -> None:
    first = write_fleet(tmp_path / "first", generate_fleet(5, seed=7))

    assert first == write_fleet(tmp_path / "again", generate_fleet(5, seed=7))
    assert first != write_fleet(tmp_path / "other", generate_fleet(5, seed=8))


def test_every_host_gets_the_values_of_its_site_and_role(tmp_path: Path) -> None:
    fleet = generate_fleet(40)
    write_fleet(tmp_path / "fleet", fleet)
    compilation = compile_snapshot(open_project(tmp_path / "fleet").at_commit())

    assert compilation.diagnostics == ()
    assert list(compilation.bundles) == list(fleet.hosts)
    for host, bundle in compilation.bundles.items():
        found = {name: document.value for name, document in bundle.documents.items()}
        assert found == _expected(fleet, host), host


def test_hosts_differ_as_their_places_do() -> None:
    """So that the test above says something: no layer is the same for all, or empty."""
    fleet = generate_fleet(40)
    values = {host: _expected(fleet, host) for host in fleet.hosts}
    first, *others = fleet.hosts

    assert all(values[first]["node"] != values[other]["node"] for other in others)
    for side in (0, 1):
        alike = [host for host in others if fleet.hosts[host][side] == fleet.hosts[first][side]]
        unlike = [host for host in others if fleet.hosts[host][side] != fleet.hosts[first][side]]
        key = ("resolvers", "profile::role")[side]
        assert alike
        assert {values[host]["node"][key] == values[first]["node"][key] for host in alike} == {True}
        assert False in {values[host]["node"][key] == values[first]["node"][key] for host in unlike}


def test_a_peer_that_is_not_installed_has_no_command(tmp_path: Path) -> None:
    assert [peer.command(tmp_path) for peer in PEERS] == [None, None]


def test_a_peer_gets_every_layer(tmp_path: Path) -> None:
    fleet = generate_fleet(5)
    kapitan, omegaconf = PEERS
    kapitan.write(tmp_path / "kapitan", fleet)
    omegaconf.write(tmp_path / "omegaconf", fleet)
    targets = (tmp_path / "kapitan/inventory/targets").iterdir()
    classes = (tmp_path / "kapitan/inventory/classes").rglob("*.yml")

    assert sorted(path.stem for path in targets) == sorted(fleet.hosts)
    # One for all, for services, and for each host, site, role and place; two folders of services.
    places = len(set(fleet.hosts.values()))
    assert len(list(classes)) == 1 + 1 + 5 + 12 + 9 + places + 12 + 9
    assert len(yaml_files(tmp_path / "omegaconf")) == len(fleet.files) + 1
