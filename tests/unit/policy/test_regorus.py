"""What we say of the library, held against the library."""

import pytest
import regorus

from gitconfig_tool.policy.engine import Fault
from gitconfig_tool.policy.regorus import FUNCTIONS, VARIADIC_FUNCTIONS, Regorus
from gitconfig_tool.policy.syntax import IMPURE_FUNCTIONS


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_exists_with_that_number_of_arguments(name: str) -> None:
    engine = regorus.Engine()
    # One argument too few: the library then says how many it wants.
    arguments = ", ".join(["null"] * (FUNCTIONS[name] - 1))
    engine.add_policy("p.rego", f"package p\nx := {name}({arguments})\n")

    with pytest.raises(RuntimeError, match=rf"expects {FUNCTIONS[name]} argument"):
        engine.eval_rule_as_json("data.p.x")


@pytest.mark.parametrize("name", ["crypto.sha256", "io.jwt.decode", "net.cidr_intersects", "any"])
def test_functions_that_the_library_lacks_are_not_listed(name: str) -> None:
    assert name not in FUNCTIONS
    engine = regorus.Engine()
    engine.add_policy("p.rego", f"package p\nx := {name}(null)\n")

    with pytest.raises(RuntimeError, match="could not find function"):
        engine.eval_rule_as_json("data.p.x")


def test_functions_are_pure_or_refused() -> None:
    assert not IMPURE_FUNCTIONS & set(FUNCTIONS)
    assert not VARIADIC_FUNCTIONS & set(FUNCTIONS)


def test_evaluations_leave_nothing_behind() -> None:
    program, faults = Regorus().compile({"p.rego": "package p\nx := input.a\n"})

    assert faults == ()
    assert program.evaluate([("p", "x")], {"a": 1}, {}) == {("p", "x"): 1}
    assert program.evaluate([("p", "x")], {}, {}) == {}


def test_packages_with_odd_names() -> None:
    program, faults = Regorus().compile({"p.rego": 'package p["a-b"].c\nx := 1\n'})

    assert faults == ()
    assert program.modules[0].package == ("p", "a-b", "c")
    assert program.evaluate([("p", "a-b", "c", "x")], {}, {}) == {("p", "a-b", "c", "x"): 1}


def test_a_fault_takes_the_place_of_a_value() -> None:
    program, _ = Regorus().compile({"p.rego": "package p\nx := to_number(input.a)\ny := 1\n"})

    values = program.evaluate([("p", "x"), ("p", "y")], {"a": "b"}, {})

    assert isinstance(values["p", "x"], Fault)
    assert values["p", "y"] == 1


def test_places_count_characters_not_bytes() -> None:
    text = 'package p\nx := ["ééé", nosuch(1)]\n'
    _, (fault,) = Regorus().compile({"p.rego": text})

    assert fault.span is not None
    assert text.splitlines()[fault.span.line - 1][fault.span.column - 1 :].startswith("nosuch")
